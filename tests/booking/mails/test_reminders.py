"""What people read before a visit, sent through a real server and read back: whether they come, what is left to do. The
reminders of a week and of the eve are asked for no more; one that was queued still leaves.

The mail of a visit that the lycée has closed: through a real server, its papers read back.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from booking.day.checkin.acts import GroupHeadcount, ReopenVisit
from booking.day.checkin.close_slot import close_slot, reopen_slot
from booking.day.checkin.record_build import record_build
from booking.visits.preparation.rules import StepKind
from booking.visits.preparation.tick import tick
from booking.visits.reservations.whether_it_comes import coming_link
from tests.booking.day.papers.paper_visit import pages_of
from tests.booking.mails.story import (
    CLAIRE,
    JULES,
    SETTINGS,
    WORDS_ALONE,
    Story,
    kinds_of,
    posted,
    reserved,
    text_of,
    told,
)
from tests.booking.outbox.notices.outbox import held
from tests.builders import NOW, attendance, company, group, paris, reservation, school, slot, tech_object
from tests.smtp import Taken
from tests.telling import tell
from workshops.builds.record import RecordBuild
from workshops.database import rows, value
from workshops.events.record import record

WEEK_BEFORE, DAY_BEFORE = paris("2027-03-18 08:00"), paris("2027-03-24 08:00")
ON = 20270325
FACTS = (
    "Quand : jeudi 25 mars 2027, de 9 h 00 à 12 h 00\n"
    "Où : Lycée Jules Haag, Atelier 2, 1 rue Labbé, 25000 Besançon\n"
    "Accès : Entrée par la cour, bâtiment C.\n"
    "Atelier : Découpe laser\n"
    "Groupe : 4e B, 24 élèves et 2 accompagnateurs\n"
)


async def test_a_reminder_of_a_week_before_that_was_queued_still_leaves(db):
    story = await reserved()
    mail = await told("eve/teacher/week", story.reservation, also=ON, now=WEEK_BEFORE)
    assert str(mail.message["Subject"]) == "Votre visite approche : Découpe laser, jeudi 25 mars 2027 à 9 h 00"
    assert text_of(mail) == (
        "Bonjour,\n\n"
        "Votre visite a lieu le jeudi 25 mars 2027, de 9 h 00 à 12 h 00, pour le groupe 4e B (24 élèves).\n\n"
        f"{FACTS}\n"
        "La liste est close le mardi 23 mars 2027, 9 h 00. D'ici là, imprimez les badges et les documents depuis la"
        " page de la réservation.\n\n"
        "Préparer la venue :\n"
        f"http://127.0.0.1:8000/reservations/{story.reservation}\n"
    )
    assert kinds_of(mail) == WORDS_ALONE


@pytest.mark.parametrize(
    ("asked", "subject"), [(True, "Sans réponse de votre part : venez-vous ?"), (False, "Venez-vous toujours ?")]
)
async def test_who_was_never_asked_is_not_told_that_she_did_not_answer(db, asked, subject):
    story = await reserved()
    await record(
        "visit_asked",
        by=None,
        about_kind="reservation",
        about=story.reservation,
        also=ON if asked else ON - 7,
        now=NOW,
    )
    mail = await told("visit_asked/teacher/again", story.reservation, also=ON, now=paris("2027-03-22 08:00"))
    assert str(mail.message["Subject"]) == f"{subject} Découpe laser, jeudi 25 mars 2027 à 9 h 00"


async def test_the_question_whether_a_group_comes_says_what_its_college_has_still_to_do_and_until_when(db):
    story = await reserved()
    own = {"school": story.college, "by": story.teacher, "now": NOW}
    await tick(story.reservation, StepKind.COACH, **own)
    link = await coming_link(story.reservation, date(2027, 3, 25), secret_key=SETTINGS.secret_key)
    mail = await told("visit_asked/teacher", story.reservation, also=ON, now=paris("2027-03-11 08:00"))
    assert text_of(mail) == (
        "Bonjour,\n\n"
        "Votre visite a lieu le jeudi 25 mars 2027, de 9 h 00 à 12 h 00, pour le groupe 4e B (24 élèves). Venez-vous"
        " toujours ?\n\n"
        f"{FACTS}"
        "Papiers aux familles : avant mercredi 17 mars\n"
        "Effectif définitif : avant jeudi 18 mars\n"
        "Badges à imprimer : avant jeudi 25 mars\n\n"
        "Une page s'ouvre, sans connexion : dites d'un geste « nous venons » ou « nous ne pouvons pas ». Une place"
        " rendue tôt va à une autre classe. La liste est close le mardi 23 mars 2027, 9 h 00 ; le jour venu, prenez les"
        " badges et les papiers.\n\n"
        "Répondre :\n"
        f"http://127.0.0.1:8000{link}\n"
    )
    await tell()
    await rows("DELETE FROM notices")
    again = await told("visit_asked/teacher/again", story.reservation, also=ON, now=paris("2027-03-22 08:00"))
    left = text_of(again).partition("accompagnateurs\n")[2].partition("\n\n")[0]
    assert left == "Papiers aux familles : dès maintenant\nBadges à imprimer : avant jeudi 25 mars"


async def test_a_reminder_of_the_eve_that_was_queued_still_leaves(db):
    story = await reserved(state="locked")
    mail = await told("eve/teacher", story.reservation, also=ON, now=DAY_BEFORE)
    assert str(mail.message["Subject"]) == "Demain : Découpe laser, jeudi 25 mars 2027 à 9 h 00"
    assert text_of(mail) == (
        "Bonjour,\n\n"
        "Votre visite a lieu demain, jeudi 25 mars 2027, de 9 h 00 à 12 h 00, pour le groupe 4e B (24 élèves).\n\n"
        f"{FACTS}\n"
        "Prenez les badges et les documents. Un empêchement ? Annulez depuis la page de la réservation en disant"
        " pourquoi : le lycée est prévenu aussitôt.\n\n"
        "Ouvrir la réservation :\n"
        f"http://127.0.0.1:8000/reservations/{story.reservation}\n"
    )


async def test_a_reminder_that_leaves_on_the_day_itself_says_today(db):
    story = await reserved(state="locked")
    mail = await told("eve/teacher", story.reservation, also=ON, now=paris("2027-03-25 07:00"))
    assert str(mail.message["Subject"]) == "Aujourd'hui : Découpe laser, jeudi 25 mars 2027 à 9 h 00"


async def test_a_host_reads_every_group_and_company_of_the_day_in_one_mail(db):
    story = await reserved()
    afternoon = await slot(host=story.host, starts_at=paris("2027-03-25 14:00"), hours=2)
    other = await group(school=await school(name="Collège Lumière", phone="03 81 35 58 70"), name="5e A")
    await reservation(slot=afternoon, group=other, state="locked", pupils=20)
    await reservation(slot=afternoon, group=await group(), state="waiting")
    await attendance(slot=afternoon, company=await company(name="Horlogerie du Doubs"))
    mail = await told("eve/host", story.host, to=JULES, also=ON, now=DAY_BEFORE)
    assert str(mail.message["Subject"]) == "Demain : 2 groupes, 44 élèves"
    assert text_of(mail) == (
        "Bonjour,\n\n"
        "Votre lycée reçoit 2 groupes demain, jeudi 25 mars 2027 : 44 élèves.\n\n"
        "9 h 00 à 12 h 00 : 4e B, Collège Stendhal, 24 élèves et 2 accompagnateurs (Découpe laser, Atelier 2)\n"
        "14 h 00 à 16 h 00 : 5e A, Collège Lumière (03 81 35 58 70), 20 élèves et 2 accompagnateurs (Découpe laser)\n"
        "14 h 00 à 16 h 00 : Horlogerie du Doubs, 2 personnes, témoignage\n\n"
        "Les besoins d'accueil et la page de pointage sont avec chaque créneau.\n\n"
        "Voir les créneaux :\n"
        "http://127.0.0.1:8000/lycee/creneaux\n"
    )
    assert kinds_of(mail) == WORDS_ALONE


async def test_a_company_reads_when_and_where_the_day_before(db):
    story = await reserved()
    coming = await attendance(slot=story.slot, company=await company(name="Horlogerie du Doubs"))
    mail = await told("eve/company", coming, also=ON, now=DAY_BEFORE)
    assert str(mail.message["Subject"]) == "Demain : Découpe laser, jeudi 25 mars 2027 à 9 h 00"
    assert text_of(mail).split("\n")[2] == (
        "Votre entreprise est attendue demain, jeudi 25 mars 2027, de 9 h 00 à 12 h 00 (2 personnes)."
    )


@pytest.mark.parametrize(
    ("kind", "now"),
    [
        ("eve/teacher/week", DAY_BEFORE),
        ("eve/teacher", paris("2027-03-25 09:00")),
        ("eve/host", paris("2027-03-25 09:00")),
        ("eve/company", paris("2027-03-25 09:00")),
    ],
)
async def test_a_reminder_that_comes_too_late_is_not_sent(db, kind, now):
    story = await reserved()
    coming = await attendance(slot=story.slot, company=await company())
    about = {"eve/host": story.host, "eve/company": coming}.get(kind, story.reservation)
    assert await told(kind, about, to=JULES, also=ON, now=now) is None
    assert await held("state") == [("dropped",)]


@pytest.mark.parametrize("kind", ["eve/teacher/week", "eve/teacher"])
async def test_a_visit_that_has_moved_is_not_reminded_for_its_old_date(db, kind):
    story = await reserved()
    await rows("UPDATE slots SET starts_at = starts_at + interval '7 days', ends_at = ends_at + interval '7 days'")
    assert await told(kind, story.reservation, also=ON, now=WEEK_BEFORE) is None


@pytest.mark.parametrize("kind", ["eve/teacher/week", "eve/teacher"])
async def test_a_visit_that_is_cancelled_is_not_reminded(db, kind):
    story = await reserved(state="cancelled_by_teacher")
    assert await told(kind, story.reservation, also=ON, now=WEEK_BEFORE) is None


async def test_a_host_without_any_group_or_who_left_the_lycee_reads_nothing(db):
    story = await reserved()
    assert await told("eve/host", story.host, to="ancien@example.org", also=ON, now=DAY_BEFORE) is None
    await tell()
    await rows("DELETE FROM notices")
    await rows("UPDATE reservations SET state = 'called_off'")
    assert await told("eve/host", story.host, to=JULES, also=ON, now=DAY_BEFORE) is None


async def test_on_friday_a_reminder_names_the_monday_to_come(db):
    story = await reserved(state="locked")
    await rows("UPDATE slots SET starts_at = $1, ends_at = $2", paris("2027-03-29 09:00"), paris("2027-03-29 12:00"))
    mail = await told("eve/teacher", story.reservation, also=20270329, now=paris("2027-03-26 08:00"))
    assert str(mail.message["Subject"]) == "Lundi : Découpe laser, lundi 29 mars 2027 à 9 h 00"
    assert text_of(mail).splitlines()[2] == (
        "Votre visite a lieu le lundi 29 mars 2027, de 9 h 00 à 12 h 00, pour le groupe 4e B (24 élèves)."
    )


NOON = paris("2027-03-25 12:10")
OFFICIAL = "ce.0250011b@ac-besancon.fr"
FOR_CLAIRE = "SELECT kind, to_email FROM notices WHERE kind = 'visit_closed' AND what = ''"


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
        " imprime une carte à garder par élève présent, sans nom, et vous pose trois questions, comptées sans nom.\n\n"
        "Imprimer les cartes et répondre :\n"
        f"http://127.0.0.1:8000/reservations/{story.reservation}\n"
    )
    papers = papers_of(mail)
    assert list(papers) == ["feuille-de-la-classe.pdf", "attestation.pdf"]
    assert "Ce que nous avons construit" in papers["feuille-de-la-classe.pdf"]
    assert "Horloge en laiton 22 20 19 19 commencés terminés" in papers["feuille-de-la-classe.pdf"]
    assert "Élèves comptés par le lycée 22" in papers["attestation.pdf"]
    assert [words for words in ("fauteuil", "Claire") if words in "".join(papers.values())] == []


async def test_the_teacher_of_a_group_that_did_not_come_reads_that_the_lycee_says_so(db):
    story = await reserved(confirmed_at=NOW)
    await tell()
    await rows("DELETE FROM notices")
    await close(story, 0)
    (mail,) = await posted(now=NOON)
    assert mail.to == [CLAIRE]
    assert str(mail.message["Subject"]) == "Groupe noté absent : Découpe laser, 4e B, jeudi 25 mars 2027 à 9 h 00"
    assert text_of(mail) == (
        "Bonjour,\n\n"
        "Le lycée a clos la visite du jeudi 25 mars 2027, de 9 h 00 à 12 h 00, et noté que le groupe 4e B (24 élèves)"
        " n'est pas venu.\n\n"
        "Quand : jeudi 25 mars 2027, de 9 h 00 à 12 h 00\n"
        "Lycée : Lycée Jules Haag, Besançon\n"
        "Atelier : Découpe laser\n"
        "Groupe : 4e B, 24 élèves et 2 accompagnateurs\n\n"
        "C'est une erreur ? Écrivez au lycée depuis la page de la visite : la coordination peut la rouvrir, pour que le"
        " compte soit corrigé.\n\n"
        "Ouvrir la visite :\n"
        f"http://127.0.0.1:8000/reservations/{story.reservation}\n"
    )


async def test_a_group_found_after_all_is_no_longer_told_that_it_did_not_come(db):
    story = await reserved(confirmed_at=NOW)
    await tell()
    await rows("DELETE FROM notices")
    await close(story, 0)
    await tell(now=NOON)
    await reopen_slot(story.slot, ReopenVisit(reason="Venu à une autre porte"), account=story.teacher, now=NOON)
    await posted(now=NOON)
    assert await value("SELECT state FROM notices WHERE kind = 'visit_closed' AND what = 'missed'") == "dropped"


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
    assert await value("SELECT state FROM notices WHERE kind = 'visit_closed' AND what = ''") == "dropped"
