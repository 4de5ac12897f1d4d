"""The targets leave as one table: what is done, booked, planned and foreseen of each, and how it is counted."""

from __future__ import annotations

from datetime import date, timedelta

from tests import builders
from tests.builders import NOW
from workshops.database import value
from workshops.programmes.metrics import VISITORS


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
    assert lines[2:4] == [[""], ["Tableau", "Objectifs"]]
    assert await value("SELECT by FROM events WHERE act = 'counts_exported'") == nadia
    assert (await office.get("/gestion/objectifs.xlsx")).content[:2] == b"PK"
