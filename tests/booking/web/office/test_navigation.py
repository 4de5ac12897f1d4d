"""The coordinator's pages are all reached from the head of every page."""

import re

import pytest

NEAR = ["/gestion/a-faire", "/gestion", "/gestion/ptech"]
FAR = [
    *("/gestion/bts1", "/gestion/etablissements", "/gestion/entreprises", "/gestion/comptes"),
    "/gestion/administration",
]


async def test_the_first_pages_stand_in_the_row_and_all_others_behind_a_word(office):
    answer = await office.get("/gestion/equite")
    row, unfolded = re.findall(
        r'<nav aria-label="Principale">(.*?)<summary>Plus</summary>(.*?)</nav>', answer.text, re.S
    )[0]
    links = re.compile(r'<a href="(.*?)"')
    assert (links.findall(row), links.findall(unfolded)) == (NEAR + FAR, FAR)


async def test_the_place_that_leads_to_a_page_is_marked_in_the_row(office):
    answer = await office.get("/gestion/equite/colleges")
    assert re.findall(r'<a href="(\S+)" aria-current="(\w+)"', answer.text) == [("/gestion", "true")]


@pytest.mark.parametrize(
    "path",
    [
        "/gestion/comptes?q=%00",
        "/gestion/journal?qui=%00",
        "/gestion/entreprises?q=%00",
        "/gestion/etablissements?q=%00&departement=%00",
        "/gestion/equite/colleges?q=%00&departement=%00",
        "/gestion/comptes/invitation?siret=%00",
        "/gestion/creneaux?college=%00",
    ],
)
async def test_a_character_that_no_text_holds_breaks_no_list(office, path):
    assert (await office.get(path)).status_code == 200
