"""Modules are read sooner: what Python would compile anew at each start is kept, and no garbage is looked for."""

from __future__ import annotations

import dataclasses
import gc
import marshal
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from types import CodeType
from typing import Any

FOLDER = Path(__file__).parent / "__pycache__"


@contextmanager
def loading(name: str, folder: Path = FOLDER) -> Iterator[None]:
    """While modules are read: a dataclass is text of Python's, compiled and run; the same text is compiled once.

    What is loaded stays: the search for garbage, a tenth of a start, leaves it out for good. What `name` needs compiled
    is kept in a file of its own, trusted as a module's .pyc is, and written as one: not with
    PYTHONDONTWRITEBYTECODE, nor where nothing may be written. Without it, or where Python makes its classes in another
    way, the start is as right and takes longer.
    """
    file = folder / f"dataclasses-{name}.{sys.implementation.cache_tag}-{MAGIC_NUMBER.hex()}.bin"
    kept, used = _read(file), {}

    def run(text: str, *names: Any) -> None:
        used[text] = code = kept.get(text) or compile(text, "<string>", "exec")
        exec(code, *names)  # noqa: S102 as dataclasses does

    vars(dataclasses)["exec"] = run
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
        del vars(dataclasses)["exec"]
    if not used.keys() <= kept.keys() and not sys.dont_write_bytecode:
        _write(file, used)


def _read(file: Path) -> dict[str, CodeType]:
    try:
        kept: dict[str, CodeType] = marshal.loads(file.read_bytes())  # noqa: S302 ours, as a .pyc is
    except (OSError, EOFError, ValueError, TypeError):
        return {}
    return kept


def _write(file: Path, used: dict[str, CodeType]) -> None:
    """Whole or not at all: other processes of ours start at the same moment."""
    mine = file.with_suffix(f".{os.getpid()}")
    with suppress(OSError):
        file.parent.mkdir(exist_ok=True)
        mine.write_bytes(marshal.dumps(used))
        mine.replace(file)
