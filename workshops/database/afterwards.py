"""What follows a commit in this process, and nothing else: figures of what was done, never a part of the act."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from workshops.database.engine import current_engine
from workshops.database.safe_transaction import SafeTransaction


def once_committed(do: Callable[[], None]) -> None:
    """Call this once the current act has committed, never when it is rolled back; at once outside a transaction, where
    each statement is an act of its own.

    It must not fail nor wait: the act is done, and its answer is on its way.
    """
    current = cast(SafeTransaction | None, current_engine().current_transaction.get())
    if current is None:
        do()
    else:
        current.afterwards.append(do)
