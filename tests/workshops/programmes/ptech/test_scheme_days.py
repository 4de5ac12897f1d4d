"""A scheme opens before its first cohort enters, and closes after the last one and after what was held."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from tests import builders_ptech
from tests.builders import paris, whose
from workshops.programmes.ptech.open_scheme import CloseScheme, OpenScheme, change_scheme, close_scheme, tell_scheme
from workshops.refusals import Invalid
from workshops.scope import EVERYTHING

SKETCH = OpenScheme(title="P-TECH Bois", field="Bac pro TMA", opens_on=date(2024, 9, 1))


async def a_scheme() -> int:
    """Its cohorts entered in 2024 and 2026; an action was held on 10 December 2026, late in the evening."""
    made = await builders_ptech.scheme(opens_on=date(2024, 9, 1))
    for year in (2024, 2026):
        entered = await builders_ptech.cohort(of=made, entry_year=year)
    await builders_ptech.action(entered, starts_at=paris("2026-12-10 23:30"), state="held", pupils=20)
    return made


async def test_the_opening_does_not_come_after_the_first_entry(db):
    made = await a_scheme()
    with pytest.raises(Invalid) as no:
        await change_scheme(made, replace(SKETCH, opens_on=date(2025, 1, 1)), **whose(by=1))
    assert no.value.errors == {
        "opens_on": "Ouverture : une cohorte entre à la rentrée 2024. Choisissez un jour de 2024 ou d'avant."
    }
    await change_scheme(made, replace(SKETCH, opens_on=date(2024, 12, 31)), **whose(by=1))


@pytest.mark.parametrize(
    ("on", "sentence"),
    [
        (date(2026, 8, 31), "Fermeture : une cohorte entre à la rentrée 2026. Choisissez un jour d'après."),
        (date(2026, 12, 9), "Fermeture : une action a été tenue le 10/12/2026. Choisissez ce jour ou un jour d'après."),
    ],
)
async def test_the_closing_does_not_come_before_the_last_entry_nor_before_what_was_held(db, on, sentence):
    made = await a_scheme()
    with pytest.raises(Invalid) as no:
        await close_scheme(made, CloseScheme(closed_on=on), **whose())
    assert no.value.errors == {"closed_on": sentence}
    await close_scheme(made, CloseScheme(closed_on=date(2026, 12, 10)), **whose())


async def test_what_its_cohorts_do_after_the_closing_lets_it_be_corrected(db):
    made = await a_scheme()
    await close_scheme(made, CloseScheme(closed_on=date(2026, 12, 31)), **whose())
    entered = await builders_ptech.cohort(of=made, entry_year=2025)
    await builders_ptech.action(entered, starts_at=paris("2027-03-10 09:00"), state="held", pupils=20)
    await close_scheme(made, CloseScheme(closed_on=date(2026, 12, 31)), **whose())
    await tell_scheme(made, replace(SKETCH, title="P-TECH Ébénisterie"), closed_on=date(2026, 12, 31), scope=EVERYTHING)
    with pytest.raises(Invalid):
        await tell_scheme(made, SKETCH, closed_on=date(2027, 1, 31), scope=EVERYTHING)
    await tell_scheme(made, SKETCH, closed_on=None, scope=EVERYTHING)
    assert (await builders_ptech.stored("ptech_schemes", made))["closed_on"] is None


async def test_both_days_move_in_one_act(db):
    made = await builders_ptech.scheme(opens_on=date(2024, 9, 1), closed_on=date(2025, 8, 31))
    await tell_scheme(made, replace(SKETCH, opens_on=date(2026, 9, 1)), closed_on=date(2027, 8, 31), scope=EVERYTHING)
    with pytest.raises(Invalid) as no:
        await tell_scheme(made, SKETCH, closed_on=date(2024, 8, 31), scope=EVERYTHING)
    assert no.value.errors == {"closed_on": "Fermeture : choisissez un jour après l'ouverture."}


async def test_an_opening_alone_does_not_move_beyond_the_closing_that_stands(db):
    made = await builders_ptech.scheme(opens_on=date(2024, 9, 1), closed_on=date(2025, 8, 31))
    with pytest.raises(Invalid) as no:
        await change_scheme(made, replace(SKETCH, opens_on=date(2025, 9, 1)), **whose(by=1))
    assert no.value.errors == {"opens_on": "Ouverture : elle vient après la fermeture du dispositif."}
    await change_scheme(made, replace(SKETCH, opens_on=date(2025, 8, 31)), **whose(by=1))
