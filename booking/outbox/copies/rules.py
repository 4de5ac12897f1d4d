"""When copies are as they should be, and what to do when they are not. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

# A copy a night, and two hours for a night that is long; a rehearsal a month, and some days to see to one that failed.
COPY_LATE = timedelta(hours=26)
REHEARSAL_LATE = timedelta(days=40)
WORDS_MOST = 500


class Act(StrEnum):
    """What is done with a copy."""

    COPY = "copy"
    REHEARSAL = "rehearsal"


class Way(StrEnum):
    """How a copy is kept."""

    FILE = "file"
    PGBACKREST = "pgbackrest"


NAMED = {Way.FILE: "en fichier", Way.PGBACKREST: "par pgBackRest"}
AGAIN = {
    (Act.COPY, Way.FILE): "voyez journalctl -u technilab-copy, puis lancez technilab backup",
    (Act.COPY, Way.PGBACKREST): "voyez journalctl -u technilab-backup sur chaque machine de base",
    (Act.REHEARSAL, Way.FILE): "lancez technilab rehearse-restore",
    (Act.REHEARSAL, Way.PGBACKREST): "lancez technilab rehearse-restore --pgbackrest sur une machine de base",
}
PARTS = {Act.COPY: "Copies", Act.REHEARSAL: "Répétition"}
NEVER = "aucune copie n'a encore été faite : suivez docs/copies.md"
NO_COPY = "Aucune copie de sauvegarde n'a encore été faite"
LATE = {
    Act.COPY: "Les copies de sauvegarde ne se font plus",
    Act.REHEARSAL: "Aucune copie de sauvegarde n'a été essayée depuis longtemps",
}
FAILING = {
    Act.COPY: "La dernière copie de sauvegarde a échoué",
    Act.REHEARSAL: "La dernière copie de sauvegarde n'a pas pu être remise en place à l'essai",
}


class Kept(Struct, frozen=True):
    """What was done last of an act, in a way: a row of `copies`."""

    act: str
    way: str
    done_at: datetime | None = None
    copied_at: datetime | None = None
    seconds: int = 0
    kept_days: int = 0
    failed_at: datetime | None = None
    failure: str = ""

    @property
    def fails(self) -> bool:
        """Whether it did not succeed the last time."""
        return self.failed_at is not None and (self.done_at is None or self.failed_at > self.done_at)

    def age(self, now: datetime) -> timedelta | None:
        """Since it last succeeded."""
        return None if self.done_at is None else max(timedelta(), now - self.done_at)


class Verdict(Struct, frozen=True):
    """Whether an act is as it should be: a `sentence` for whoever runs Technilab; where it is not, a `heading` for the
    coordination."""

    part: str
    sentence: str
    heading: str = ""

    @property
    def fine(self) -> bool:
        return not self.heading


def judged(found: Sequence[Kept], *, now: datetime) -> list[Verdict]:
    """A verdict on the copies of each way and on their rehearsals; where there is no way at all, on that."""
    by = {(one.act, one.way): one for one in found}
    ways = [way for way in Way if any(way == one.way for one in found)]
    if not ways:
        return [Verdict(PARTS[Act.COPY], NEVER, NO_COPY)]
    return [_judged(act, way, by.get((act, way)) or Kept(act, way), now) for act in Act for way in ways]


def most_pressing(found: Sequence[Kept], *, now: datetime) -> Verdict | None:
    """What is wrong first: copies before their rehearsals."""
    return next((one for one in judged(found, now=now) if not one.fine), None)


def _judged(act: Act, way: Way, kept: Kept, now: datetime) -> Verdict:
    age = kept.age(now)
    last = f"la dernière {NAMED[way]} {_dated(act, kept, age)}" if age is not None else f"aucune {NAMED[way]}"
    if kept.fails and kept.failed_at:
        why = f"échec il y a {spelled(now - kept.failed_at)} : {kept.failure.rstrip('. ')}"
        return Verdict(PARTS[act], f"{why} ; {last} ; {AGAIN[act, way]}", FAILING[act])
    if age is None or age > (COPY_LATE if act == Act.COPY else REHEARSAL_LATE):
        return Verdict(PARTS[act], f"{last} ; {AGAIN[act, way]}", LATE[act])
    return Verdict(PARTS[act], last)


def _dated(act: Act, kept: Kept, age: timedelta) -> str:
    if act == Act.COPY or kept.done_at is None or kept.copied_at is None:
        return f"a {spelled(age)}"
    of = f"une copie qui avait {spelled(kept.done_at - kept.copied_at)}"
    return f"a {spelled(age)} : {of}, en {kept.seconds} s"


def spelled(lasted: timedelta) -> str:
    """« 5 min », « 8 h », « 12 jours »."""
    minutes = max(0, int(lasted.total_seconds()) // 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // (24 * 60)} jours"


def last_at(found: Sequence[Kept], act: Act) -> datetime | None:
    """When an act last succeeded in the way in which that is longest ago; None where it never did in one."""
    every = [one.done_at for one in found if one.act == act]
    return min((at for at in every if at), default=None) if all(every) else None
