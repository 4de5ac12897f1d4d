"""The visits behind a figure leave as a file that says which they are."""

from __future__ import annotations

import re
from datetime import datetime
from html import unescape
from io import BytesIO

from openpyxl import load_workbook

from tests import builders
from tests.booking.web.office.test_charts import a_visit
from workshops.database import value

ADDRESS = "/gestion/creneaux?annee=2026-2027&niveau=5e"
NAME = "technilab-visites-2026-2027-5e-du-2027-01-11"


async def test_the_visits_behind_a_figure_are_a_file_that_names_its_filter(office, nadia):
    await builders.target()
    await a_visit(counted=20, level="5e")
    await a_visit(on="2026-11-12 09:00", counted=12, level="5e")
    await a_visit(on="2026-10-12 09:00", counted=9, level="4e")
    shown = (await office.get(ADDRESS)).text
    assert '<option value="2026-2027" selected>Année scolaire 2026-2027</option>' in shown
    links = dict(re.findall(r'<a href="(/gestion/creneaux\?[^"]*fichier=(?:csv|xlsx))">(CSV|XLSX)</a>', shown))
    csv, xlsx = sorted((unescape(one) for one in links), key=lambda one: one[-3:])
    answer = await office.get(csv)
    assert answer.headers["content-disposition"] == f'attachment; filename="{NAME}.csv"'
    lines = [line.split(";") for line in answer.content.decode("utf-8-sig").splitlines()]
    assert lines[0] == ["Date", "Atelier", "Lycée", "Commune", "Groupes", "Élèves", "Origine", "Source"]
    assert [(one[0], one[4], one[5]) for one in lines[1:3]] == [("10/12/2026", "1", "20"), ("12/11/2026", "1", "12")]
    assert len(lines) == 3
    assert await value("SELECT by FROM events WHERE act = 'counts_exported'") == nadia
    sheet = load_workbook(BytesIO((await office.get(xlsx)).content)).worksheets[0]
    first: datetime = sheet["A2"].value
    assert (first.date().isoformat(), sheet["F2"].value, sheet.max_row) == ("2026-12-10", 20, 3)


async def test_the_file_of_an_objects_visits_counts_the_object(office):
    await builders.target()
    slot = await a_visit(counted=20)
    lamp = await builders.tech_object(name="Lampe à balancier")
    group = await value("SELECT group_ref FROM turnouts WHERE slot = $1", slot)
    counts = {"made": 4, "finished": 3, "working": 2, "taken_home": 1}
    await builders.build(slot=slot, group_ref=group, tech_object=lamp, **counts)
    lines = (await office.get(f"/gestion/creneaux?objet={lamp}&fichier=csv")).content.decode("utf-8-sig").splitlines()
    assert lines[0] == "Date;Atelier;Lycée;Commune;Fabriqués;Terminés;Fonctionnent;Emportés;Groupes;Origine;Source"
    assert lines[1].endswith(";4;3;2;1;1;close par le lycée;")


async def test_a_kind_of_file_that_is_not_made_is_the_page(office):
    answer = await office.get("/gestion/creneaux?fichier=exe")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
