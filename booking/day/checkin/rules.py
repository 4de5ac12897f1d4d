"""What a scan may ask, what it may be told, and what a visit's closing may not be."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct

from booking.day.badges.rules import face_of
from booking.visits.attendance.rules import AttendanceState
from booking.visits.reservation_states import HOLDS_SEATS, SEATED
from booking.words.wording import MARKS, Mark, counted, mark
from workshops.refusals import Invalid, Refusal

SCANS_MOST = 500
EARLY = timedelta(hours=2)
LATE = timedelta(hours=4)
CLOCK_WRONG = timedelta(days=400)
CLOCK_OFF = timedelta(seconds=5)
CLOCK_SENSELESS = timedelta(days=36_500)
LATE_ARRIVAL = timedelta(minutes=15)
ZONE_MISSING = "Écrivez l'heure avec son décalage, par exemple 2027-03-25T09:04+01:00."
CLOCK_SET_WRONG = "L'horloge de ce téléphone est déréglée : remettez-la à l'heure."
DECLARED_BEFORE = timedelta(minutes=30)
A_CLASS = 30
Outcome = Literal[
    "present",
    "already",
    "left",
    "unknown",
    "wrong_slot",
    "cancelled",
    "too_early",
    "closed",
    "not_here",
    "undone",
]
COUNTED = ("present", "already", "left")
RECEPTION = "reception"
"""The host's word that a badge of another visit of the lycée is here: welcomed, and declared."""
REFUSED = ("unknown", "wrong_slot", "cancelled", "too_early", "closed", "not_here")
GAP_REASONS = {
    "forgotten": "Badge oublié",
    "lost": "Badge perdu",
    "phone": "Téléphone en panne",
    "other": "Autre raison",
}

EXPECTED = tuple(sorted(SEATED))
"""The reservations whose group is let in. A place that is only asked for or proposed is held: the group is here."""

LET_IN_STATES = (*EXPECTED, AttendanceState.ANNOUNCED)
"""Whose badges are good: those of the groups that are let in, and of the companies that announced themselves."""

RECEIVED = tuple(sorted(HOLDS_SEATS))
"""The reservations that a closure turns into attended or no_show."""


class NotBegun(Refusal):
    """Nobody can have been received yet."""

    kind = "too-early"
    title = "Trop tôt"
    sentence = "La visite n'a pas commencé : elle se clôt une fois que les groupes sont venus."


class NotAllTicked(Refusal):
    """Somebody who was announced was not scanned nor ticked, or an object is not noted: the host counts."""

    kind = "not-all-ticked"
    title = "Reste à compter"
    sentence = "Tout n'est plus pointé comme annoncé, ou un objet n'est pas noté : comptez, puis closez."


class AbsenceUnconfirmed(Invalid):
    """A group of none becomes a no-show: that is said, not left at 0."""

    kind = "absence-unconfirmed"
    title = "Groupe absent ?"


class DeclaredByHosts(Refusal):
    """Whoever stands behind a desk link reads badges; that a group is here without them is the lycée's to say."""

    kind = "declared-by-hosts"
    status = 403
    title = "Affaire du lycée"
    sentence = (
        "Le lycée seul déclare un groupe présent, depuis son compte. Scannez les badges, ou touchez leurs numéros."
    )


class GroupElsewhere(Refusal):
    """A group cannot be expected again where it was: it has another visit at that hour."""

    kind = "group-elsewhere"
    title = "Groupe pris ailleurs"

    def __init__(self, groups: Sequence[str]) -> None:
        listed = ", ".join(groups[:-1]) + " et " + groups[-1] if len(groups) > 1 else "".join(groups) or "Un groupe"
        verb = "ont" if len(groups) > 1 else "a"
        super().__init__(
            f"{listed} {verb} une autre visite à cette heure-là : cette visite ne peut pas être rouverte tant qu'elle"
            " est réservée."
        )


class ObjectElsewhere(Refusal):
    kind = "object-elsewhere"
    status = 422
    title = "Objet d'un autre atelier"
    sentence = "Cet objet ne se construit pas dans cet atelier. Choisissez un objet de la liste."


class ScanAsked(Struct, frozen=True):
    """A badge shown to a phone, whose own time is `scanned_at`.

    `badge` is the QR's token (B1.…), its SHA-256 (H1.…, what the grid sends), the short code (K7Q-2MD), or a place in
    a group: the reservation's number and the badge's face (12/17, 12/A1). `act` is arrival, welcome (a badge of another
    visit of the lycée, received here), departure (gone before the end) or declaration (the host says that its bearer is
    here; no badge was read).
    """

    scan_id: uuid.UUID
    slot: int
    badge: str
    scanned_at: datetime
    act: str = "arrival"


