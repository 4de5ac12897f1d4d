"""Faster imports at start-up: the generated code of dataclasses is cached, and the garbage collector is paused."""

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
def fast_imports(name: str, folder: Path = FOLDER) -> Iterator[None]:
    """Around imports: `dataclasses` generates source text for each class, then compiles and runs it; compiled code is
    cached, so that the same text is compiled once.

    Imported objects are never freed: garbage collection, a tenth of a start, leaves them out for good. The compiled
    code that `name` needs is cached in a file of its own, trusted as a module's .pyc is, and written like one: not with
    PYTHONDONTWRITEBYTECODE, nor where the folder is read-only. Without the file, or where Python generates its classes
    in another way, the start is as correct and takes longer.
    """
    file = folder / f"dataclasses-{name}.{sys.implementation.cache_tag}-{MAGIC_NUMBER.hex()}.bin"
    cached, used = _read(file), {}

    def cached_exec(source: str, *namespaces: Any) -> None:
        used[source] = code = cached.get(source) or compile(source, "<string>", "exec")
        exec(code, *namespaces)  # noqa: S102 as dataclasses does

    vars(dataclasses)["exec"] = cached_exec
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
        del vars(dataclasses)["exec"]
    if not used.keys() <= cached.keys() and not sys.dont_write_bytecode:
        _write(file, used)


def _read(file: Path) -> dict[str, CodeType]:
    try:
        cached: dict[str, CodeType] = marshal.loads(file.read_bytes())  # noqa: S302 ours, as a .pyc is
    except (OSError, EOFError, ValueError, TypeError):
        return {}
    return cached


def _write(file: Path, used: dict[str, CodeType]) -> None:
    """Atomically: other processes of ours start at the same moment."""
    temporary = file.with_suffix(f".{os.getpid()}")
    with suppress(OSError):
        file.parent.mkdir(exist_ok=True)
        temporary.write_bytes(marshal.dumps(used))
        temporary.replace(file)
