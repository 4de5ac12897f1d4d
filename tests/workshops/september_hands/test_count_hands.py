"""A lycée writes what it counted, corrects it, or says that it has no 2de pro; a closed year wants a reason."""

from __future__ import annotations

import pytest

from booking.programme.figures.corrections import in_words
from booking.year.close import close_year, reopen_year
from booking.year.queries import records_in, report_of
from booking.year.rules import CloseYear, ReopenYear, SchoolYear
from tests import builders
from tests.builders import paris
from tests.owner import by_owner
from tests.workshops.september_hands.world import SEPTEMBER, asked_lycees, count, counted
from workshops.closed_years.queries import corrections
from workshops.closed_years.rules import YearFrozen, correcting_because
from workshops.database import rows, value
from workshops.refusals import Invalid, NotFound
from workshops.september_hands.count_hands import AskOfHands, ask_of_hands, count_hands
from workshops.september_hands.queries import hands, own_hands

AUGUST = paris("2027-08-20 10:00")


async def told(lycee: int, year: int = 2026) -> list[tuple]:
    return [(one.section, one.present, one.hands) for one in (await own_hands(lycee, year)).sections]


async def said() -> list[tuple]:
    return [tuple(one.values()) for one in await rows("SELECT act, by, about, detail FROM events ORDER BY id")]


async def test_a_lycee_corrects_its_september_and_the_journal_says_each_change_once(db):
    lycee, other = await builders.school(kind="lycee"), await builders.school(kind="lycee")
    marc = await builders.person("host", school=lycee)
    await count(lycee, ("2de MTNE", 24, 5), ("2de MRC", None, None), by=marc)
    await count(other, ("2de MTNE", 12, 1))
    await count(lycee, ("2de MTNE", 24, 5), ("2de MRC", None, None), by=marc)
    await count(lycee, ("2de MTNE", 24, 6), ("2de AGORA", 30, 0), by=marc)
    assert await told(lycee) == [("2de AGORA", 30, 0), ("2de MTNE", 24, 6)]
    assert await told(other) == [("2de MTNE", 12, 1)]
    assert await said() == [
        ("hands_counted", marc, lycee, "2026-2027 : 5 sur 24"),
        ("hands_counted", marc, lycee, "2026-2027 : 6 sur 54"),
    ]


async def test_the_sections_of_a_year_are_proposed_again_without_their_numbers(db):
    lycee = await builders.school(kind="lycee")
    assert await told(lycee) == []
    await count(lycee, ("2de MTNE", 20, 2), ("2de MRC", 18, 1), year=2024)
    await count(lycee, ("2de MTNE", 24, 5), year=2025)
    assert await told(lycee) == [("2de MTNE", None, None)]
    assert await told(lycee, 2024) == [("2de MRC", 18, 1), ("2de MTNE", 20, 2)]


async def test_a_september_to_come_a_section_written_twice_and_a_college_are_refused(db):
    lycee, college = await builders.school(kind="lycee"), await builders.school()
    with pytest.raises(Invalid, match="La rentrée 2027-2028 n'a pas eu lieu"):
        await count(lycee, ("2de MTNE", 20, 2), year=2027)
    with pytest.raises(Invalid, match="La section « 2DE MTNE » est écrite deux fois"):
        await count(lycee, ("2de MTNE", 20, 2), ("2DE MTNE", 12, 2))
    for number in (college, 4_000_000):
        with pytest.raises(NotFound):
            await count(number, ("2de MTNE", 20, 2))
        with pytest.raises(NotFound):
            await ask_of_hands(number, AskOfHands(asked=False), by=1, now=SEPTEMBER)
    assert await value("SELECT count(*) FROM september_hands") == 0


async def test_a_lycee_without_2de_pro_is_asked_no_more_until_it_writes_one(db):
    lycee = await builders.school(kind="lycee")
    marc = await builders.person("host", school=lycee)
    for asked in (False, False, True, False):
        await ask_of_hands(lycee, AskOfHands(asked=asked), by=marc, now=SEPTEMBER)
    assert (await own_hands(lycee, 2026)).without
    await count(lycee, ("2de MTNE", 20, 2), by=marc)
    assert not (await own_hands(lycee, 2026)).without
    acts = ["sections_none", "sections_had", "sections_none", "hands_counted"]
    assert [act for act, *_ in await said()] == acts


@pytest.fixture
async def closed(db, tmp_path):
    """2026-2027 is closed: one of two lycées that were asked answered."""
    lycees = await asked_lycees()
    await count(lycees.offers, ("2de MTNE", 24, 6), ("2de MRC", None, None))
    await close_year(SchoolYear(2026), CloseYear(), by=None, data_dir=tmp_path, now=AUGUST)
    return lycees


async def test_a_closing_counts_the_sections_and_keeps_who_was_asked(closed):
    assert (await records_in(SchoolYear(2026)))["hands"] == 1
    assert (await report_of(SchoolYear(2026))).counts["hands"] == 1
    before = await hands(2026)
    await rows("UPDATE schools SET vocational = false, closed = true")
    await by_owner("DELETE FROM tallies")
    later = await builders.school(kind="lycee", name="Lycée Courbet", vocational=True)
    await builders.workshop(host=later, created_at=paris("2026-09-02 08:00"))
    assert await hands(2026) == before
    assert (before.answered, before.asked, [its.id for its in before.silent]) == (1, 2, [closed.received])


async def test_a_closed_year_is_corrected_with_a_reason_alone_and_shows_it(closed):
    async def correct(*sections):
        await count_hands(closed.offers, 2026, counted(*sections), by=None, now=AUGUST)

    for wrong in ([("2de MTNE", 24, 7)], [("2de MRC", 20, 1), ("2de MTNE", 24, 6)], []):
        with pytest.raises(YearFrozen):
            await correct(*wrong)
    assert await told(closed.offers) == [("2de MRC", None, None), ("2de MTNE", 24, 6)]
    # What counts for nothing may change: a section that nobody asked.
    await correct(("2de MTNE", 24, 6))
    because = correcting_because.set("Une feuille retrouvée")
    try:
        await correct(("2de MTNE", 25, 6), ("2de AGORA", 30, 0))
    finally:
        correcting_because.reset(because)
    assert [(one.what, one.changes, one.reason) for one in in_words(await corrections(year=2026))] == [
        ("main levée de septembre, 2de MTNE", "présents 24 → 25", "Une feuille retrouvée"),
        ("main levée de septembre, 2de AGORA", "rien → présents 30", "Une feuille retrouvée"),
    ]
    assert {(one.programme, one.of, one.about) for one in await corrections(year=2026)} == {
        ("september", "school", closed.offers)
    }


async def test_a_year_closed_again_keeps_those_that_were_asked_first(closed, tmp_path):
    await reopen_year(SchoolYear(2026), ReopenYear(reason="Une feuille retrouvée"), by=None, now=AUGUST)
    await count(closed.received, ("2de MTNE", 20, 1))
    later = await builders.school(kind="lycee", name="Lycée Courbet", vocational=True)
    await builders.workshop(host=later, created_at=paris("2026-09-02 08:00"))
    await close_year(SchoolYear(2026), CloseYear(), by=None, data_dir=tmp_path, now=AUGUST)
    found = await hands(2026)
    assert (found.answered, found.asked, found.whole.present) == (2, 2, 44)


async def test_sections_that_are_named_alone_are_told_without_counts(db):
    lycee = await builders.school(kind="lycee")
    marc = await builders.person("host", school=lycee)
    await count(lycee, ("2de MTNE", None, None), by=marc)
    assert await said() == [("hands_counted", marc, lycee, "2026-2027")]
