"""Every figure that a page shows is explained in the dictionary."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest

from booking.programme.figures.define import define
from tests import builders, builders_bts1, builders_ptech
from tests.browsing import Browser, read
from tests.builders import NOW, paris
from workshops.database import rows
from workshops.programmes.targets.queries import targets

# What heads a count: a column of numbers, a tally, a line of a target's pace.
COLUMN = re.compile(r'<th scope="col" class="num">(.+?)</th>', re.DOTALL)
TALLY = re.compile(r'<dl class="(?:tally|pace)">(.+?)</dl>', re.DOTALL)
TERM = re.compile(r"<dt>(.+?)</dt>", re.DOTALL)
UNIT = re.compile(r'<span class="unit">.*?</span>|<[^>]+>', re.DOTALL)
METRICS = (
    *(("technilab", "pupils"), ("ptech", "schemes"), ("ptech", "pupils"), ("ptech", "entrants")),
    *(("ptech", "companies"), ("bts1", "courses"), ("bts1", "enrolled"), ("bts1", "completed")),
)


def headings(page: str) -> set[str]:
    """The words that stand above or beside the counts of a page."""
    found = [*COLUMN.findall(page), *(term for tally in TALLY.findall(page) for term in TERM.findall(tally))]
    return {" ".join(unescape(UNIT.sub(" ", one)).replace("\u2060", "").split()) for one in found}


@pytest.fixture
async def pages(app, db) -> list[str]:
    """Each page of figures of a programme that has something of everything."""
    app.state.clock = lambda: NOW
    for n, (programme, metric) in enumerate(METRICS):
        await builders.target(programme=programme, metric=metric, label=f"Cible {n}", from_on=date(2024, 9, 1))
    lycee = await builders.school(kind="lycee")
    firm = await builders.company()
    slot = await builders.slot(host=lycee, starts_at=paris("2026-12-10 09:00"), state="done")
    await builders.turnout(slot=slot, group_ref=7, girls=11)
    await builders.company_turnout(slot=slot, company=firm)
    await builders.slot(host=lycee, starts_at=paris("2027-03-10 09:00"))
    lamp = await builders.tech_object(name="Lampe")
    await rows(
        """INSERT INTO builds (slot, group_ref, tech_object, made, finished, working, taken_home)
           VALUES ($1, 7, $2, 4, 3, 2, 1)""",
        *(slot, lamp),
    )
    made = await builders_ptech.a_whole_cohort(school=lycee, company=firm, now=NOW)
    course = await builders_bts1.a_whole_course(school=lycee, company=firm)
    stopped = await builders_bts1.course(school=lycee, title="Formation arrêtée")
    await builders_bts1.step(stopped, "suspendue", date(2026, 9, 1))
    nadia = await builders.person("coordinator", "nadia@example.org")
    office = await Browser(app, now=NOW).sign_in(nadia)
    paths = (
        *("/gestion", "/gestion/equite", "/programme"),
        *("/gestion/creneaux?filles=oui", f"/gestion/creneaux?objet={lamp}", "/gestion/creneaux?etat=attendues"),
        *("/gestion/ptech", f"/gestion/ptech/cohortes/{made['cohort']}", "/gestion/bts1", f"/bts1/{course['course']}"),
    )
    answers = [await office.get(path) for path in paths]
    assert [one.status_code for one in answers] == [200] * len(paths)
    return [one.text for one in answers]


async def test_each_figure_shown_has_its_definition(pages):
    explained = {
        label for _, definitions in define(await targets()) for one in definitions for label in (one.name, *one.shown)
    }
    for page in pages:
        shown = headings(page)
        assert shown, read(page)[:80]
        assert {one for one in shown if not any(one == it or one.startswith(f"{it} ") for it in explained)} == set()


async def test_each_target_of_the_board_has_its_definition_with_its_source(pages):
    aims = dict(define(await targets()))["Objectifs"]
    assert [one.name.split(" (")[0] for one in aims] == [f"Cible {n}" for n in range(len(METRICS))]
    assert not [one.name for one in aims if one.source.startswith("Aucune")]


async def test_each_definition_tells_its_source_its_rule_and_when_it_no_longer_moves(db):
    every = [one for _, definitions in define([]) for one in definitions]
    assert all(one.name and one.words and one.source and one.rule and one.freezes for one in every)
    names = [one.name for one in every]
    assert len(names) == len(set(names))
