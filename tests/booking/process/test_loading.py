"""The generated code of dataclasses, which Python would compile at each start, is compiled once."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import FrozenInstanceError

import pytest

from booking.process.loading import fast_imports

START = """
import sys
from pathlib import Path

compiled = 0

def count_compilations(event, args):
    global compiled
    if event == "compile" and "__create_fn__" in str(args[0]):
        compiled += 1

sys.addaudithook(count_compilations)
from booking.process.loading import fast_imports

with fast_imports("pages", Path(sys.argv[1])):
    from booking.app import create_app
    create_app()
print(compiled)
"""


def compiled_at_a_start(folder) -> int:
    command = [sys.executable, "-c", START, str(folder)]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def a_visit():
    from dataclasses import dataclass  # noqa: PLC0415 as a module that is read

    @dataclass(frozen=True)
    class Visit:
        pupils: int
        adults: int = 2

    return Visit


def test_a_second_start_compiles_no_dataclass(tmp_path):
    """It fails too when Python generates its classes in another way, of which nothing is cached.

    Python 3.11 compiles each function of a class, 3.13 all those of a class at once.
    """
    assert compiled_at_a_start(tmp_path) > 700
    assert compiled_at_a_start(tmp_path) == 0


def test_a_class_made_of_cached_code_is_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    for _ in ("compiled", "cached"):
        with fast_imports("visit", tmp_path):
            made = a_visit()
        assert repr(made(24)).endswith("Visit(pupils=24, adults=2)")
        assert made(24) == made(24, 2) != made(23)
        with pytest.raises(FrozenInstanceError):
            made(24).pupils = 25
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("broken", [b"", b"\x00", b"not ours"])
def test_a_file_that_cannot_be_read_is_written_anew(tmp_path, monkeypatch, broken):
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    with fast_imports("visit", tmp_path):
        a_visit()
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    file.write_bytes(broken)
    with fast_imports("visit", tmp_path):
        assert a_visit()(24).adults == 2
    assert file.read_bytes() == whole


def test_nothing_is_cached_where_python_writes_no_bytecode(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    with fast_imports("visit", tmp_path):
        a_visit()
    assert list(tmp_path.iterdir()) == []
