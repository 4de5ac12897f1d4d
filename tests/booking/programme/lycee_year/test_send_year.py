"""The year sent to a lycée's direction: where it may go, how often, what arrives, who hears nothing."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from pypdfium2 import PdfDocument

from booking.programme.lycee_year.queries import sent_lately
from booking.programme.lycee_year.rules import NothingHeld, SentOftenToday
from booking.programme.lycee_year.send_year import SendYear, send_year
from tests import builders
from tests.booking.mails.story import posted, text_of
from tests.booking.programme.lycee_year.world import two_years
from tests.builders import NOW
from workshops.database import rows, value
from workshops.refusals import Invalid

MAILBOX = "ce.0250011b@ac-besancon.fr"


@pytest.fixture
async def world(db):
    await builders.academie(trusted_domains=["ac-besancon.fr"])
    return await two_years()


@pytest.fixture
async def host(world) -> int:
    await builders.person("host", "faure@example.org", school=world.faure)
    return await builders.person("host", "haag@example.org", name="Marc Perrin", school=world.haag)


async def send(world, host, email=MAILBOX, *, year=2026, now=NOW) -> None:
    await send_year(SendYear(email=email), lycee=world.haag, year=year, by=host, now=now)


async def test_the_official_mailbox_and_no_one_else_receives_the_page(world, host):
    await send(world, host)
    (mail,) = await posted()
    assert mail.to == [MAILBOX]
    assert mail.message["Subject"] == "Lycée Jules Haag : l'année 2026-2027 des visites de collégiens"
    assert "Marc Perrin vous envoie l'année 2026-2027 du Lycée Jules Haag" in text_of(mail)
    (paper,) = [part for part in mail.message.walk() if part.get_content_type() == "application/pdf"]
    assert paper.get_filename() == "annee-2026-2027.pdf"
    (page,) = PdfDocument(paper.get_payload(decode=True))
    assert "Lycée Jules Haag" in page.get_textpage().get_text_bounded()


async def test_the_journal_keeps_that_it_was_sent_and_its_page_where_it_went(world, host):
    await send(world, host, "Proviseur@ac-besancon.fr", year=2025)
    event = (await rows("SELECT act, by, about_kind, about, also, detail FROM events"))[0]
    assert tuple(event) == ("year_sent", host, "school", world.haag, 2025, "")
    (sending,) = await sent_lately(world.haag)
    assert (sending.email, sending.words, sending.by_name, sending.state) == (
        "proviseur@ac-besancon.fr",
        "2025-2026",
        "Marc Perrin",
        "queued",
    )
    assert await sent_lately(world.faure) == []


@pytest.mark.parametrize(
    "email",
    [
        "proviseur@example.org",
        "eleve@eleves.ac-besancon.fr",
        "ce.0250011c@other.example",
        "x%example.org@ac-besancon.fr",
    ],
)
async def test_an_address_of_nobody_whom_the_academie_trusts_is_refused_in_words(world, host, email):
    with pytest.raises(Invalid) as refused:
        await send(world, host, email)
    assert refused.value.sentence == (
        "Cette adresse n'est ni la boîte officielle du lycée, ni d'un domaine de confiance de l'académie :"
        " ac-besancon.fr. Écrivez l'une ou l'autre."
    )
    assert await value("SELECT count(*) FROM notices") == 0


async def test_what_is_no_address_is_refused(world, host):
    with pytest.raises(Invalid):
        await send(world, host, "proviseur")


async def test_it_leaves_five_times_a_day_and_again_the_next_day_whatever_another_lycee_sends(world, host):
    for _ in range(5):
        await send(world, host)
    with pytest.raises(SentOftenToday):
        await send(world, host)
    await send_year(SendYear(email="faure@ac-besancon.fr"), lycee=world.faure, year=2026, by=host, now=NOW)
    await send(world, host, now=NOW + timedelta(days=1))
    assert await value("SELECT count(*) FROM events WHERE about = $1", world.haag) == 6


async def test_eight_at_the_same_moment_are_five(world, host):
    tries = await asyncio.gather(*(send(world, host) for _ in range(8)), return_exceptions=True)
    assert sum(isinstance(one, SentOftenToday) for one in tries) == 3
    assert await value("SELECT count(*) FROM notices") == 5


async def test_a_year_without_a_visit_has_nothing_to_send(world, host):
    with pytest.raises(NothingHeld):
        await send(world, host, year=2024)
