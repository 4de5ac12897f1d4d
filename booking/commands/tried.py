"""What a rehearsal says of a copy that was put back beside."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from booking.commands.archive import BackupRefused
from booking.commands.rehearse import Rehearsed
from booking.commands.words import counted


class Tried(Struct, frozen=True):
    """A copy that was put back beside: which, when it was made, what it holds."""

    called: str
    made_at: datetime
    holds: str


class Wrong(BackupRefused):
    def __init__(self, called: str, wrong: int) -> None:
        told = counted(wrong, "total du bilan est faux", "totaux du bilan sont faux")
        super().__init__(
            f"{called} se remet en place, mais {told} : lancez technilab recount, puis une nouvelle copie."
        )


def looked_at(called: str, found: Rehearsed) -> str:
    """What is to be said of a base that is well; raises Wrong for one that `check` would not let pass."""
    if found.wrong:
        raise Wrong(called, found.wrong)
    return f", {counted(found.steps, 'étape', 'étapes')} pour cette version" if found.steps else ""
