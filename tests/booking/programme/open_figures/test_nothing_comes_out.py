"""The open files beside the public pages, given to somebody who solves equations: nothing that is hidden comes out."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from datetime import date

from hypothesis import given, settings

from booking.programme.consortium.queries import Member
from booking.programme.figures.mask import Masked, MaskedCount, PublicCounts, mask
from booking.programme.figures.periods import Period
from booking.programme.figures.publish import Published, Stand
from booking.programme.open_figures.files import csv_file, json_file
from booking.programme.open_figures.lay_out import open_tables
from booking.programme.open_figures.rules import LyceeNamed, OpenTable
from tests.booking.programme.figures.test_mask import betrayed, counts_of, public_counts
from workshops.partners.queries import PartnerCard
from workshops.programmes.targets.queries import TargetCard
from workshops.results.measure import Progress

AIM = TargetCard(1, "technilab", "pupils", "Collégiens accueillis", "élèves", 6000, date(2024, 8, 1), date(2030, 7, 31))
YEAR = "2026-2027"


def given_out(counts: PublicCounts) -> tuple[OpenTable, ...]:
    """The tables of what the public pages tell of these counts."""
    shown = mask(counts)
    members = [
        Member(
            PartnerCard(n, "lycee", one.label, "", n, None, "", date(2025, 9, 1), None, False),
            *(1, 0, 0, one.pupils, 0, 0, 0, 0, 0),
        )
        for n, one in enumerate(shown.lycees)
    ]
    found = Published(
        stands=[Stand(Progress(AIM, counts.whole, None, False), few=shown.few)],
        period=Period("", AIM.from_on, AIM.to_on),
        visits=40,
        declared=0,
        lycees=len(members),
        colleges=12,
        by_year=shown.years,
        before=[],
        by_department=shown.tables["departments"],
        by_level=shown.tables["levels"],
        by_priority=[],
        by_distance=[],
        girls_and_boys=[],
        chart=None,
        members=members,
    )
    lycees = {n: LyceeNamed(n, f"025000{n}R", one.label, "Besançon", "25") for n, one in enumerate(shown.lycees)}
    return open_tables(found, lycees=lycees, departments={}, year=YEAR)


def from_csv(table: OpenTable) -> list[Mapping[str, object]]:
    lines = csv.DictReader(io.StringIO(csv_file(table).decode("utf-8-sig")), delimiter=";")
    return [
        line | {"masque": line["masque"] == "oui", "eleves": int(line["eleves"]) if line["eleves"] else None}
        for line in lines
    ]


def from_json(table: OpenTable) -> list[Mapping[str, object]]:
    return json.loads(json_file(table))


def read_back(tables: tuple[OpenTable, ...], read, points) -> Masked:
    """What somebody reads in the files, beside the curve of the page."""
    files = {one.name: one for one in tables}

    def counts(name: str, label: str) -> list[MaskedCount]:
        lines = read(files[name])
        assert all(line["masque"] == (line["eleves"] is None) for line in lines)
        return [MaskedCount(line[label], line["eleves"]) for line in lines]

    (aim,) = json.loads(json_file(files["objectifs"]))
    assert aim["masque"] == (aim["compte"] is None)
    return Masked(
        points=points,
        years=counts("annees", "annee_scolaire"),
        tables={"levels": counts("niveaux", "niveau"), "departments": counts("departements", "departement")},
        lycees=counts("lycees", "lycee"),
        few=aim["masque"],
    )


def test_a_small_year_and_the_ones_that_would_betray_it_are_empty_in_the_files():
    files = {
        one.name: one for one in given_out(counts_of([100, 3, 200], tables={"levels": [300, 3], "departments": []}))
    }
    assert [(line["eleves"], line["masque"]) for line in from_csv(files["annees"])] == [
        (None, True),
        (None, True),
        (200, False),
    ]
    assert [(line["eleves"], line["masque"]) for line in from_json(files["niveaux"])] == [(None, True), (None, True)]


@settings(max_examples=100, deadline=None)
@given(public_counts())
def test_no_small_count_can_be_computed_from_the_pages_and_the_files_together(counts: PublicCounts):
    tables, on_page = given_out(counts), mask(counts)
    for read in (from_csv, from_json):
        assert read_back(tables, read, on_page.points) == on_page
        assert betrayed(counts, read_back(tables, read, on_page.points)) == []
