"""The class and the dates that a search's address names: typed once, they go along from page to page and back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from msgspec import Struct

from booking.visits.groups.queries import GroupSeen
from workshops.offer.rules import FIELDS
from workshops.schools.rules import LEVELS

ABOUT_CLASS = ("groupe", "niveau", "eleves")
CARRIED = ("groupe", *(field.page for field in FIELDS.values() if field.page), "facon", "vue", "mois")


class SearchedClass(Struct, frozen=True):
    """The class of a search: the group of her own that a teacher named, the level and the number of pupils."""

    group: GroupSeen | None
    level: str
    pupils: int | None


NO_CLASS = SearchedClass(None, "", None)


def searched_days(query: Mapping[str, Any]) -> tuple[date, date]:
    """The first and the last day of her search, those of the calendar where she named none."""
    return _day(query.get("du"), date.min), _day(query.get("au"), date.max)


def _day(typed: Any, otherwise: date) -> date:
    try:
        return date.fromisoformat(str(typed))
    except ValueError:
        return otherwise


def searched_class(query: Mapping[str, Any], groups: Iterable[GroupSeen] = ()) -> SearchedClass:
    """Read a class out of an address. A group brings its own level and number, unless another number was typed for it.

    A level that is not the group's is a search for another class.
    """
    level = str(query.get("niveau", ""))
    level = level if level in LEVELS else ""
    typed = _whole(query.get("eleves"))
    group = next((own for own in groups if str(own.id) == query.get("groupe")), None)
    follows = group is not None and drawn_for_another(query.get("pour"), group.id, typed)
    if group is None or (level and level != group.level and not follows):
        return SearchedClass(None, level, typed)
    return SearchedClass(group, group.level, group.pupils if typed is None or follows else typed)


def drawn_for(group: int | None, pupils: int | None) -> str:
    """What a form hides beside a group and a number: for which group this number was proposed."""
    return f"{group or ''}:{pupils or ''}"


def drawn_for_another(mark: object, group: int, pupils: int | None) -> bool:
    """Whether the number is still the one that was proposed for another group."""
    parts = re.fullmatch(r"([0-9]*):([0-9]*)", str(mark or ""))
    return parts is not None and parts[1] != str(group) and parts[2] == str(pupils or "")


def carried(query: Mapping[str, Any], **changed: object) -> str:
    """The end of an address that says the same again, « ?niveau=4e&eleves=22 », with some answers changed."""
    answers = {name: str(query[name]) for name in CARRIED if query.get(name)}
    answers |= {name: str(answer) for name, answer in changed.items()}
    kept = {name: answer for name, answer in answers.items() if answer and len(answer) <= 40}
    return f"?{urlencode(kept)}" if kept else ""


def carried_class(query: Mapping[str, Any], searched: SearchedClass) -> str:
    """The same, with the class as it was understood."""
    group = searched.group.id if searched.group else ""
    return carried(query, groupe=group, niveau=searched.level, eleves=searched.pupils or "")


def _whole(typed: object) -> int | None:
    digits = str(typed or "").strip()
    return int(digits) if re.fullmatch("[0-9]{1,2}", digits) and 1 <= int(digits) <= FIELDS["pupils"].most else None
