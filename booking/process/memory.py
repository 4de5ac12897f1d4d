"""What big pictures and papers took is given back to the machine: glibc alone keeps it, a heap for each thread."""

from __future__ import annotations

import ctypes
from contextlib import suppress

_ARENA_MAX = -8  # as malloc.h has it


def one_heap() -> None:
    """At the start of a process: its threads share one heap, of which all that is free can be given back.

    Elsewhere than with glibc, nothing to do.
    """
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)


def give_back() -> None:
    """After what is big: a web process that had kept photos stayed at 776 MB. Elsewhere, nothing to do."""
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)
