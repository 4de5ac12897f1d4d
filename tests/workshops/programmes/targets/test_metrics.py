"""A metric is one row: everything that must be known of it stands there."""

from __future__ import annotations

from msgspec.structs import fields

from workshops.programmes.bts1.queries import Bts1Totals
from workshops.programmes.ptech.queries import PtechTotals
from workshops.programmes.targets.metrics import METRICS, VISITORS, metric_of, other_units

TOTALS = {"ptech": PtechTotals, "bts1": Bts1Totals}


def test_each_metric_has_a_name_of_its_own():
    assert len({one.key for one in METRICS}) == len(METRICS) == 8
    assert [metric_of(*one.key) for one in METRICS] == list(METRICS)
    assert metric_of("ptech", "journeys") is None


def test_each_but_the_visitors_is_a_figure_of_its_programme_and_can_be_listed():
    for one in METRICS:
        told = [of for of in (one.done, one.planned) if of]
        known = {of.name for of in fields(TOTALS[one.programme])} if told else set()
        assert (one.key, set(told) - known) == (one.key, set())
        assert (one.key, *map(bool, (one.behind, one.dated, one.done))) == (one.key, *[one is not VISITORS] * 3)


def test_the_lyceens_are_counted_in_two_units_and_nothing_else_is():
    assert {one.key: other_units(*one.key) for one in METRICS if other_units(*one.key)} == {
        ("ptech", "pupils"): ["entrants"],
        ("ptech", "entrants"): ["pupils"],
    }
    assert other_units("technilab", "stages") == []
