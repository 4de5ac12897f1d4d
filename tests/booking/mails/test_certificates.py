"""July's mail to each company that gave hours: once a year, with its certificate, and to no other company."""

from __future__ import annotations

import asyncio
from datetime import datetime

from booking.mails.certificates import ask_for_certificates
from tests import builders
from tests.booking.day.papers.paper_visit import pages_of
from tests.booking.mails.story import posted, text_of
from tests.builders import paris
from tests.smtp import Taken
from workshops.database import rows

JULY = paris("2027-07-01 08:00")


async def firm(name: str) -> int:
    company = await builders.company(name=name)
    for n in (1, 2):
        await builders.person("company", f"{name.lower()}.{n}@example.org", company=company)
    return company


async def attended(company: int, on: str, *, people: int = 2, counted: int = 23) -> int:
    slot = await builders.slot(starts_at=paris(on))
    await builders.turnout(slot=slot, counted=counted)
    await builders.attendance(slot=slot, company=company)
    await builders.company_turnout(slot=slot, company=company, people=people)
    await rows("UPDATE slots SET state = 'done', closed_at = ends_at WHERE id = $1", slot)
    return slot


async def july(at: datetime = JULY) -> dict[str, Taken]:
    await ask_for_certificates(now=at)
    return {str(mail.message["To"]).rpartition("<")[2].rstrip(">"): mail for mail in await posted(now=at)}


async def test_a_company_that_gave_hours_gets_its_certificate_and_reads_how_many(db):
    doubs, saone = await firm("Doubs"), await firm("Saone")
    await attended(doubs, "2026-11-12 09:00")
    await attended(doubs, "2027-03-25 09:00", people=1)
    await attended(doubs, "2026-06-11 09:00", people=5)
    await attended(saone, "2026-06-11 09:00")
    await attended(await firm("Seule"), "2027-03-25 09:00", counted=0)
    await firm("Jamais")
    mails = await july()
    assert list(mails) == ["doubs.1@example.org"]
    mail = mails["doubs.1@example.org"]
    assert str(mail.message["Subject"]) == "Attestation 2026-2027 : 9 h 00 données, 2 séances"
    assert text_of(mail) == (
        "Bonjour,\n\n"
        "Merci. En 2026-2027, Doubs est venue à 2 séances et a donné 9 h 00 aux collégiens.\n\n"
        "Séances : 2 séances\n"
        "Heures données : 9 h 00\n\n"
        "L'attestation est jointe en PDF ; elle reste aussi sur votre page.\n\n"
        "Voir les séances comptées :\n"
        f"http://127.0.0.1:8000/entreprises/{doubs}/attestations/2026-2027\n"
    )
    pdf = mail.part("application/pdf")
    assert pdf.get_filename() == "attestation-2026-2027.pdf"
    (words,) = pages_of(pdf.get_content())
    assert "9 h 00" in words
    assert "Doubs" in words


async def test_it_leaves_once_a_year_in_july_however_many_workers_ask(db):
    doubs = await firm("Doubs")
    await attended(doubs, "2027-03-25 09:00")
    assert await july(paris("2027-06-30 18:00")) == {}
    assert await july(paris("2027-07-01 07:59")) == {}
    assert sorted(await asyncio.gather(*(ask_for_certificates(now=JULY) for _ in range(4)))) == [0, 0, 0, 1]
    assert len(await july()) == 1
    assert await july(paris("2027-07-31 18:00")) == {}
    assert await july(paris("2027-08-01 08:00")) == {}
    await attended(doubs, "2027-11-04 09:00")
    assert len(await july(paris("2028-07-01 08:00"))) == 1


async def test_a_company_with_a_session_left_waits_for_it_until_the_middle_of_july(db):
    doubs, saone = await firm("Doubs"), await firm("Saone")
    for company in (doubs, saone):
        await attended(company, "2027-03-25 09:00")
    await builders.attendance(slot=await builders.slot(starts_at=paris("2027-07-02 09:00")), company=doubs)
    assert list(await july()) == ["saone.1@example.org"]
    assert list(await july(paris("2027-07-15 08:00"))) == ["doubs.1@example.org"]


async def test_a_company_without_anybody_left_gets_it_through_the_coordination(db):
    await attended(await builders.company(name="Seule"), "2027-03-25 09:00")
    await builders.person("coordinator", "nour@example.org")
    mails = await july()
    assert list(mails) == ["nour@example.org"]
    subject = str(mails["nour@example.org"].message["Subject"])
    assert subject == "À transmettre : Attestation 2026-2027 : 6 h 00 données, 1 séance"
