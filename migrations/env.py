"""Alembic's entry: runs on the connection that bot/store/migrate.py hands over, within its transaction."""

from alembic import context

from bot.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
