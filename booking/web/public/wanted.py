"""What a search address asks for: « /creneaux?niveau=4e&eleves=24&km=40 », one that can be kept as a bookmark."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from booking.accounts.queries import Person
from booking.door.forms import Form
from booking.wording import DEPARTMENTS, LEVELS, counted, day
from workshops.offer.rules import Filters

DISTANCES = ("10", "20", "40", "60", "100")
PER_PAGE = 50
LONGEST_PERIOD = timedelta(days=400)


@dataclass(frozen=True)
class Wanted:
    """A search, read. `form` holds what was typed and what of it could not be read."""

    form: Form
    filters: Filters
    month: date | None

    def address(self, **changed: str | None) -> str:
        """The address of the same search with some answers changed; None takes an answer away."""
        kept = {name: value for name, value in self.form.typed.items() if value and name != "fait"}
        kept |= {name: value for name, value in changed.items() if value is not None}
        for name, value in changed.items():
            if value is None:
                kept.pop(name, None)
        return "/creneaux" + (f"?{urlencode(kept)}" if kept else "")

    @property
    def day_address(self) -> str:
        """The address of one day's list, to which the day is added."""
        address = self.address(vue=None, mois=None, suite=None, du=None, au=None)
        return address + ("&" if "?" in address else "?") + "jour="


def wanted(query: Mapping[str, Any], person: Person | None, *, today: date) -> Wanted:
    """Read a search. What cannot be read is left out and noted in `form.errors`."""
    form = Form(query)
    typed = form.typed
    month = _month(form, today) if typed.get("vue") == "mois" else None
    from_on, to_on = _period(form, month, today)
    near = (person.school_lat, person.school_lon) if person and person.role == "teacher" else (None, None)
    located = near[0] is not None and near[1] is not None
    km = form.choice("km", ("", *DISTANCES), label="Distance", default="")
    pupils = form.whole("eleves", 1, 60, label="Élèves", default=0)
    objet = form.whole("objet", 1, 999_999, label="Objet", default=0)
    filters = Filters(
        from_on=from_on,
        to_on=to_on,
        level=form.choice("niveau", ("", *LEVELS), label="Niveau", default="") or None,
        pupils=None if "eleves" in form.errors else (pupils or None),
        department=form.choice("departement", ("", *DEPARTMENTS), label="Département", default="") or None,
        school=form.text("lycee", label="Lycée", most=8, required=False) or None,
        tech_object=None if "objet" in form.errors else (objet or None),
        near=(near[0], near[1]) if near[0] is not None and near[1] is not None else None,
        km=float(km) if km and located else None,
        by_distance=located and typed.get("tri") == "distance" and month is None,
        only_open=True,
        only_free=typed.get("libres") == "oui",
        limit=PER_PAGE,
        cursor=typed.get("suite") or None,
    )
    return Wanted(form=form, filters=filters, month=month)


def _period(form: Form, month: date | None, today: date) -> tuple[date | None, date | None]:
    if month is not None:
        return max(month, today), (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    if form.typed.get("jour"):
        on = form.date("jour", label="Jour")
        return (None, None) if "jour" in form.errors else (on, on)
    from_on = form.date("du", label="À partir du") if form.typed.get("du") else None
    to_on = form.date("au", label="Jusqu'au") if form.typed.get("au") else None
    if from_on and "du" not in form.errors and from_on < today:
        form.errors["du"] = f"À partir du : cette date est passée, la liste commence le {day(today)}."
    if from_on and to_on and not form.errors and to_on < from_on:
        form.errors["au"] = "Jusqu'au : cette date vient avant l'autre."
    return (
        None if "du" in form.errors else from_on,
        None if "au" in form.errors else to_on,
    )


def _month(form: Form, today: date) -> date:
    first = today.replace(day=1)
    try:
        asked = date.fromisoformat(form.typed.get("mois", "") + "-01")
    except ValueError:
        return first
    return asked if first <= asked <= first + LONGEST_PERIOD else first


def sentence(found: int, search: Wanted, person: Person | None) -> str:
    """« 12 créneaux conviennent à un groupe de 24 élèves de 4e, à moins de 40 km de votre collège. »"""
    asked = search.filters
    whom = ""
    if asked.pupils or asked.level:
        of = f" de {counted(asked.pupils, 'élève')}" if asked.pupils else ""
        whom = f" à un groupe{of}" + (f" de {asked.level}" if asked.level else "")
    count = "1 000 créneaux et plus" if found >= 1000 else counted(found, "créneau", "créneaux")
    verb = ("convient" if found < 2 else "conviennent") if whom else ("est proposé" if found < 2 else "sont proposés")
    where = f", à moins de {asked.km:.0f} km de votre collège" if asked.km else ""
    if asked.department:
        where += f", dans le département {DEPARTMENTS[asked.department]}"
    if not found:
        return f"Aucun créneau ne convient{whom}{where}."
    return f"{count} {verb}{whom}{where}."
