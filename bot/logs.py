"""Sets up logging: text for people or JSON for machines, on standard error, without any of our secrets in it."""

import logging
from collections.abc import Iterable
from typing import Literal

from pythonjsonlogger.json import JsonFormatter

TEXT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"


class WithoutSecrets(logging.Formatter):
    """Another formatter's lines, with our secrets struck out: a library may log what it was handed."""

    def __init__(self, inner: logging.Formatter, secrets: Iterable[str]) -> None:
        super().__init__()
        self._inner = inner
        self._secrets = [secret for secret in secrets if secret]

    def format(self, record: logging.LogRecord) -> str:
        line = self._inner.format(record)
        for secret in self._secrets:
            line = line.replace(secret, "***")
        return line


def set_up(level: str, form: Literal["text", "json"], secrets: Iterable[str]) -> None:
    """Send everything to standard error."""
    inner: logging.Formatter = logging.Formatter(TEXT)
    if form == "json":
        inner = JsonFormatter(
            "%(asctime)s %(levelname)s %(name)s %(message)s",
            rename_fields={"asctime": "time", "levelname": "level", "name": "logger"},
        )
    handler = logging.StreamHandler()
    handler.setFormatter(WithoutSecrets(inner, secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it announces each look at the schema
