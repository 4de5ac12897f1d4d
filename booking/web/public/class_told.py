"""What an address already says of a class and of its dates: said once, it goes along from page to page and back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from booking.visits.groups.queries import GroupSeen
from workshops.schools.rules import LEVELS

ABOUT_CLASS = ("groupe", "niveau", "eleves")
CARRIED = (
    *ABOUT_CLASS,
    *(
        "du",
        "au",
        "km",
        "tri",
        "vacances",
        "objet",
        "departement",
        "lycee",
        "entreprises",
        "libres",
        "complets",
        "facon",
        "vue",
        "mois",
    ),
)
PUPILS_MOST = 60


@dataclass(frozen=True)
class ClassTold:
    """The group of her own that a teacher named, the level and the number of pupils that were said."""

    group: GroupSeen | None
    level: str
    pupils: int | None


NO_CLASS = ClassTold(None, "", None)


def days_told(query: Mapping[str, Any]) -> tuple[date, date]:
    """The first and the last day of her search, those of the calendar where she said none."""
    return _day(query.get("du"), date.min), _day(query.get("au"), date.max)


def _day(said: Any, otherwise: date) -> date:
    try:
        return date.fromisoformat(str(said))
    except ValueError:
        return otherwise


def class_told(query: Mapping[str, Any], groups: Iterable[GroupSeen] = ()) -> ClassTold:
    """Read a class out of an address. A group brings its own level and number, unless another number was typed for it.

    A level that is not the group's is a search for another class.
    """
    level = str(query.get("niveau", ""))
    level = level if level in LEVELS else ""
    typed = _whole(query.get("eleves"))
    group = next((one for one in groups if str(one.id) == query.get("groupe")), None)
    follows = group is not None and drawn_for_another(query.get("pour"), group.id, typed)
    if group is None or (level and level != group.level and not follows):
        return ClassTold(None, level, typed)
    return ClassTold(group, group.level, group.pupils if typed is None or follows else typed)


def drawn_for(group: int | None, pupils: int | None) -> str:
    """What a form hides beside a group and a number: for which group this number was proposed."""
    return f"{group or ''}:{pupils or ''}"


def drawn_for_another(mark: object, group: int, pupils: int | None) -> bool:
    """Whether the number is still the one that was proposed for another group."""
    found = re.fullmatch(r"([0-9]*):([0-9]*)", str(mark or ""))
    return found is not None and found[1] != str(group) and found[2] == str(pupils or "")


def carried(query: Mapping[str, Any], **changed: object) -> str:
    """The end of an address that says the same again, « ?niveau=4e&eleves=22 », with some answers changed."""
    said = {name: str(query[name]) for name in CARRIED if query.get(name)}
    said |= {name: str(told) for name, told in changed.items()}
    kept = {name: told for name, told in said.items() if told and len(told) <= 40}
    return f"?{urlencode(kept)}" if kept else ""


def carried_class(query: Mapping[str, Any], told: ClassTold) -> str:
    """The same, with the class as it was understood."""
    return carried(query, groupe=told.group.id if told.group else "", niveau=told.level, eleves=told.pupils or "")


def _whole(typed: object) -> int | None:
    told = str(typed or "").strip()
    return int(told) if re.fullmatch("[0-9]{1,2}", told) and 1 <= int(told) <= PUPILS_MOST else None
