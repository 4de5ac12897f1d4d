"""A company that becomes a mentor of a P-TECH cohort is welcomed: by one letter, once, and nobody else is told."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests import builders, builders_ptech
from tests.booking.mails.story import posted, text_of
from tests.builders import NOW, paris
from workshops.database import rows
from workshops.programmes.ptech.mentor import AddMentor, add_mentor, remove_mentor
from workshops.scope import of_school


@pytest.fixture
async def haag(db):
    """A lycée with its host, its cohort, and two companies, each with its people."""
    school = await builders.school(kind="lycee", name="Lycée Jules Haag", commune="Besançon")
    host = await builders.person("host", "helene@example.org", name="Hélène Faivre", school=school)
    scheme = await builders_ptech.scheme(school=school)
    cohort = await builders_ptech.cohort(of=scheme, entry_year=2026)
    firm = await builders.company(name="Zénith Montres")
    other = await builders.company(name="Lunetterie de Morez")
    await builders.person("company", "ines@example.org", name="Inès Caron", company=firm)
    await builders.person("company", "paul@example.org", name="Paul Morel", company=other)
    await builders_ptech.mentor(cohort, company=other, from_on=date(2026, 9, 15))
    return {"school": school, "host": host, "cohort": cohort, "firm": firm}


async def join(haag, *, from_on: date, by: int | None = 0, to_on: date | None = None) -> int:
    asked = AddMentor(company=haag["firm"], from_on=from_on, to_on=to_on)
    who = {"scope": of_school(haag["school"]), "by": haag["host"] if by == 0 else by, "now": NOW}
    return await add_mentor(haag["cohort"], asked, **who)


async def test_a_company_that_joins_a_cohort_is_welcomed_and_the_other_mentor_is_not_told(haag):
    await builders_ptech.action(haag["cohort"], starts_at=paris("2027-02-04 14:00"), title="Visite du lycée")
    await join(haag, from_on=date(2027, 1, 11))
    (mail,) = await posted()
    assert mail.to == ["ines@example.org"]
    assert str(mail.message["Subject"]) == "Bienvenue auprès de la cohorte P-TECH Microtechniques, rentrée 2026"
    assert text_of(mail) == (
        "Bonjour,\n\n"
        "Lycée Jules Haag compte votre entreprise parmi les mentores de la cohorte P-TECH Microtechniques, rentrée"
        " 2026. Merci de l'accompagner.\n\n"
        "Cohorte : P-TECH Microtechniques, rentrée 2026\n"
        "Lycée : Lycée Jules Haag, Besançon\n"
        "Depuis le : lundi 11 janvier 2027\n"
        "Prochaine action : Visite du lycée, jeudi 4 février 2027, 14 h 00\n\n"
        "La page de la cohorte montre ce qui est prévu, et des nombres, jamais un nom d'élève. Vous pouvez y annoncer"
        " une visite, un stage ou un témoignage.\n\n"
        "Ouvrir la cohorte :\n"
        f"http://127.0.0.1:8000/entreprise/cohortes/{haag['cohort']}\n"
    )


async def test_a_company_that_is_taken_away_and_added_again_is_welcomed_once(haag):
    mentor = await join(haag, from_on=date(2027, 1, 11))
    assert len(await posted()) == 1
    await remove_mentor(mentor, scope=of_school(haag["school"]), by=haag["host"], now=NOW)
    await join(haag, from_on=date(2027, 1, 4))
    assert await posted(now=NOW + timedelta(hours=1)) == []


async def test_a_company_that_is_written_down_afterwards_or_has_ended_or_is_gone_reads_nothing(haag):
    await join(haag, from_on=date(2026, 9, 15), to_on=date(2026, 10, 1))
    await join(haag, from_on=date(2026, 11, 20), to_on=date(2026, 12, 18))
    gone = await join(haag, from_on=date(2027, 1, 11))
    await remove_mentor(gone, scope=of_school(haag["school"]), by=haag["host"], now=NOW)
    assert await posted() == []


async def test_a_file_that_is_taken_in_welcomes_nobody(haag):
    await join(haag, from_on=date(2027, 1, 11), by=None)
    assert await posted() == []


async def test_the_coordination_hears_of_a_mentor_company_that_has_nobody_here(haag):
    await builders.person("coordinator", "nour@example.org", name="Nour Benali")
    await rows("UPDATE accounts SET disabled_at = $1 WHERE email = 'ines@example.org'", NOW)
    await join(haag, from_on=date(2027, 1, 11))
    (mail,) = await posted()
    assert mail.to == ["nour@example.org"]
    assert "Plus personne n'a de compte ici : Zénith Montres" in text_of(mail)
