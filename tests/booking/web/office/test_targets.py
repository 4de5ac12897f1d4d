"""The targets leave as one table: what is done, booked, planned and foreseen of each, and how it is counted."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests import builders
from tests.browsing import read
from tests.builders import NOW
from workshops.database import row, value
from workshops.programmes.targets.metrics import VISITORS

FORM = {
    "label": "Collégiens accueillis",
    "target": "6000",
    "unit": "élèves",
    "from_on": "2025-09-01",
    "to_on": "2030-08-31",
    "note": "Élèves différents, chacun compté une seule fois.",
}
PATH = "/gestion/objectifs/technilab/pupils"


async def test_every_measure_waits_for_its_target(office):
    shown = await office.get("/gestion/objectifs")
    assert shown.text.count("Fixer l'objectif") == 8
    assert 'name="label" value="Collégiens accueillis"' in (await office.get(PATH)).text


async def test_a_target_is_set_then_changed(office):
    answer = await office.post(PATH, FORM)
    assert answer.headers["location"] == "/gestion/objectifs?fait=objectif-change"
    await office.post(PATH, {**FORM, "target": "6500", "to_on": "2031-08-31"})
    kept = await row("SELECT programme, metric, target, to_on::text FROM targets")
    assert tuple(kept) == ("technilab", "pupils", 6500, "2031-08-31")
    assert "Collégiens accueillis : 6 500 élèves · TECHNILAB" in read(await office.get("/gestion/objectifs"))


async def test_the_rule_is_told_by_the_code_and_the_note_stands_beside_it_as_the_coordinations(office):
    """On the board, the list, its own page, the public page, the dictionary, the file of its curve, the table of
    targets."""
    await office.post(PATH, FORM)
    number = await value("SELECT id FROM targets")
    rule, note = VISITORS.rule, f"Note de la coordination : {FORM['note']}"
    chart = f"/gestion/graphiques/objectif-{number}"
    for path in ("/gestion", "/gestion/objectifs", PATH, "/programme", "/gestion/dictionnaire"):
        assert f"{rule} {note}" in read(await office.get(path)), path
    assert f"{rule} {note}" in (await office.get(f"{chart}/chiffres.csv?dictionnaire=oui")).content.decode("utf-8-sig")
    lines = (await office.get("/gestion/objectifs.csv")).content.decode("utf-8-sig").splitlines()
    told = dict(zip(*(line.split(";") for line in lines[:2]), strict=True))
    assert (told["Règle de comptage"], told["Note de la coordination"]) == (rule, FORM["note"])


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"target": "0"}, "target"),
        ({"target": "beaucoup"}, "target"),
        ({"to_on": "2025-08-31"}, "to_on"),
        ({"to_on": "9999-12-31"}, "to_on"),
        ({"from_on": "0001-01-01"}, "from_on"),
        ({"from_on": ""}, "from_on"),
        ({"note": "D'après Nadia Perrin"}, "note"),
        ({"unit": "x" * 41}, "unit"),
    ],
)
async def test_a_wrong_target_is_said_at_its_field_and_the_old_one_stays(office, wrong, field):
    await builders.target()
    answer = await office.post(PATH, {**FORM, **wrong})
    assert answer.status_code == 422
    assert f'<a href="#{field}">' in answer.text
    assert 'value="Collégiens accueillis"' in answer.text
    assert await value("SELECT target FROM targets") == 6000


@pytest.mark.parametrize("path", ["technilab/money", "autre/pupils"])
async def test_what_the_programme_does_not_count_has_no_target(office, path):
    assert (await office.get(f"/gestion/objectifs/{path}")).status_code == 404
    assert (await office.post(f"/gestion/objectifs/{path}", FORM)).status_code == 404


async def test_each_target_is_a_line_with_its_figures_its_rule_and_whether_they_may_change(office, nadia):
    await builders.target(note="=Chaque élève une fois", from_on=date(2026, 9, 1), to_on=date(2031, 8, 31))
    lycee = await builders.school(kind="lycee")
    slot = await builders.slot(host=lycee, starts_at=NOW - timedelta(days=3), state="done")
    await builders.turnout(slot=slot, school=await builders.school(), counted=21, group_ref=1)
    answer = await office.get("/gestion/objectifs.csv")
    name = "technilab-objectifs-du-2027-01-11"
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}.csv"'
    lines = [line.split(";") for line in answer.content.decode("utf-8-sig").splitlines()]
    told = dict(zip(lines[0], lines[1], strict=True))
    shown = await office.get("/api/v1/results")
    [figures] = shown.json()["targets"]
    assert figures["forecast"] == figures["counted"] + figures["engaged"] + figures["hoped"]
    assert (figures["presence_percent"], figures["counted"], figures["done"]) == (88, 21, 21)
    assert told == {
        "Dispositif": "TECHNILAB",
        "Objectif": figures["label"],
        "Unité": figures["unit"],
        "À atteindre": str(figures["target"]),
        "Premier jour": "01/09/2026",
        "Dernier jour": "31/08/2031",
        "Compté": "21",
        "Dont déclaré": "0",
        "À côté": "",
        "Places encore libres ou en préparation": "0",
        "Rythme régulier": str(figures["due"]),
        "Engagé": "0",
        "Présence jusqu'ici (%)": "88",
        "Espéré": str(figures["hoped"]),
        "Prévision au dernier jour : compté, engagé, espéré": str(figures["forecast"]),
        "État": "provisoire",
        "Règle de comptage": VISITORS.rule,
        "Note de la coordination": "'=Chaque élève une fois",
        "Corrigé depuis la clôture": "",
    }
    assert len(lines) == 2
    assert await value("SELECT by FROM events WHERE act = 'counts_exported'") == nadia
    assert (await office.get("/gestion/objectifs.xlsx")).content[:2] == b"PK"
