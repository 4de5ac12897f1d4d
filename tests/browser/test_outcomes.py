"""What became of P-TECH's leavers and what BTS+1 courses count, on every page that shows it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests import builders, builders_bts1, builders_ptech
from tests.browser.judge import everything_wrong, take_axe_along
from tests.builders import _insert

pytestmark = pytest.mark.browser


async def test_the_tables_of_outcomes_are_read_by_everyone_at_every_width(db, browse):
    year = datetime.now(UTC).year - 5
    nadia = await builders.person("coordinator", name="Nadia Perrin")
    scheme = await builders_ptech.scheme(title="P-TECH Microtechniques", opens_on=date(year, 9, 1))
    cohorts = [await builders_ptech.cohort(of=scheme, entry_year=year + more) for more in (0, 1)]
    for more, (cohort, entered) in enumerate(zip(cohorts, (15, 30), strict=True)):
        await builders_ptech.census(cohort, year + more, present=24)
        await builders_ptech.census(cohort, year + more + 2, "june", present=20)
        outcome = {"kind": "bts_entered", "pupils": entered, "school_year": year + more + 3}
        await _insert("ptech_outcomes", cohort=cohort, **outcome)
    course = await builders_bts1.opened(on=date(year, 9, 1))
    await builders_bts1.intake(course, year, places=12, enrolled=11, completed=9, employed_6m=6, unknown_6m=1)
    for direction, weeks in (("outgoing", 12), ("incoming", None)):
        stay = {"course": course, "school_year": year, "country": "Suisse", "kind": "stage", "people": 3}
        host = "Manufacture d'horlogerie de la vallée de Joux, établissement du Sentier"
        await _insert("bts1_mobilities", **stay, direction=direction, weeks=weeks, host_name=host)
    page = await browse("about:blank", signed_in=nadia)
    await take_axe_along(page)
    found = {}
    for path in (
        "/gestion/ptech",
        f"/gestion/ptech/dispositifs/{scheme}",
        *(f"/gestion/ptech/cohortes/{cohort}" for cohort in cohorts),
        f"/gestion/ptech/cohortes/{cohorts[1]}/devenir",
        "/gestion/bts1",
        f"/bts1/{course}",
        f"/bts1/{course}/fiche",
    ):
        answer = await page.goto(path)
        found[path] = [] if answer.status == 200 else [f"answered {answer.status}"]
        found[path] += await everything_wrong(page)
    assert found == {path: [] for path in found}
