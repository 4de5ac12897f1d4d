"""The days and the month in the query of a search's address."""

from __future__ import annotations

from datetime import date, timedelta

from booking.door.forms.read import Form
from booking.words.wording import day
from workshops.offer.rules import FIELDS, LONGEST_PERIOD
from workshops.typed_text.days import FIRST_DAY, LAST_DAY

# The answers that say when, taken away.
NOWHEN = dict.fromkeys(("du", "au", "jour", "vue", "mois"))


def read_days(form: Form, today: date) -> tuple[date | None, date | None]:
    """The first and the last day of the list; one day alone (`jour`) is both."""
    if form.typed.get("jour"):
        on = form.date("jour", label="Jour")
        if "jour" in form.errors:
            return None, None
        form.typed["du"] = form.typed["au"] = on.isoformat()
        del form.typed["jour"]
    from_on, to_on = _day(form, "from_on"), _day(form, "to_on")
    if from_on and from_on < today:
        form.errors["du"] = f"À partir du : cette date est passée, la liste commence le {day(today)}."
        from_on = None
    if to_on and to_on < (from_on or today):
        form.errors["au"] = "Jusqu'au : cette date vient avant " + ("l'autre." if from_on else "aujourd'hui.")
        to_on = None
    return from_on, to_on


def _day(form: Form, wish: str) -> date | None:
    name, label = FIELDS[wish].page, FIELDS[wish].label
    if not form.typed.get(name):
        return None
    on = form.date(name, label=label)
    if name not in form.errors and not FIRST_DAY <= on <= LAST_DAY:
        form.errors[name] = f"{label} : écrivez une date, par exemple 25/03/2027."
    return None if name in form.errors else on


def read_month(form: Form, today: date) -> date:
    """The first day of the month to show; this month when another cannot be had."""
    first = today.replace(day=1)
    if not form.typed.get("mois"):
        return first
    try:
        month = date.fromisoformat(form.typed["mois"] + "-01")
    except ValueError:
        month = None
    if month is None or not first <= month <= first + LONGEST_PERIOD:
        form.errors["mois"] = "Mois : choisissez un mois d'ici à un an."
        return first
    return month


def last_of(month: date) -> date:
    """The last day of a month."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
