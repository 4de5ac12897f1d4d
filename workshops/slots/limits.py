"""What a slot may be: its hours, its numbers, its room. Pure, shared by all that opens or changes one."""

from __future__ import annotations

from datetime import datetime, time

from workshops.refusals import Invalid
from workshops.school_calendar.rules import PARIS, paris_day
from workshops.slots.rules import LONGEST, SHORTEST

SUNDAY = 6
# No lycée receives a class outside them without having meant it.
EARLIEST, LATEST = time(7), time(19)
REASON_INSTEAD = "Écrivez pourquoi, sans nom : les groupes et les entreprises le liront."


def refuse_wrong_hours(starts_at: datetime, ends_at: datetime, *, now: datetime) -> None:
    """A visit is to come, within one day that is no Sunday. Raises Invalid."""
    errors = {}
    if starts_at <= now:
        errors["starts_at"] = "Ce moment est déjà passé."
    elif starts_at.astimezone(PARIS).weekday() == SUNDAY:
        errors["starts_at"] = "Un créneau n'a pas lieu un dimanche."
    if ends_at <= starts_at:
        errors["ends_at"] = "La fin vient avant le début."
    elif paris_day(ends_at) != paris_day(starts_at) or not SHORTEST <= ends_at - starts_at <= LONGEST:
        errors["ends_at"] = "Un créneau dure de 30 minutes à 10 heures, dans la même journée."
    if errors:
        raise Invalid(errors)


def refuse_odd_hours(starts: time, ends: time, *, meant: bool) -> None:
    """A visit before 7:00 or after 19:00, hours of the wall, is asked about. Raises Invalid unless it is `meant`."""
    if told := asked_of_hours(starts, ends, meant=meant):
        raise Invalid({"odd_hours": told})


def refuse_odd_move(was: tuple[datetime, datetime], then: tuple[datetime, datetime], *, meant: bool) -> None:
    """A visit that moves to such an hour is asked about as one that opens there, and not again while it keeps its hours
    of the wall. Raises Invalid unless it is `meant`."""
    if (hours := _walls(then)) != _walls(was):
        refuse_odd_hours(*hours, meant=meant)


def _walls(span: tuple[datetime, datetime]) -> tuple[time, time]:
    return span[0].astimezone(PARIS).time(), span[1].astimezone(PARIS).time()


def asked_of_hours(starts: time, ends: time, *, meant: bool) -> str:
    """« Vraiment à 3 h 00 ? » : what is asked of a visit at an hour at which no class comes; empty when nothing is."""
    odd = starts if starts < EARLIEST or starts >= LATEST else ends if ends > LATEST else None
    if meant or odd is None:
        return ""
    until = "" if odd is starts else "jusqu'"
    return f"Vraiment {until}à {odd.hour} h {odd.minute:02} ? Corrigez l'heure, ou confirmez-la."


def refuse_too_soon(latest: datetime, *, days: int, now: datetime) -> None:
    """A slot that nobody could reserve any more is not opened: its reservations close at the `latest`, so many school
    days before. Raises Invalid."""
    if latest <= now:
        ago = "" if days == 1 else "s"
        raise Invalid(
            {
                "starts_at": f"Trop tôt pour les collèges : vos réservations closent {days} jour{ago} d'école avant,"
                f" {_moment(latest)} pour cette date. Choisissez une date plus lointaine,"
                " ou changez ce délai dans « Venir, signer »."
            }
        )


def refuse_wrong_closing(closes_at: datetime, latest: datetime, *, days: int, now: datetime) -> None:
    """Reservations close at a moment to come, and at the `latest` so many school days before. Raises Invalid."""
    if closes_at > latest:
        ago = "" if days == 1 else "s"
        told = f"Les réservations closent au plus tard {_moment(latest)}, {days} jour{ago} d'école avant la visite."
        raise Invalid({"booking_closes_at": told})
    if closes_at <= now:
        raise Invalid({"booking_closes_at": "Cette clôture des réservations est déjà passée."})


def _moment(instant: datetime) -> str:
    there = instant.astimezone(PARIS)
    return f"le {there:%d/%m/%Y} à {there.hour} h" + (f" {there:%M}" if there.minute else "")
