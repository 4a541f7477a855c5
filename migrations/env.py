"""Alembic's entry: runs on the connection that bot/store/migrate.py hands over, within its transaction."""

from alembic import context

from bot.store.tables import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
context.run_migrations()
