"""Whether the database does, without creating or changing it."""

from sqlalchemy.exc import SQLAlchemyError

from bot.core.findings import Finding, Verdict
from bot.store.engine import Database
from bot.store.migrate import SchemaState, schema_state

_SUBJECT = "database"


def check_database(database: Database) -> Finding:
    """Its state; a file that is not there yet is left alone."""
    shown = database.url.render_as_string(hide_password=True)
    if not database.exists():
        return Finding(_SUBJECT, Verdict.OK, f"{shown} will be created by `run`")
    try:
        state, revision = schema_state(database)
    except SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        return Finding(_SUBJECT, Verdict.WRONG, f"{shown}: {cause}", "check DATABASE_URL and the rights to it")
    match state:
        case SchemaState.CURRENT:
            return Finding(_SUBJECT, Verdict.OK, f"{shown} is at revision {revision}")
        case SchemaState.AHEAD:
            advice = "install the version of the bot that migrated it, or a newer one"
            return Finding(_SUBJECT, Verdict.WRONG, f"{shown} is at revision {revision}, unknown here", advice)
    return Finding(_SUBJECT, Verdict.OK, f"{shown} is {state.value}; `run` or `db upgrade` migrates it")
