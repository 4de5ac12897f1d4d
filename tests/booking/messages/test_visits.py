"""What a teacher and a host read about a reservation, sent through a real server and read back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pytest

from booking.invites.ical import Event, calendar
from booking.messages.write import writer
from booking.notices.deliver import deliver
from booking.notices.queue import queue
from booking.notices.smtp import SmtpMailer
from booking.settings import read_settings
from tests.booking.notices.outbox import held
from tests.builders import NOW, account, group, paris, reservation, room, school, slot
from tests.smtp import Taken, post_office
from workshops.database import rows

SETTINGS = read_settings()


@dataclass(frozen=True)
class Story:
    reservation: int
    slot: int


async def reserved(**more: object) -> Story:
    haag = await school(kind="lycee", name="Lycée Jules Haag")
    stendhal = await school(name="Collège Stendhal")
    claire = await account("claire@example.org", name="Claire Renaud")
    visit = await slot(host=haag, room=await room(school=haag, name="Atelier 2"))
    made = await reservation(
        slot=visit,
        group=await group(school=stendhal, teacher=claire, name="4e B"),
        by=claire,
        uid="r-1@technilab.example",
        needs="Un fauteuil roulant",
        **more,
    )
    return Story(made, visit)


async def told(
    kind: str, about: int, *, to: str = "claire@example.org", name: str = "Claire Renaud", now: datetime = NOW
) -> Taken | None:
    """The mail of this kind, as it arrives; None when none is sent."""
    await queue(kind, to_email=to, to_name=name, about=about, once=f"{kind}:{about}", now=now)
    async with post_office() as office:
        await deliver(SmtpMailer(office.url), writer(SETTINGS), mail_from=SETTINGS.mail_from, now=now)
        return office.mails[0] if office.mails else None


def text_of(mail: Taken) -> str:
    """The words above the signature, with the spaces that may not break written as plain ones."""
    words = str(mail.part("text/plain").get_content()).replace("\r\n", "\n").replace("\N{NO-BREAK SPACE}", " ")
    return words.split("\n-- \n")[0]


def event(story: Story, **more: object) -> Event:
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
        "attendee_mail": "claire@example.org",
        "attendee_name": "Claire Renaud",
        "stamp": NOW,
        "geo": (47.24, 6.02),
    }
    return Event(**facts | more)  # type: ignore[arg-type]


async def test_a_teacher_reads_what_is_reserved_and_gets_the_entry(db):
    story = await reserved()
    mail = await told("reservation_confirmed", story.reservation)
    assert mail is not None
    assert str(mail.message["Subject"]) == "Visite réservée : Découpe laser, jeudi 25 mars 2027 à 9 h 00"
    assert text_of(mail) == (
        "Bonjour,\n\n"
        "Votre visite du jeudi 25 mars 2027, de 9 h 00 à 12 h 00, est réservée pour le groupe 4e B (24 élèves).\n\n"
        "Quand : jeudi 25 mars 2027, de 9 h 00 à 12 h 00\n"
        "Où : Lycée Jules Haag, Atelier 2, 1 rue Labbé, 25000 Besançon\n"
        "Accès : Entrée par la cour, bâtiment C.\n"
        "Atelier : Découpe laser\n"
        "Groupe : 4e B, 24 élèves et 2 accompagnateurs\n\n"
        "L'invitation jointe met la visite dans votre agenda. Imprimez les badges et préparez la venue depuis la page"
        " de la réservation.\n\n"
        f"http://127.0.0.1:8000/reservations/{story.reservation}\n"
    )
    assert mail.part("text/calendar").get_payload(decode=True) == calendar(event(story))
    assert mail.part("application/ics").get_payload(decode=True) == calendar(event(story))


async def test_a_host_reads_who_comes_and_is_the_only_attendee_of_the_same_entry(db):
    story = await reserved()
    mail = await told("reservation_received", story.reservation, to="jules@example.org", name="Jules Marchand")
    assert mail is not None
    assert str(mail.message["Subject"]) == "Groupe attendu : 24 élèves, jeudi 25 mars 2027 à 9 h 00"
    assert text_of(mail) == (
        "Bonjour,\n\n"
        "Un groupe de 24 élèves vient à l'atelier « Découpe laser » le jeudi 25 mars 2027, de 9 h 00 à 12 h 00.\n\n"
        "Quand : jeudi 25 mars 2027, de 9 h 00 à 12 h 00\n"
        "Où : Lycée Jules Haag, Atelier 2\n"
        "Atelier : Découpe laser\n"
        "Groupe : 4e B, Collège Stendhal, Besançon\n"
        "Effectif : 24 élèves et 2 accompagnateurs\n"
        "Places prises : 24 sur 24\n\n"
        "L'invitation jointe met la visite dans votre agenda. Préparez l'accueil depuis la page du créneau.\n\n"
        f"http://127.0.0.1:8000/lycee/creneaux/{story.slot}\n"
    )
    page = f"http://127.0.0.1:8000/lycee/creneaux/{story.slot}"
    expected = event(
        story,
        description=event(story).description.replace(event(story).url, page),
        url=page,
        attendee_mail="jules@example.org",
        attendee_name="Jules Marchand",
    )
    assert mail.part("text/calendar").get_payload(decode=True) == calendar(expected)


async def test_a_cancelled_visit_says_who_cancelled_and_takes_the_entry_away(db):
    story = await reserved(state="refused_by_host", sequence=1, reason="Machine en panne")
    mail = await told("reservation_cancelled", story.reservation)
    assert mail is not None
    assert str(mail.message["Subject"]) == "Visite annulée : Découpe laser, jeudi 25 mars 2027 à 9 h 00"
    assert text_of(mail) == (
        "Bonjour,\n\n"
        "Votre visite du jeudi 25 mars 2027, de 9 h 00 à 12 h 00, est annulée pour le groupe 4e B (24 élèves)."
        " Le lycée ne peut pas recevoir votre groupe.\n\n"
        "Quand : jeudi 25 mars 2027, de 9 h 00 à 12 h 00\n"
        "Lycée : Lycée Jules Haag, Besançon\n"
        "Atelier : Découpe laser\n"
        "Groupe : 4e B, 24 élèves et 2 accompagnateurs\n"
        "Motif : Machine en panne\n\n"
        "La pièce jointe retire l'entrée de votre agenda. Ses places sont rendues ; vous pouvez chercher un autre"
        " créneau quand vous voulez.\n\n"
        f"http://127.0.0.1:8000/reservations/{story.reservation}\n"
    )
    part = mail.part("text/calendar")
    assert dict(part["Content-Type"].params)["method"] == "CANCEL"
    assert part.get_payload(decode=True) == calendar(event(story, sequence=1, method="CANCEL", status="CANCELLED"))


async def test_a_host_reads_that_a_group_no_longer_comes(db):
    story = await reserved(state="cancelled_by_teacher", sequence=1)
    mail = await told("reservation_cancelled_host", story.reservation, to="jules@example.org")
    assert mail is not None
    assert str(mail.message["Subject"]) == "Visite annulée : 24 élèves, jeudi 25 mars 2027 à 9 h 00"
    assert text_of(mail).split("\n")[2] == (
        "Le groupe 4e B, Collège Stendhal (24 élèves), ne vient plus le jeudi 25 mars 2027, de 9 h 00 à 12 h 00."
    )


async def test_the_mail_tells_the_truth_of_the_moment_it_leaves(db):
    story = await reserved()
    await rows("UPDATE reservations SET pupils = 22, sequence = 1")
    mail = await told("reservation_confirmed", story.reservation)
    assert mail is not None
    assert text_of(mail).split("\n")[2].endswith("est réservée pour le groupe 4e B (22 élèves).")
    assert mail.part("text/calendar").get_payload(decode=True) == calendar(
        event(
            story,
            sequence=1,
            summary="TECHNILAB : Découpe laser, 4e B, Collège Stendhal (22 élèves)",
            description=event(story).description.replace("24 élèves", "22 élèves"),
        )
    )


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        ("reservation_confirmed", "cancelled_by_teacher"),
        ("reservation_received", "called_off"),
        ("reservation_cancelled", "confirmed"),
        ("reservation_cancelled_host", "locked"),
    ],
)
async def test_what_is_no_longer_true_is_not_sent(db, kind, state):
    story = await reserved(state=state)
    assert await told(kind, story.reservation) is None
    assert await held("state") == [("dropped",)]


async def test_what_is_over_or_gone_is_not_sent(db):
    story = await reserved()
    assert await told("reservation_confirmed", story.reservation, now=paris("2027-03-25 12:00")) is None
    assert await told("reservation_confirmed", 404) is None
    assert await held("state") == [("dropped",), ("dropped",)]


@pytest.mark.parametrize("kind", ["reservation_confirmed", "reservation_received"])
async def test_no_mail_holds_more_about_people_than_its_reader_knows(db, kind):
    story = await reserved()
    mail = await told(kind, story.reservation, to="jules@example.org", name="Jules Marchand")
    assert mail is not None
    everything = "".join(
        str(part.get_content()) for part in mail.message.walk() if part.get_content_maintype() == "text"
    )
    everything += str(mail.message["Subject"])
    assert [word for word in ("Renaud", "claire@", "fauteuil") if word in everything] == []


async def test_what_a_school_types_is_shown_and_never_obeyed(db):
    story = await reserved()
    await rows("UPDATE workshops SET title = '<script>alert(1)</script> & Cie\r\nBcc: x@y.fr'")
    mail = await told("reservation_confirmed", story.reservation)
    assert mail is not None
    assert "<script>" not in str(mail.part("text/html").get_content())
    assert mail.message["Bcc"] is None
    assert mail.to == ["claire@example.org"]
