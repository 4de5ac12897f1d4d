"""A visit of 4e B from Collège Stendhal at Lycée Jules Haag, told by mail through a real server and read back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from booking.calendar.invites.ical import AgendaEntry
from booking.mails.pace import TOGETHER_WITHIN
from booking.mails.recipients import TOLD
from booking.mails.write import writer
from booking.outbox.notices.deliver import deliver
from booking.outbox.notices.queue import queue
from booking.outbox.notices.smtp import SmtpMailer
from booking.process.settings import read_settings
from tests.builders import NOW, account, group, membership, paris, reservation, room, school, slot
from tests.smtp import Taken, post_office
from tests.telling import parts_of, tell
from workshops.database import rows, value

SETTINGS = read_settings()
CLAIRE, JULES = "claire@example.org", "jules@example.org"


@dataclass(frozen=True)
class Story:
    reservation: int
    slot: int
    college: int
    host: int
    teacher: int


async def reserved(*, needs_approval: bool = False, **more: object) -> Story:
    """Claire Renaud has reserved for 4e B; Jules Marchand receives at the lycée."""
    haag = await school(kind="lycee", name="Lycée Jules Haag")
    await membership(await account(JULES, name="Jules Marchand"), "host", school=haag)
    stendhal = await school(
        name="Collège Stendhal",
        needs_approval=needs_approval,
        principal_name="Mme Perrin",
        principal_mail="perrin@example.org",
    )
    claire = await account(CLAIRE, name="Claire Renaud")
    await membership(claire, "teacher", school=stendhal)
    visit = await slot(host=haag, room=await room(school=haag, name="Atelier 2"))
    made = await reservation(
        slot=visit,
        group=await group(school=stendhal, teacher=claire, name="4e B"),
        by=claire,
        uid="r-1@technilab.example",
        needs="Un fauteuil roulant",
        **more,  # type: ignore[arg-type]
    )
    return Story(made, visit, stendhal, haag, claire)


async def told(
    letter: str,
    about: int,
    *,
    to: str = CLAIRE,
    name: str = "Claire Renaud",
    also: int | None = None,
    secret: str = "",
    now: datetime = NOW,
) -> Taken | None:
    """This letter (« reservation_changed/host/moved »), as it arrives; None when none is sent."""
    kind, reader, what = parts_of(letter)
    await queue(
        kind,
        to_email=to,
        to_name=name,
        about_kind="",
        about=about,
        once=f"{letter}:{about}",
        secret=secret,
        reader=reader,
        what=what,
        now=now,
    )
    line = next((line for line in TOLD if (line.letter, line.reader, line.what) == (kind, reader, what)), None)
    entry = line.entry if line else ""
    await rows("UPDATE notices SET also = $1, entry = $2 WHERE once = $3", also, entry, f"{letter}:{about}")
    number = await value("SELECT id FROM notices WHERE once = $1", f"{letter}:{about}")
    mails = await posted(now=now)
    return next((mail for mail in mails if f"<{number}-" in str(mail.message["Message-ID"])), None)


async def posted(*, now: datetime = NOW) -> list[Taken]:
    """Everything that leaves now, of what was done until a minute ago."""
    async with post_office() as office:
        await tell(now=now - TOGETHER_WITHIN)
        await deliver(SmtpMailer(office.url), writer(SETTINGS), mail_from=SETTINGS.mail_from, now=now, limit=100)
        return office.mails


def text_of(mail: Taken) -> str:
    """The words above the signature, with the spaces that may not break written as plain ones."""
    words = str(mail.part("text/plain").get_content()).replace("\r\n", "\n").replace("\N{NO-BREAK SPACE}", " ")
    return words.split("\n-- \n")[0]


def kinds_of(mail: Taken) -> list[str]:
    """The types of a mail's parts, outermost first."""
    return [part.get_content_type() for part in mail.message.walk()]


WORDS_ALONE = ["multipart/alternative", "text/plain", "text/html"]


def event(story: Story, **more: object) -> AgendaEntry:
    """The entry in Claire's agenda."""
    facts = {
        "uid": "r-1@technilab.example",
        "sequence": 0,
        "summary": "TECHNILAB : Découpe laser, 4e B, Collège Stendhal (24 élèves)",
        "description": "Découpe laser\n4e B, Collège Stendhal : 24 élèves, 2 accompagnateurs\n"
        "Accès : Entrée par la cour, bâtiment C.\n"
        f"http://127.0.0.1:8000/reservations/{story.reservation}",
        "location": "Lycée Jules Haag, Atelier 2, 1 rue Labbé, 25000 Besançon",
        "url": f"http://127.0.0.1:8000/reservations/{story.reservation}",
        "starts_at": paris("2027-03-25 09:00"),
        "ends_at": paris("2027-03-25 12:00"),
        "organizer_mail": "technilab@example.org",
        "organizer_name": "Technilab",
        "attendee_mail": CLAIRE,
        "attendee_name": "Claire Renaud",
        "stamp": NOW,
        "geo": (47.24, 6.02),
    }
    reminded = {"reminded": more.get("method", "REQUEST") == "REQUEST"}
    return AgendaEntry(**facts | reminded | more)  # type: ignore[arg-type]


def for_host(story: Story, visit: int, **more: object) -> AgendaEntry:
    """The same entry in Jules's agenda, which leads to the slot's page."""
    page = f"http://127.0.0.1:8000/lycee/creneaux/{visit}"
    mine = event(story)
    facts = {
        "description": mine.description.replace(mine.url, page),
        "url": page,
        "attendee_mail": JULES,
        "attendee_name": "Jules Marchand",
    }
    return event(story, **facts | more)
