"""The whole declared schema: importing a module of tables is what declares them."""

from bot.store import audit_tables, message_tables, overdue_tables, rerun_tables, tables
from bot.store.base import Base

DECLARING = (audit_tables, tables, message_tables, overdue_tables, rerun_tables)
metadata = Base.metadata
