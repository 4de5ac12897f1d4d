"""Logging: one line per record, with its time, level, logger and request id, and no personal data."""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from types import TracebackType

import msgspec
from asyncpg import PostgresError

from booking.process.version import VERSION
from workshops.database.request_id import request_id

# The message of these exceptions is about code; that of any other may hold what a user typed.
_CODE_ERRORS = (AttributeError, TypeError, NameError, ImportError, NotImplementedError, RecursionError)
_MAIL = re.compile(r"[^\s<>\"'(),;:]+@[^\s<>\"'(),;:]+")
_TOKEN = re.compile(r"\b(?=[\w-]*\d)(?=[\w-]*[A-Z])[\w-]{24,}")
# What a line in JSON has beside its message: `extra={FIELDS: {...}}`, of numbers and of words of ours.
FIELDS = "fields"
# Of other loggers only warnings: arq logs each of its jobs twice, every few seconds.
OWN_LOGGERS = ("technilab", "booking")

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def configure_logging(log_format: str) -> None:
    """From now on this process logs to its standard error, as text or as JSON."""
    # Record attributes that no line shows are not collected: source file, thread, process.
    logging._srcfile = None
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if log_format == "json" else TextFormatter())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    for name in OWN_LOGGERS:
        logging.getLogger(name).setLevel(logging.INFO)


class TextFormatter(logging.Formatter):
    """« 2027-01-11T08:00:00.123Z ERROR technilab [5f0c1b2a] crash on GET /creneaux »"""

    def format(self, record: logging.LogRecord) -> str:
        line = f"{_at(record)} {record.levelname} {record.name} [{_request(record)}] {_message(record)}"
        return "\n".join([line, *traceback_lines(record.exc_info)])

    def formatException(self, ei: _ExcInfo) -> str:
        return "\n".join(traceback_lines(ei))


class JsonFormatter(logging.Formatter):
    """The same, one JSON object per line, with the version and the fields that whoever logs gives by name."""

    def format(self, record: logging.LogRecord) -> str:
        fields = {
            "at": _at(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "request": _request(record),
            "version": VERSION,
            "message": _message(record),
            **getattr(record, FIELDS, {}),
        }
        if trace := traceback_lines(record.exc_info):
            fields["trace"] = "\n".join(trace)
        return msgspec.json.encode(fields).decode()


def traceback_lines(exc_info: _ExcInfo | None) -> list[str]:
    """The traceback of an exception and of its causes, with their types; never a value that was typed by a user."""
    lines: list[str] = []
    for error in reversed(list(_chain(exc_info[1] if exc_info else None))):
        lines += [line.rstrip("\n") for line in traceback.format_tb(error.__traceback__)]
        lines.append(f"{type(error).__module__}.{type(error).__qualname__}{_safe_message(error)}")
    return lines


def redacted(text: str) -> str:
    """The text without mail addresses and without anything that could be the token of a link."""
    return _TOKEN.sub("…", _MAIL.sub("…@…", text))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _safe_message(error: BaseException) -> str:
    if isinstance(error, PostgresError):
        values = (getattr(error, name, None) for name in ("sqlstate", "table_name", "column_name", "constraint_name"))
        return f": {' '.join(str(value) for value in values if value)}"
    if isinstance(error, OSError) and error.strerror:
        return f": {error.strerror}"
    return f": {redacted(str(error))}" if isinstance(error, _CODE_ERRORS) else ""


def _at(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _request(record: logging.LogRecord) -> str:
    return request_id.get() or "-"


def _message(record: logging.LogRecord) -> str:
    return redacted(record.getMessage()).replace("\n", " ")