class ScanResult(Struct, frozen=True):
    """What became of a scan. `number` and `group` are told for this lycée's badges only.

    `mark` is its group's at this desk; `badge_mark` the one that the badge shows, where it is another or where the
    group is not received here. `expected_at` and `reservation` are those of the visit that expects it, for a badge of
    another visit; for a scan made too early `expected_at` is when this visit begins. `declared`: the host's word, no
    badge was read; `confirms`: the badge of somebody who was declared here before.
    """

    scan_id: uuid.UUID
    result: Outcome
    kind: str | None = None
    number: int | None = None
    group: str | None = None
    mark: int | None = None
    first_scanned_at: datetime | None = None
    expected_at: datetime | None = None
    left_at: datetime | None = None
    reservation: int | None = None
    badge_mark: int | None = None
    declared: bool = False
    confirms: bool = False

    @property
    def face(self) -> str:
        """The number as the badge shows it; empty for a badge that nobody here knows."""
        return face_of(self.kind, self.number) if self.kind and self.number else ""

    @property
    def may_welcome(self) -> bool:
        """Whether the host may receive this badge here, although its group is expected elsewhere in the lycée."""
        return self.result == "wrong_slot" and self.reservation is not None

    @property
    def tapped(self) -> str:
        """What welcomes its badge here."""
        return f"{self.reservation}/{self.face}"

    @property
    def sign(self) -> Mark | None:
        """The group's colour and shape at this desk."""
        return None if self.mark is None else mark(self.mark)

    @property
    def badge_sign(self) -> Mark | None:
        """The colour and shape printed on the badge, where the desk does not use them."""
        return None if self.badge_mark is None else mark(self.badge_mark)


def counted_most(announced: int, came: int) -> int:
    """How many pupils of a group the host may count: a whole class more than were announced, or than their badges say.
    Beyond that it is a slip of the hand."""
    return max(announced, came) + A_CLASS


def counted_label(announced: int) -> str:
    """What the host counts of a group; a guest was not announced here."""
    return f"Comptés, pour {counted(announced, 'annoncé')}" if announced else "Comptés"


def gap_words(reason: str, note: str) -> str:
    """What a turnout keeps of a gap: the reason chosen, then what was written; « Autre raison » says nothing alone."""
    chosen = "" if reason == "other" else GAP_REASONS.get(reason, "")
    return " : ".join(filter(None, (chosen, note)))


def gap_of(words: str) -> tuple[str, str]:
    """The reason and the note that `gap_words` made into one line, for the form that returns them."""
    for reason, chosen in GAP_REASONS.items():
        if words == chosen or words.startswith(f"{chosen} : "):
            return reason, words.removeprefix(chosen).removeprefix(" : ")
    return ("other" if words else ""), words


def undo_id_of(scan_id: uuid.UUID) -> uuid.UUID:
    """The id of the row that undoes a scan: the same at each try, so that undoing twice is undoing once."""
    return uuid.uuid5(scan_id, "undo")


def made_at(scanned_at: datetime, *, sent_at: datetime | None, now: datetime) -> datetime:
    """When a scan was made by the server's clock: as long ago as its device says, whatever hour the device shows.

    `sent_at` is what the device's clock showed when it sent. A few seconds of difference are the network's; a device
    that does not tell its clock is believed.
    """
    if sent_at is None or abs(now - sent_at) <= CLOCK_OFF:
        return scanned_at
    return now - (sent_at - scanned_at)


def refuse_a_bad_batch(scans: list[ScanAsked], *, sent_at: datetime | None, now: datetime) -> None:
    """Raise Invalid when a batch cannot be read at all; a scan that is merely wrong gets its own answer instead."""
    if sent_at is not None and sent_at.tzinfo is None:
        raise Invalid({"sent_at": ZONE_MISSING})
    if sent_at is not None and abs(sent_at - now) > CLOCK_SENSELESS:
        raise Invalid({"sent_at": CLOCK_SET_WRONG})
    if not scans:
        raise Invalid({"scans": "Envoyez au moins un pointage."})
    if len(scans) > SCANS_MOST:
        raise Invalid({"scans": f"Envoyez {SCANS_MOST} pointages au plus à la fois, vous en avez {len(scans)}."})
    errors = {}
    for place, scan in enumerate(scans):
        if scan.scanned_at.tzinfo is None:
            errors[f"scans[{place}].scanned_at"] = ZONE_MISSING
        elif abs(scan.scanned_at - (sent_at or now)) > CLOCK_WRONG:
            errors[f"scans[{place}].scanned_at"] = CLOCK_SET_WRONG
    if errors:
        raise Invalid(errors)


def marks_of_guests(home: Sequence[int], guests: Sequence[int]) -> list[int]:
    """The mark of each guest group at this desk, from the marks printed on its badges, in the order in which they came.

    A guest keeps its own where nobody here wears it; else it gets the first that shares neither shape nor colour with
    another here, or as little as there is left. Who came later changes nothing for who came before.
    """
    worn = [number % len(MARKS) for number in home]
    given: list[int] = []
    for own in guests:
        place = own % len(MARKS)
        if place in worn:
            free = [number for number in range(len(MARKS)) if number not in worn] or [place]
            place = min(free, key=lambda number: (_likeness(number, worn), number))
        worn.append(place)
        given.append(place)
    return given


def _likeness(number: int, worn: Sequence[int]) -> int:
    own, others = MARKS[number], [MARKS[other] for other in worn]
    return any(own.shape == one.shape for one in others) + any(own.colour == one.colour for one in others)
