"""A file declared final stays as it is, in the database itself; what its figures became since stands beside it."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pypdfium2
import pytest
from asyncpg.exceptions import RaiseError

from booking.programme.report.compose import compose
from booking.programme.report.declare_final import DeclareFinal, VersionTaken, declare_final
from booking.programme.report.differ import FORESEEN, Changed, differences, figures_of_year
from booking.programme.report.differ import read as read_kept
from booking.programme.report.draw_files import digest, draw_files
from booking.programme.report.queries import final_file, finals, provisional, words_proposed, words_written
from booking.programme.report.rules import Figures
from booking.programme.report.write_words import WriteWords, write_words
from booking.year.close import close_year
from booking.year.rules import CloseYear, SchoolYear
from tests import builders, builders_milestones
from tests.booking.programme.report.read_back import cells_of, figures_of, pieces_of, read_tables, tables_of
from tests.booking.programme.report.world import World, a_programme
from tests.builders import NOW, paris
from tests.owner import by_owner
from workshops.closed_years.correct import recording
from workshops.closed_years.rules import correcting_because
from workshops.contributions.rules import FundingKind, Giver
from workshops.contributions.set_rate import RecordSum, SetRate, record_sum, set_rate
from workshops.database import row, rows, value
from workshops.refusals import Invalid, NotFound

YEAR = "2026-2027"
LATER = paris("2027-09-06 09:00")


@pytest.fixture
async def world(db) -> World:
    return await a_programme()


async def declared(nadia: int, *, year: str = YEAR, version: int = 1, small: bool = False, now=NOW) -> int:
    return await declare_final(DeclareFinal(version=version, small=small), year=year, by=nadia, now=now)


async def test_the_bytes_their_digests_who_and_when_are_kept_and_the_journal_says_so(world, nadia):
    assert await declared(nadia) == 1
    (kept,) = await finals(2026)
    assert (kept.version, kept.declared_at, kept.declared_by, kept.small, kept.closed) == (
        *(1, NOW, "Nadia Perrin", False, False),
    )
    for what, told in (("pdf", kept.pdf_sha256), ("docx", kept.docx_sha256), ("sheet", kept.sheet_sha256)):
        assert digest((await final_file(2026, 1, what)).content) == told
    event = await row("SELECT by, about_kind, about, detail FROM events WHERE act = 'report_declared'")
    assert tuple(event) == (
        *(nadia, "year", 2026),
        f"Dossier France 2030 {YEAR}, version 1, PDF SHA-256 {kept.pdf_sha256}",
    )
    told = "Chiffres provisoires. L'année n'est pas finie : elle se clôt à partir du dimanche 1er août 2027."
    assert told in _text((await final_file(2026, 1, "pdf")).content)
    assert "Version finale" in _text((await final_file(2026, 1, "pdf")).content)


async def test_nothing_changes_nor_erases_a_final_file(world, nadia):
    await declared(nadia)
    for statement in (
        "UPDATE final_reports SET version = 2",
        "UPDATE final_reports SET pdf = 'x'",
        "DELETE FROM final_reports",
        "TRUNCATE final_reports",
    ):
        with pytest.raises(RaiseError, match="stays as it is"):
            await by_owner(statement)
    assert await value("SELECT count(*) FROM final_reports") == 1


async def test_a_correction_stands_beside_the_final_file_which_stays_as_it_was(world, nadia):
    await declared(nadia)
    before = (await final_file(2026, 1, "pdf")).content
    slot = await builders.slot(host=world.haag, starts_at=paris("2026-12-17 09:00"), state="done")
    await builders.turnout(slot=slot, school=world.colleges[0], counted=10)
    (kept,) = await finals(2026)
    changed = differences(read_kept(kept.figures), await figures_of_year(YEAR, now=NOW))
    assert changed[:2] == [
        Changed("technilab.pupils", "Collégiens accueillis", 72, 82),
        Changed("visits.visits", "Visites", 4, 5),
    ]
    assert Changed("equity.priorities.REP", "REP", 26, 36) in changed
    assert (await final_file(2026, 1, "pdf")).content == before
    await declared(nadia, version=2)
    second, first = await finals(2026)
    assert (first.pdf_sha256, second.version) == (digest(before), 2)
    assert second.pdf_sha256 != first.pdf_sha256


async def test_what_a_rate_a_sum_a_milestone_or_a_september_became_is_a_difference(world, nadia):
    await builders.company_turnout(slot=await value("SELECT min(slot) FROM turnouts"), company=await builders.company())
    rate = SetRate(euros=20, source="Convention")
    await set_rate(2026, Giver.COMPANIES, rate, by=nadia, now=NOW)
    await set_rate(2025, Giver.COMPANIES, rate, by=nadia, now=NOW)
    milestone = await builders_milestones.milestone(due_on=date(2027, 1, 4))
    await declared(nadia)
    (kept,) = await finals(2026)
    assert differences(read_kept(kept.figures), await figures_of_year(YEAR, now=NOW)) == []
    await set_rate(2026, Giver.COMPANIES, SetRate(euros=40, source="Convention"), by=nadia, now=NOW)
    spent = RecordSum(kind=FundingKind.SPENT, euros=1200, counted_on=date(2027, 1, 4), source="Région")
    await record_sum(spent, by=nadia, now=NOW)
    await rows("UPDATE milestones SET state = 'done', ended_on = '2027-01-08' WHERE id = $1", milestone)
    await builders_milestones.proof(milestone)
    await rows("UPDATE targets SET target = 2000 WHERE metric = 'pupils' AND programme = 'technilab'")
    changed = differences(read_kept(kept.figures), await figures_of_year(YEAR, now=NOW))
    told = {one.label: (one.was, one.becomes) for one in changed if one.label != "Entreprises, valeur donnée (€)"}
    assert told == {
        "Collégiens accueillis, à atteindre": (6000, 2000),
        "Jalons faits": (0, 1),
        "Jalons en retard": (1, 0),
        "Preuves": (0, 1),
        "Dépensé à ce jour (€)": (0, 1200),
    }
    (value_given,) = [one for one in changed if one.label == "Entreprises, valeur donnée (€)"]
    assert value_given.becomes == 2 * value_given.was > 0


async def test_a_file_kept_before_more_was_kept_says_only_what_it_kept(world, nadia):
    before = [one for one in await figures_of_year(YEAR, now=NOW) if one.key == "visits.visits"]
    await rows("UPDATE targets SET target = 2000 WHERE metric = 'pupils' AND programme = 'technilab'")
    assert differences(before, await figures_of_year(YEAR, now=NOW)) == []


async def test_what_another_year_brings_changes_only_what_the_file_counts_since_the_beginning(world, nadia):
    await declared(nadia, year="2025-2026")
    slot = await builders.slot(host=world.haag, starts_at=paris("2026-12-17 09:00"), state="done")
    await builders.turnout(slot=slot, school=world.colleges[0], counted=10)
    (kept,) = await finals(2025)
    assert [one.label for one in differences(read_kept(kept.figures), await figures_of_year("2025-2026", now=NOW))] == [
        *("Collégiens accueillis, compté en tout", "Collégiens accueillis, espéré", "Collégiens accueillis, prévu"),
    ]


async def test_a_year_that_is_closed_keeps_its_file_and_says_what_was_corrected_since(world, nadia, tmp_path):
    ahead = await value("SELECT id FROM slots WHERE state = 'open'")
    await close_year(SchoolYear(2026), CloseYear(nobody_came=(ahead,)), by=nadia, data_dir=tmp_path, now=LATER)
    assert await provisional(2026, now=LATER) == []
    await declared(nadia, now=LATER)
    reason = correcting_because.set("Recensement recompté")
    async with recording(by=nadia, school=None, now=LATER + timedelta(days=1)):
        await rows("UPDATE ptech_censuses SET present = 26 WHERE school_year = 2026")
    correcting_because.reset(reason)
    (kept,) = await finals(2026)
    assert kept.closed
    changed = differences(read_kept(kept.figures), await figures_of_year(YEAR, now=LATER))
    assert changed[0] == Changed("ptech.pupils", "Lycéens en parcours P-TECH", 22, 26)
    whole = f"Lycéens en parcours P-TECH, {FORESEEN['done']}"
    assert (whole, 46, 50) in [(one.label, one.was, one.becomes) for one in changed]
    report = (await compose(YEAR, small=True, now=LATER + timedelta(days=2))).report
    tables = {one.title: one for part in report.sections for one in part.blocks if isinstance(one, Figures)}
    (line,) = tables["Chiffres corrigés"].lines
    assert line == ("Lycéens en parcours P-TECH (lycéens)", YEAR, 22, 26, "Recensement recompté")


async def test_what_may_still_change_of_a_year_is_said(world):
    told = await provisional(2026, now=NOW)
    assert told[0] == "L'année n'est pas finie : elle se clôt à partir du dimanche 1er août 2027."
    assert (await provisional(2025, now=NOW))[0] == (
        "L'année n'est pas close : ses chiffres peuvent encore changer sans raison publiée."
    )
    left = await builders.slot(starts_at=NOW - timedelta(days=3))
    await builders.reservation(slot=left, group=await builders.group(), pupils=20)
    assert "1 visite passée à clore." in await provisional(2026, now=NOW)


async def test_a_version_is_declared_once_whoever_sends_it_twice(world, nadia):
    answers = await asyncio.gather(declared(nadia), declared(nadia), return_exceptions=True)
    assert sorted(type(one).__name__ for one in answers) == ["VersionTaken", "int"]
    for version in (1, 3):
        with pytest.raises(VersionTaken):
            await declared(nadia, version=version)
    assert await value("SELECT count(*) FROM final_reports") == 1


async def test_a_year_without_a_file_is_not_declared(world, nadia):
    for year in ("2019-2020", "demain"):
        with pytest.raises(NotFound):
            await declared(nadia, year=year)
        with pytest.raises(NotFound):
            await final_file(2019, 1, "pdf")


async def test_every_figure_is_read_back_out_of_the_pdf_and_the_docx(world):
    files = await draw_files(YEAR, now=NOW)
    tables = figures_of(files.composed.report)
    assert len(tables) > 12
    assert tables_of(files.docx) == [cells_of(figures) for figures in tables]
    cells = sum(len(figures.columns) * (1 + len(figures.lines)) for figures in tables)
    assert read_tables(pieces_of(files.pdf), tables) == cells
    assert len(pypdfium2.PdfDocument(files.pdf)) <= 8
    assert len(pypdfium2.PdfDocument(files.sheet)) == 1
    sheet = _text(files.sheet)
    for one in files.composed.sheet.figures:
        assert one.label in sheet
    assert digest((await draw_files(YEAR, now=NOW)).pdf) == digest(files.pdf)


def _text(pdf: bytes) -> str:
    return _plain(" ".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)))


def _plain(text: str) -> str:
    return " ".join(text.replace("\u202f", " ").replace("\ufffe", "").replace("\xa0", " ").split())


async def test_words_are_kept_by_year_and_brought_over_as_a_draft(world, nadia):
    await write_words(WriteWords(text="Une première année."), year=2025, section="technilab", by=nadia, now=NOW)
    assert await words_written(2026) == {}
    proposed = await words_proposed(2026)
    assert (proposed["technilab"].text, proposed["technilab"].year) == ("Une première année.", "2025-2026")
    await write_words(WriteWords(text=""), year=2026, section="technilab", by=nadia, now=NOW)
    assert (await words_proposed(2026), await words_written(2026)) == ({}, {"technilab": ""})
    assert (await words_written(2025))["technilab"] == "Une première année."
    with pytest.raises(NotFound):
        await write_words(WriteWords(text="Rien"), year=2026, section="ailleurs", by=nadia, now=NOW)


@pytest.mark.parametrize(
    "text", ["Lina Martin est venue deux fois.", "Un élève asthmatique n'a pas pu venir.", "x" * 2001]
)
async def test_words_that_name_a_pupil_or_are_too_long_are_refused(text: str):
    with pytest.raises(Invalid):
        WriteWords(text=text)


async def test_the_files_of_an_invented_coordinator_go_with_the_examples(world, nadia):
    await rows("UPDATE accounts SET example = true WHERE id = $1", nadia)
    await declared(nadia)
    await by_owner("DELETE FROM final_reports WHERE declared_by = $1", nadia)
    assert await finals() == []
