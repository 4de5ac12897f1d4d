"""What the processes write of themselves: a line each, with its time, level, logger and request, and nobody in it."""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from types import TracebackType

from asyncpg import PostgresError

from workshops.database.request_id import request_id

# What an exception of these says is of the code; of any other it may be what somebody typed.
_OF_CODE = (AttributeError, TypeError, NameError, ImportError, NotImplementedError, RecursionError)
_MAIL = re.compile(r"[^\s<>\"'(),;:]+@[^\s<>\"'(),;:]+")
_TOKEN = re.compile(r"\b(?=[\w-]*\d)(?=[\w-]*[A-Z])[\w-]{24,}")
# Of others, warnings alone: arq says each of its jobs twice, every few seconds.
OURS = ("technilab", "booking")

_Told = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def set_up(form: str) -> None:
    """From now on this process writes to its standard error, in text or in JSON."""
    # What no line tells is not looked for: who wrote it from where, in which thread of which process.
    logging._srcfile = None
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Json() if form == "json" else Text())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    for name in OURS:
        logging.getLogger(name).setLevel(logging.INFO)


class Text(logging.Formatter):
    """« 2027-01-11T08:00:00.123Z ERROR technilab [5f0c1b2a] crash on GET /creneaux »"""

    def format(self, record: logging.LogRecord) -> str:
        said = f"{_at(record)} {record.levelname} {record.name} [{_request(record)}] {_message(record)}"
        return "\n".join([said, *trace_of(record.exc_info)])

    def formatException(self, ei: _Told) -> str:
        return "\n".join(trace_of(ei))


class Json(logging.Formatter):
    """The same, an object a line."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "at": _at(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "request": _request(record),
            "message": _message(record),
        }
        if trace := trace_of(record.exc_info):
            told["trace"] = "\n".join(trace)
        return json.dumps(told, ensure_ascii=False)


def trace_of(told: _Told | None) -> list[str]:
    """Where an exception was raised and of which kind, with what caused it; never a value that it was raised for."""
    lines: list[str] = []
    for error in reversed(list(_chain(told[1] if told else None))):
        lines += [line.rstrip("\n") for line in traceback.format_tb(error.__traceback__)]
        lines.append(f"{type(error).__module__}.{type(error).__qualname__}{_said(error)}")
    return lines


def scrubbed(words: str) -> str:
    """Without an address nor what could be the secret of a link."""
    return _TOKEN.sub("…", _MAIL.sub("…@…", words))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _said(error: BaseException) -> str:
    if isinstance(error, PostgresError):
        named = (getattr(error, name, None) for name in ("sqlstate", "table_name", "column_name", "constraint_name"))
        return f": {' '.join(str(one) for one in named if one)}"
    if isinstance(error, OSError) and error.strerror:
        return f": {error.strerror}"
    return f": {scrubbed(str(error))}" if isinstance(error, _OF_CODE) else ""


def _at(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _request(record: logging.LogRecord) -> str:
    return request_id.get() or "-"


def _message(record: logging.LogRecord) -> str:
    return scrubbed(record.getMessage()).replace("\n", " ")
