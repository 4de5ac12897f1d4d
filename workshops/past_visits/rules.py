"""What a past visit says, which one is the same, and what a list of them would change. Pure."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from workshops.acts.health import health_told
from workshops.acts.pupil_names import person_named
from workshops.acts.telephones import telephone_given
from workshops.schools.rules import LEVELS

# Long before the programme: an older day is a slip of the hand.
FIRST_ON = date(2010, 1, 1)
PUPILS_MOST = 200
LABEL_MOST, SOURCE_MOST, REFERENCE_MOST = 60, 200, 60
# The reference under which a group that a lycée counted here is given out: UAI, day, slot, group.
_OF_A_COUNTED = re.compile(r"\d{7}[A-Z]-\d{8}-(\d{1,9})-(\d{1,9})")

Change = Literal["new", "same", "changed", "repeated", "contradicts", "ambiguous"]


class VisitSketch(Struct, frozen=True):
    """A group received on a day, as it is declared afterwards: `girls` None where nobody knows, `companies` SIRET."""

    held_on: date
    lycee: int
    college: int
    level: str
    pupils: int
    source: str
    group_label: str = ""
    girls: int | None = None
    tech_object: int | None = None
    companies: tuple[str, ...] = ()
    reference: str = ""

    @property
    def meeting(self) -> Hashable:
        """The day, the two schools and the group: what tells a visit without reference from the others."""
        return self.held_on, self.lycee, self.college, self.group_label.lower()


class KeptVisit(Struct, frozen=True):
    """A past visit that is kept."""

    id: int
    sketch: VisitSketch


class LineStep(Struct, frozen=True):
    """What one line does: `sketch` as it would be kept, `known` the visit it is about, `repeats` the line it repeats.

    A `repeated` line says again what a line before it said, one that `contradicts` says otherwise; one is `ambiguous`
    when several visits kept with a reference could be meant.
    """

    change: Change
    sketch: VisitSketch
    known: KeptVisit | None = None
    repeats: int | None = None


def wrong(sketch: VisitSketch, *, today: date) -> dict[str, str]:
    """What cannot be of a past visit, field by field."""
    errors = {}
    if sketch.held_on >= today:
        errors["held_on"] = "la visite n'est pas passée : celle d'aujourd'hui ou à venir se réserve dans un créneau"
    elif sketch.held_on < FIRST_ON:
        errors["held_on"] = f"aucune visite n'a eu lieu avant {FIRST_ON.year}, vérifiez l'année"
    if sketch.level not in LEVELS:
        errors["level"] = f"choisissez un niveau parmi {', '.join(LEVELS)}"
    if not 1 <= sketch.pupils <= PUPILS_MOST:
        errors["pupils"] = f"de 1 à {PUPILS_MOST} élèves"
    elif sketch.girls is not None and not 0 <= sketch.girls <= sketch.pupils:
        errors["girls"] = "il ne peut pas y avoir plus de filles que d'élèves ; laissez vide si vous ne savez pas"
    if not sketch.source:
        errors["source"] = "dites d'où vient ce chiffre"
    for name, most in (("group_label", LABEL_MOST), ("source", SOURCE_MOST), ("reference", REFERENCE_MOST)):
        if len(getattr(sketch, name)) > most:
            errors[name] = f"{most} caractères au plus"
        elif name != "source" and (named := person_named(getattr(sketch, name))):
            errors[name] = f"« {named} » ressemble à un nom de personne ; écrivez la classe, par exemple 4e B"
        elif name != "reference" and (given := telephone_given(getattr(sketch, name))):
            errors[name] = f"« {given} » ressemble à un numéro de téléphone ; retirez-le"
        elif health := health_told(getattr(sketch, name)):
            errors[name] = f"« {health.words} » parle de la santé d'un élève ; écrivez la classe, par exemple 4e B"
    return errors


def counted_group_of(reference: str) -> tuple[int, int] | None:
    """The slot and the group that a reference names, were they counted here; None for anybody else's reference."""
    found = _OF_A_COUNTED.fullmatch(reference)
    return None if found is None else (int(found[1]), int(found[2]))


def plan(lines: Sequence[VisitSketch], known: Sequence[KeptVisit]) -> list[LineStep]:
    """What each line would do, in their order. A visit is known by its reference, else by its meeting.

    A line without reference is about the one visit of its meeting, which keeps the reference it has; a line that
    brings a reference gives it to the visit of its meeting that has none.
    """
    kept = _Kept(known)
    return [kept.take(number, line) for number, line in enumerate(lines)]


class _Kept:
    """The visits known, and those that the lines before have said."""

    def __init__(self, known: Sequence[KeptVisit]) -> None:
        self._by_reference: dict[str, _Entry] = {}
        self._by_meeting: dict[Hashable, list[_Entry]] = {}
        for one in known:
            self._add(_Entry(one.sketch, one))

    def _add(self, entry: _Entry) -> None:
        if entry.sketch.reference:
            self._by_reference[entry.sketch.reference] = entry
        self._by_meeting.setdefault(entry.sketch.meeting, []).append(entry)

    def take(self, number: int, line: VisitSketch) -> LineStep:
        met = self._by_meeting.get(line.meeting, [])
        plain = [one for one in met if not one.sketch.reference]
        if line.reference:
            found = [one for one in (self._by_reference.get(line.reference),) if one is not None] or plain
        else:
            found = plain or met
        if len(found) > 1:
            return LineStep("ambiguous", line)
        if not found:
            self._add(_Entry(line, None, number))
            return LineStep("new", line)
        entry, was = found[0], found[0].sketch
        said = replace(line, reference=line.reference or was.reference)
        if entry.line is not None:
            return LineStep("repeated" if said == was else "contradicts", said, entry.known, entry.line)
        entry.sketch, entry.line = said, number
        if said.reference:
            self._by_reference[said.reference] = entry
        if said.meeting != was.meeting:
            self._by_meeting[was.meeting].remove(entry)
            self._by_meeting.setdefault(said.meeting, []).append(entry)
        return LineStep("same" if said == was else "changed", said, entry.known)


@dataclass(eq=False)
class _Entry:
    """A visit as the lines read so far leave it, and which of them spoke of it."""

    sketch: VisitSketch
    known: KeptVisit | None
    line: int | None = None
