"""The evening of a visit: one mail to its hosts and one to each company that came, and to nobody else."""

from __future__ import annotations

import asyncio
from datetime import datetime

import pytest

from booking.day.checkin.acts import ReopenVisit
from booking.day.checkin.close_slot import reopen_slot
from booking.mails.evening import ask_for_thanks
from tests import builders
from tests.booking.mails.story import posted, text_of
from tests.builders import paris
from tests.smtp import Taken
from workshops.database import rows, value

CLOSED, EVENING = paris("2027-03-25 16:00"), paris("2027-03-25 18:00")
HOSTS = ["anne@haag.example", "jules@haag.example"]


async def lycee(name: str = "Lycée Jules Haag", hosts: list[str] = HOSTS) -> int:
    school = await builders.school(kind="lycee", name=name)
    for email in hosts:
        await builders.person("host", email, school=school)
    return school


async def closed(
    host: int, *, on: str = "2027-03-25 09:00", at: datetime = CLOSED, counted: int = 23, thanks: str = ""
) -> tuple[int, int]:
    """A visit of a class of Collège Stendhal that its lycée has closed, and its slot."""
    slot = await builders.slot(host=host, starts_at=paris(on), hours=2)
    college = await value("SELECT id FROM schools WHERE name = 'Collège Stendhal'")
    group = await builders.group(school=college or await builders.school(name="Collège Stendhal"))
    state = "attended" if counted else "no_show"
    visit = await builders.reservation(slot=slot, group=group, state=state, thanks=thanks)
    await builders.turnout(slot=slot, group_ref=visit, counted=counted)
    await rows("UPDATE slots SET state = 'done', closed_at = $2 WHERE id = $1", slot, at)
    return visit, slot


async def came(slot: int, name: str, *, people: int = 2) -> int:
    """A company announced at a slot, and how many came of it."""
    company = await value("SELECT id FROM companies WHERE name = $1", name)
    if company is None:
        company = await builders.company(name=name)
        await builders.person("company", f"{name.split(maxsplit=1)[0].lower()}@example.org", company=company)
    attendance = await builders.attendance(slot=slot, company=company, people=max(people, 1))
    if people:
        await builders.company_turnout(slot=slot, company=company, people=people)
    return attendance


async def evening(at: datetime = EVENING) -> dict[str, Taken]:
    """What arrives at this hour, by who reads it."""
    await ask_for_thanks(now=at)
    mails = await posted(now=at)
    found = {str(mail.message["To"]).rpartition("<")[2].rstrip(">"): mail for mail in mails}
    assert len(found) == len(mails)
    return found


async def test_the_hosts_and_the_company_that_came_are_thanked_with_what_it_was_in_counts(db):
    host, other = await lycee(), await lycee("Lycée Pergaud", ["zoe@pergaud.example"])
    visit, slot = await closed(host, thanks="Merci pour les lampes & l'accueil.")
    clock, lamp = await builders.tech_object(name="Horloge"), await builders.tech_object(name="Lampe")
    shown = await builders.build(
        slot=slot, tech_object=clock, group_ref=visit, made=22, photo="a.jpg", photo_alone=True
    )
    await builders.build(slot=slot, tech_object=lamp, group_ref=visit, made=3, photo="b.jpg")
    attendance = await came(slot, "Horlogerie du Doubs")
    await came(slot, "Absente SA", people=0)
    await builders.person("company", "ailleurs@example.org", company=await builders.company(name="Ailleurs"))
    await builders.slot(host=other, starts_at=paris("2027-03-25 09:00"))
    mails = await evening()
    assert set(mails) == {*HOSTS, "horlogerie@example.org"}
    assert str(mails[HOSTS[0]].message["Subject"]) == "Merci : 23 collégiens reçus, jeudi 25 mars 2027"
    assert text_of(mails[HOSTS[1]]) == (
        "Bonjour,\n\n"
        "Merci d'avoir reçu 23 collégiens.\n\n"
        "jeu. 25 mars, 9 h 00 : Découpe laser, 1 groupe, 23 élèves\n"
        "Objets : Horloge (22 terminés), Lampe (moins de 5 terminés)\n\n"
        f"En photo\n- Horloge\n  http://127.0.0.1:8000/fabrications/{shown}/photo\n\n"
        "Collège Stendhal : « Merci pour les lampes & l'accueil. »\n\n"
        "Voir la visite :\n"
        f"http://127.0.0.1:8000/lycee/creneaux/{slot}\n"
    )
    company = mails["horlogerie@example.org"]
    assert str(company.message["Subject"]) == "Merci : 4 h 00 données aux collégiens, jeudi 25 mars 2027"
    assert text_of(company) == (
        "Bonjour,\n\n"
        "Merci d'être venus : vos équipes ont donné 4 h 00 aux collégiens.\n\n"
        "Lycée : Lycée Jules Haag, Besançon\n"
        "jeu. 25 mars, 9 h 00 : Découpe laser, 1 groupe, 23 élèves\n"
        "Objets : Horloge (22 terminés), Lampe (moins de 5 terminés)\n"
        "Heures données : 4 h 00 (2 personnes)\n\n"
        f"En photo\n- Horloge\n  http://127.0.0.1:8000/venues/{attendance}/photos/{shown}\n\n"
        "Collège Stendhal : « Merci pour les lampes & l'accueil. »\n\n"
        "Ces heures comptent dans votre attestation, qui part en juillet.\n\n"
        "Voir votre venue :\n"
        f"http://127.0.0.1:8000/venues/{attendance}\n"
    )
    why = "Il vous parvient parce que vous représentez votre entreprise."
    assert why in str(company.part("text/plain").get_content())


