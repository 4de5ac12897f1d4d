"""The mail of a visit that the lycée has closed: through a real server, its papers read back."""

from __future__ import annotations

from datetime import datetime, timedelta

from booking.day.checkin.acts import GroupHeadcount, ReopenVisit
from booking.day.checkin.close_slot import close_slot
from booking.day.checkin.record_build import record_build
from booking.day.checkin.reopen_slot import reopen_slot
from tests.booking.day.papers.paper_visit import pages_of
from tests.booking.mails.story import CLAIRE, JULES, Story, posted, reserved, text_of
from tests.builders import NOW, paris, tech_object
from tests.smtp import Taken
from tests.telling import tell
from workshops.builds.record import RecordBuild
from workshops.database import rows, value

NOON = paris("2027-03-25 12:10")
OFFICIAL = "ce.0250011b@ac-besancon.fr"
FOR_CLAIRE = "SELECT kind, to_email FROM notices WHERE kind = 'visit_closed'"


async def received() -> Story:
    """4e B built its clocks; its invitation left long ago."""
    story = await reserved(confirmed_at=NOW)
    await tell()
    await rows("DELETE FROM notices")
    await record_build(
        story.reservation,
        RecordBuild(tech_object=await clock_of(story), made=22, finished=20, working=19, taken_home=19),
        **{"account": story.teacher, "school": story.host, "now": NOON},
    )
    return story


async def clock_of(story: Story) -> int:
    made = await tech_object(name="Horloge en laiton")
    await rows(
        "INSERT INTO workshop_objects (workshop, tech_object) SELECT workshop, $2 FROM slots WHERE id = $1",
        *(story.slot, made),
    )
    return made


async def close(story: Story, pupils: int, *, now: datetime = NOON) -> None:
    count = GroupHeadcount(reservation=story.reservation, pupils=pupils, adults=2, absent=not pupils)
    await close_slot(story.slot, headcounts=[count], account=story.teacher, school=story.host, now=now)


def papers_of(mail: Taken) -> dict[str, str]:
    """The words of each PDF, by the name of its file."""
    return {
        str(one.get_filename()): " ".join(" ".join(pages_of(one.get_payload(decode=True))).split())
        for one in mail.message.iter_attachments()
    }


async def test_the_teacher_reads_the_figures_with_the_class_sheet_and_the_attestation(db):
    story = await received()
    await close(story, 22)
    (mail,) = await posted(now=NOON)
    assert mail.to == [CLAIRE]
    assert str(mail.message["Subject"]) == "Visite close : Découpe laser, 4e B, jeudi 25 mars 2027 à 9 h 00"
    assert text_of(mail) == (
        "Bonjour,\n\n"
        "Le lycée a clos votre visite du jeudi 25 mars 2027, de 9 h 00 à 12 h 00 : 22 élèves comptés pour 4e B.\n\n"
        "Quand : jeudi 25 mars 2027, de 9 h 00 à 12 h 00\n"
        "Lycée : Lycée Jules Haag, Besançon\n"
        "Atelier : Découpe laser\n"
        "Groupe : 4e B, 24 élèves et 2 accompagnateurs\n"
        "Élèves comptés par le lycée : 22\n"
        "Objets fabriqués : Horloge en laiton (20 terminés)\n\n"
        "La feuille de la classe, à afficher, et l'attestation du groupe, à signer, sont jointes. La page de la visite"
        " réunit les chiffres et les objets, et vous pose trois questions : trois réponses à cocher, comptées sans"
        " nom.\n\n"
        "Voir la visite et répondre :\n"
        f"http://127.0.0.1:8000/reservations/{story.reservation}\n"
    )
    papers = papers_of(mail)
    assert list(papers) == ["feuille-de-la-classe.pdf", "attestation.pdf"]
    assert "Ce que nous avons construit" in papers["feuille-de-la-classe.pdf"]
    assert "Horloge en laiton 22 20 19 19 commencés terminés" in papers["feuille-de-la-classe.pdf"]
    assert "Élèves comptés par le lycée 22" in papers["attestation.pdf"]
    assert [words for words in ("fauteuil", "Claire") if words in "".join(papers.values())] == []


async def test_each_closing_is_told_once_and_a_corrected_one_says_so(db):
    story = await received()
    await close(story, 22)
    assert [len(await posted(now=NOON)), len(await posted(now=NOON))] == [1, 0]
    later = NOON + timedelta(hours=2)
    await reopen_slot(story.slot, ReopenVisit(reason="Deux élèves oubliés"), account=story.teacher, now=later)
    await close(story, 24, now=later)
    (mail,) = await posted(now=later)
    assert str(mail.message["Subject"]).startswith("Chiffres corrigés : Découpe laser")
    assert "sont jointes : elles remplacent les précédentes." in text_of(mail)
    assert "Élèves comptés par le lycée 24" in papers_of(mail)["attestation.pdf"]


async def test_the_mailbox_of_a_college_whose_teacher_is_gone_gets_the_papers_too(db):
    story = await received()
    await rows("UPDATE schools SET mail = $2 WHERE id = $1", story.college, OFFICIAL)
    await rows("UPDATE accounts SET disabled_at = $2 WHERE id = $1", story.teacher, NOW)
    await close(story, 22)
    (mail,) = await posted(now=NOON)
    assert mail.to == [OFFICIAL]
    assert list(papers_of(mail)) == ["feuille-de-la-classe.pdf", "attestation.pdf"]


async def test_a_visit_reopened_before_its_mail_left_is_not_told(db):
    story = await received()
    await close(story, 22)
    await tell(now=NOON)
    await reopen_slot(story.slot, ReopenVisit(reason="Deux élèves oubliés"), account=story.teacher, now=NOON)
    [mail] = await posted(now=NOON)
    assert (mail.to, "Deux élèves oubliés" in text_of(mail)) == ([JULES], True)


async def test_a_group_that_did_not_come_gets_no_papers(db):
    story = await received()
    await close(story, 0)
    await tell(now=NOON)
    assert await rows(FOR_CLAIRE) == []


async def test_a_closing_of_long_ago_is_no_news(db):
    story = await received()
    await close(story, 22)
    assert await posted(now=NOON + timedelta(days=31)) == []
    assert await value("SELECT state FROM notices WHERE kind = 'visit_closed'") == "dropped"
