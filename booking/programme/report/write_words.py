"""The coordinator writes what figures do not say, section by section, year by year."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Annotated

from msgspec import Meta

from booking.programme.report.rules import TITLES, SectionKey
from workshops.acts import Act, labelled, typed
from workshops.acts.health import says_of_pupil
from workshops.database import rows, transaction
from workshops.events.record import record_by
from workshops.refusals import NotFound

WORDS_MOST = 2_000
WRITE = """
INSERT INTO report_words (school_year, section, text, written_at, written_by) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (school_year, section) DO UPDATE
  SET text = excluded.text, written_at = excluded.written_at, written_by = excluded.written_by
"""


class WriteWords(Act, frozen=True, kw_only=True):
    """The words of one section; empty, the file has none."""

    text: Annotated[
        str,
        typed(
            "Votre texte",
            "What the file says of the section beside its figures; names nobody. Empty: nothing.",
            most=WORDS_MOST,
            lines=True,
            check=partial(says_of_pupil, "Votre texte", instead="Écrivez sans nommer d'élève ni de personne."),
        ),
    ] = ""


class WriteSection(WriteWords, frozen=True, kw_only=True):
    """The words of one section among others."""

    section: Annotated[SectionKey, labelled("Partie", "Which part of the file.", words=TITLES)]


class WriteSections(Act, frozen=True, kw_only=True):
    """The words of several sections, saved at once."""

    sections: Annotated[
        list[WriteSection],
        Meta(max_length=len(TITLES), description="Each section once.", extra={"label": "Parties"}),
    ]


async def write_words(asked: WriteWords, *, year: int, section: str, by: int | None, now: datetime) -> None:
    """The words of a section are kept for that school year (2026 is 2026-2027); `by` is None for the examples.

    Raises NotFound for no section.
    """
    if section not in TITLES:
        raise NotFound()
    async with transaction():
        await _write(asked.text, year, section, by, now)


async def write_all_words(asked: WriteSections, *, year: int, by: int, now: datetime) -> None:
    """The words of these sections are kept for that school year, all or none; the others stay as they are."""
    async with transaction():
        for one in asked.sections:
            await _write(one.text, year, one.section, by, now)


async def _write(text: str, year: int, section: str, by: int | None, now: datetime) -> None:
    await rows(WRITE, year, section, text, now, by)
    await record_by(by, "report_written", about_kind="year", about=year, detail=TITLES[section], now=now)
