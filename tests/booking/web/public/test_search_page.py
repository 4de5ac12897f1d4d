"""Looking for a visit: what the list holds, in which words, and what each card lets one do."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest

from tests import builders
from tests.booking.web.public.conftest import NOW
from tests.builders import paris


def _hours(html: str) -> list[str]:
    shown = re.findall(r'<p class="on-offer-when"><strong>.+?, (.+?)</strong>', html)
    return [one.replace("\u00a0", " ") for one in shown]


def _acts(html: str) -> list[str]:
    return re.findall(
        r'<div class="on-offer-act">\s*<a class="btn btn-(?:outline-)?primary" href="[^"]*">([^<]+)<', html
    )


def _lead(html: str) -> str:
    (sentence,) = re.findall(r'<p id="trouve" role="status">(.+?)(?: <a href.+?)?</p>', html)
    return sentence


def _phrase(html: str) -> str:
    (said,) = re.findall(r"<h1[^>]*>(.+?)</h1>", html)
    return unescape(said).replace("\u00a0", " ")


async def test_a_slot_whose_reservations_are_closed_is_not_proposed(visitor):
    lycee = await builders.school(kind="lycee")
    tomorrow = NOW + timedelta(days=1)
    await builders.slot(host=lycee, starts_at=tomorrow, booking_closes_at=NOW - timedelta(days=1))
    await builders.slot(host=lycee, starts_at=paris("2027-03-25 09:00"))
    shown = (await visitor.get("/creneaux")).text
    assert (_hours(shown), _lead(shown)) == (["9 h 00"], "1 créneau est proposé.")


async def test_a_full_slot_stays_and_proposes_its_waiting_list(visitor):
    lycee = await builders.school(kind="lycee")
    full = await builders.slot(host=lycee, starts_at=paris("2027-03-25 09:00"))
    await builders.reservation(slot=full, group=await builders.group(), pupils=24)
    await builders.slot(host=lycee, starts_at=paris("2027-03-26 10:00"))
    shown = (await visitor.get("/creneaux")).text
    assert _acts(shown) == ["Attendre une place", "Réserver"]
    shown = (await visitor.get("/creneaux?libres=oui")).text
    assert _acts(shown) == ["Réserver"]


async def test_the_list_says_for_whom_it_is(visitor):
    await builders.slot(starts_at=paris("2027-03-25 09:00"), levels=["4e"])
    shown = (await visitor.get("/creneaux?niveau=4e&eleves=24")).text
    assert (_phrase(shown), _lead(shown)) == (
        "Une visite pour 24 élèves de 4e, dans tous les départements, à tout moment.",
        "1 créneau convient.",
    )
    shown = (await visitor.get("/creneaux?niveau=6e")).text
    assert (_hours(shown), _lead(shown)) == ([], "Aucun créneau ne convient.")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("eleves=500", "Élèves : écrivez un nombre de 1 à 60."),
        ("du=hier", "À partir du : écrivez une date, par exemple 25/03/2027."),
        ("niveau=terminale", "Niveau : choisissez dans la liste."),
    ],
)
async def test_what_cannot_be_read_is_told_beside_its_field_and_kept(visitor, asked, told):
    await builders.slot(starts_at=paris("2027-03-25 09:00"))
    answer = await visitor.get(f"/creneaux?{asked}")
    assert answer.status_code == 200
    assert re.findall(r'<p class="field-error"[^>]*>(.+?)</p>', answer.text) == [told]
    assert _hours(answer.text) == ["9 h 00"]


async def test_a_month_begins_where_there_is_something_to_reserve(visitor):
    await builders.slot(starts_at=paris("2027-03-25 09:00"))
    shown = (await visitor.get("/creneaux?vue=mois")).text
    assert re.findall(r"<caption>(.+?)</caption>", shown) == ["mars 2027"]
    assert re.findall(r'<a href="(/creneaux\?jour=[^"]+)"', shown) == ["/creneaux?jour=2027-03-25"]
