"""Practice before the day: the scan page with badges of its own, where nothing is sent, kept or counted."""

from __future__ import annotations

from datetime import datetime, timedelta

from litestar import get
from litestar.response import Template

from booking.day.checkin.roster import BadgePlace, ExpectedGroup, Roster
from booking.door.http.answers import Page, page, renders
from booking.door.rights.guards import Now, may
from booking.presentation.qr_code import ScreenCode, screen_code
from booking.visits.badge_codes.rules import hash_of, short_code_of

PUPILS = 12
SHOWN = 7
# Read on a real desk too, such a badge is known for what it is and counts nowhere: see desk_practice.js.
TOKEN = "B1." + "EXERCICE" * 3
LETTERS = "ABCDEFGHIJKLMN"


@renders("desk/practice.html")
class Practice(Page, frozen=True):
    """A desk whose group is nobody: `badge` is to be shown to the camera, `stranger` is refused."""

    seen: Roster
    now: datetime
    badge: ScreenCode
    stranger: ScreenCode
    code: str
    number: int = SHOWN
    helper: bool = False
    told: None = None
    words: None = None
    completes: bool = False
    next: None = None


def practice_token(number: int) -> str:
    """A practice badge's QR, of the form that a pupil's has; 0 is nobody's."""
    return f"{TOKEN}X{LETTERS[number]}"


def practice_roster(*, now: datetime) -> Roster:
    """A visit that has just begun, with one group; nothing of it is in the database."""
    places = tuple(
        BadgePlace(0, "pupil", number, hash_of(practice_token(number)), None, None) for number in range(1, PUPILS + 1)
    )
    group = ExpectedGroup(
        reservation=0,
        label="Groupe d'exercice",
        level="4e",
        school=0,
        college="Collège d'exercice",
        commune="nulle part",
        phone="",
        mark=0,
        badge_mark=0,
        state="confirmed",
        pupils=PUPILS,
        adults=1,
        needs="",
        needed=(),
        scanned=None,
        said=None,
        counted=None,
        adults_counted=None,
        note=None,
        girls=None,
        places=places,
    )
    return Roster(
        slot=0,
        state="open",
        starts_at=now,
        ends_at=now + timedelta(hours=3),
        closed_at=None,
        title="Exercice",
        room="",
        groups=(group,),
        guests=(),
        companies=(),
        objects={},
    )


@get("/accueil/exercice", opt=may("public.use") | {"camera": True})
async def practice(now: Now) -> Template:
    known = practice_token(SHOWN)
    code = short_code_of(known)
    shown = Practice(
        practice_roster(now=now),
        now,
        screen_code(known),
        screen_code(practice_token(0)),
        f"{code[:3]}-{code[3:]}",
    )
    return page(shown)
