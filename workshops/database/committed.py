"""What is done once an act is kept, and only then."""

from __future__ import annotations

from collections.abc import Callable

from workshops.database.engine import SafeTransaction, current_engine


def after_commit(go_on: Callable[[], None]) -> None:
    """Call it once the current transaction is committed, or at once outside of any; never when it is rolled back."""
    current = current_engine().current_transaction.get()
    if isinstance(current, SafeTransaction):
        current.then.append(go_on)
    else:
        go_on()