async def test_it_waits_for_the_evening_and_leaves_once_however_many_workers_ask(db):
    await came((await closed(await lycee()))[1], "Horlogerie du Doubs")
    assert await evening(paris("2027-03-25 17:59")) == {}
    assert sorted(await asyncio.gather(*(ask_for_thanks(now=EVENING) for _ in range(4)))) == [0, 0, 0, 2]
    assert len(await evening()) == 3
    assert await evening(paris("2027-03-25 18:01")) == {}
    assert await evening(paris("2027-03-26 18:00")) == {}


async def test_the_visits_of_a_day_at_a_lycee_are_one_mail_to_its_hosts_and_one_to_a_company_at_both(db):
    host, other = await lycee(), await lycee("Lycée Pergaud", ["zoe@pergaud.example"])
    morning, afternoon = [(await closed(host, on=f"2027-03-25 {hour}"))[1] for hour in ("09:00", "13:00")]
    elsewhere = (await closed(other, counted=17))[1]
    for slot in (morning, afternoon):
        await came(slot, "Horlogerie du Doubs")
    await came(elsewhere, "Decolletage SA")
    mails = await evening()
    assert set(mails) == {*HOSTS, "decolletage@example.org", "horlogerie@example.org", "zoe@pergaud.example"}
    assert "Merci d'avoir reçu 46 collégiens." in text_of(mails[HOSTS[0]])
    assert text_of(mails[HOSTS[0]]).count("1 groupe, 23 élèves") == 2
    assert "Merci d'avoir reçu 17 collégiens." in text_of(mails["zoe@pergaud.example"])
    assert "Heures données : 8 h 00 (2 séances)" in text_of(mails["horlogerie@example.org"])
    assert "Lycée Pergaud" not in text_of(mails["horlogerie@example.org"])


async def test_a_visit_closed_days_later_is_thanked_for_on_the_evening_of_its_closing(db):
    await closed(await lycee(), at=paris("2027-03-29 10:00"))
    assert await evening() == {}
    assert await evening(paris("2027-03-29 09:00")) == {}
    mails = await evening(paris("2027-03-29 18:00"))
    assert sorted(mails) == HOSTS
    assert "jeu. 25 mars, 9 h 00" in text_of(mails[HOSTS[0]])


async def test_what_is_closed_after_the_evening_s_mail_waits_for_the_next_one(db):
    host, other = await lycee(), await lycee("Lycée Pergaud", ["zoe@pergaud.example"])
    await closed(host)
    assert sorted(await evening()) == HOSTS
    await closed(host, on="2027-03-25 13:00", at=paris("2027-03-25 19:00"))
    await closed(other, at=paris("2027-03-25 19:00"))
    assert sorted(await evening(paris("2027-03-25 19:01"))) == ["zoe@pergaud.example"]
    assert await evening(paris("2027-03-26 07:00")) == {}
    assert sorted(await evening(paris("2027-03-26 18:00"))) == HOSTS


@pytest.mark.parametrize("state", ["open", "called_off"])
async def test_no_visit_no_mail(db, state):
    host = await lycee()
    _, slot = await closed(host, counted=0)
    await came(slot, "Horlogerie du Doubs")
    _, unclosed = await closed(host)
    await rows("UPDATE slots SET state = $2, closed_at = NULL, reason = 'Panne' WHERE id = $1", unclosed, state)
    assert await evening() == {}


async def test_figures_that_were_taken_back_are_not_told_and_not_told_twice(db):
    _, slot = await closed(await lycee())
    coordinator = await builders.person("coordinator")
    await ask_for_thanks(now=EVENING)
    await reopen_slot(slot, ReopenVisit(reason="Compte faux"), account=coordinator, now=EVENING)
    assert [
        mail.message["Subject"] for mail in await posted(now=EVENING) if "Merci" in str(mail.message["Subject"])
    ] == []
    await builders.turnout(slot=slot, counted=23)
    await rows("UPDATE slots SET state = 'done', closed_at = $2 WHERE id = $1", slot, paris("2027-03-26 09:00"))
    assert await evening(paris("2027-03-26 18:00")) == {}


async def test_a_count_under_five_is_masked_and_cannot_be_had_from_a_sum(db):
    host = await lycee()
    _, small = await closed(host, counted=3)
    await closed(host, on="2027-03-25 13:00")
    await came(small, "Horlogerie du Doubs")
    mails = await evening()
    for mail in mails.values():
        assert "1 groupe, moins de 5 élèves" in text_of(mail)
        assert "3 élèves" not in text_of(mail).replace("23 élèves", "")
        assert "26" not in text_of(mail)
    assert "Merci d'avoir reçu 2 visites." in text_of(mails[HOSTS[0]])
    assert str(mails[HOSTS[0]].message["Subject"]) == "Merci : jeudi 25 mars 2027"


async def test_a_lycee_and_a_company_without_anybody_left_are_thanked_through_the_coordination(db):
    host = await lycee(hosts=[])
    await builders.person("coordinator", "nour@example.org")
    _, slot = await closed(host)
    await ask_for_thanks(now=EVENING)
    (mail,) = await posted(now=EVENING)
    assert str(mail.message["Subject"]) == "À transmettre : Merci : 23 collégiens reçus, jeudi 25 mars 2027"
    assert f"/gestion/creneaux/{slot}" in text_of(mail)
