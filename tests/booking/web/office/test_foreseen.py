"""What is foreseen of a target in its three parts, as the board, the public page and a chart's file tell them."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from tests import builders, builders_ptech
from tests.builders import NOW
from tests.journeys.office import plain


@pytest.fixture(autouse=True)
async def targets(db):
    days = {"from_on": date(2025, 9, 1), "to_on": date(2028, 8, 31)}
    await builders.target(**days)
    await builders.target(programme="ptech", metric="pupils", label="Lycéens en P-TECH", unit="lycéens", **days)
    workshop = await builders.workshop()
    slot = await builders.slot(workshop=workshop, starts_at=NOW - timedelta(days=300), state="done")
    await builders.turnout(slot=slot, counted=120, announced=160, group_ref=1)
    await builders.slot(workshop=workshop, starts_at=NOW + timedelta(days=30), seats_taken=24)
    made = await builders_ptech.cohort(entry_year=2026)
    await builders_ptech.census(made, 2026, present=200)


def parts(page: str) -> list[list[str]]:
    """The lines of each target from what is counted of it on."""
    found = re.findall(r'<dl class="pace">(.*?)</dl>', page, re.S)
    lines = [[plain(one) for one in re.findall(r"<div>(.*?)</div>", dl, re.S)] for dl in found]
    return [[line for line in own if line.split()[0] in {"Compté", "Engagé", "Espéré", "Prévision"}] for own in lines]


async def test_the_board_names_what_is_counted_engaged_and_hoped(office):
    visits, lyceens = parts((await office.get("/gestion")).text)
    assert visits == [
        "Compté 120",
        "Engagé (inscrits, à l'effectif annoncé ; présence jusqu'ici : 75 %) 24",
        "Espéré (au-delà, comme les mêmes mois de l'année passée) 240",
        "Prévision pour août 2028, les trois ensemble 384",
    ]
    assert lyceens == [
        "Compté 200",
        "Engagé (cohortes en cours, d'après ce qu'elles gardent d'élèves) 200",
        "Espéré (au-delà, comme au dernier octobre, de nouveaux entrants) 200",
        "Prévision pour août 2028, les trois ensemble 600",
    ]


async def test_the_public_page_rounds_what_is_hoped_and_the_parts_still_add_up(office):
    visits, _ = parts((await office.get("/programme")).text)
    assert visits == [
        "Compté 120",
        "Engagé (inscrits, à l'effectif annoncé ; présence jusqu'ici : environ 75 %) 24",
        "Espéré (au-delà, comme les mêmes mois de l'année passée, environ) 250",
        "Prévision pour août 2028, les trois ensemble, environ 394",
    ]


async def test_the_chart_says_of_what_its_end_is_made(office):
    page = (await office.get("/gestion/objectifs/technilab/pupils")).text
    assert "384 prévus en août 2028 : compté 120, engagé 24, espéré 240." in plain(page.replace("<", " "))
