"""Each operation that makes something, played by its own story with every demand sent twice under a key: the second
answer is the first, and the story ends as it does when nothing is sent twice."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from itertools import count
from typing import Any

import httpx
import pytest

from tests import builders
from tests.booking.api import (
    test_alerts,
    test_answers,
    test_attendances,
    test_bts1,
    test_checkins,
    test_contributions,
    test_demands,
    test_handover,
    test_milestones,
    test_outreach,
    test_own,
    test_partners,
    test_past_visits,
    test_ptech,
    test_reports,
    test_series_life,
    test_slot_changes,
    test_taken_back,
    test_targets,
)
from tests.booking.api.test_alerts import claire  # noqa: F401 - a fixture of its story, as those that follow
from tests.booking.api.test_bts1 import coordinator, host, lycee  # noqa: F401
from tests.booking.api.test_demands import lycees  # noqa: F401
from tests.booking.api.test_first_answers import told
from tests.booking.api.test_half_groups import two_halves
from tests.booking.api.test_host_slots import a_host
from tests.booking.api.test_ptech import a_coordinator
from tests.booking.api.test_reports import boss, member, world  # noqa: F401
from tests.booking.api.test_reservations import a_machine
from tests.booking.visits.reservations import test_beyond_looks
from tests.booking.web.public import test_opening
from tests.booking.web.school import test_reserve_beyond
from tests.builders import paris
from tests.contract import PREFIX, _paths, document
from workshops.database import rows


async def says_that_it_comes(db):
    school, teacher = await a_host("teacher")
    visit = await builders.reservation(slot=await builders.slot(), group=await builders.group(school=school))
    await rows("UPDATE reservations SET created_at = $2, confirmed_at = $2 WHERE id = $1", visit, builders.NOW)
    assert (await teacher.post(f"/reservations/{visit}/coming")).status_code == 201


async def both_halves_are_had(app):
    app.state.clock = lambda: builders.NOW
    college, host_school = await builders.school(), await builders.school(kind="lycee")
    machine, group = await a_machine(app, school=college), await builders.group(school=college, pupils=27)
    slots = [
        await builders.slot(host=host_school, starts_at=paris(f"2027-03-25 {hour}")) for hour in ("09:00", "13:30")
    ]
    assert (await machine.post("/half-groups", two_halves(group, slots))).status_code == 201
    visit = await rows("SELECT id FROM reservations ORDER BY id LIMIT 1")
    cancelled = await machine.post(f"/reservations/{visit[0]['id']}/cancellation", {"reason": "Grève"})
    assert cancelled.status_code == 201


async def was_held_before(db):
    await test_past_visits.a_place()
    assert (await (await a_coordinator()).post("/past-visits", test_past_visits.TOLD)).status_code == 201


STORIES: tuple[Callable[..., Awaitable[None]], ...] = (
    test_alerts.test_a_search_is_kept_once_read_and_taken_back,
    test_answers.test_reads_and_creations_have_their_type_length_and_location,
    test_attendances.test_a_second_company_of_the_trade_reads_a_problem,
    test_attendances.test_a_slot_and_a_series_are_opened_with_what_is_asked_of_companies,
    test_beyond_looks.test_one_tap_of_the_coordination_offers_it_what_suits_and_nobody_else_hears,
    test_bts1.test_a_host_writes_a_course_and_fills_it,
    test_checkins.test_the_roster_the_builds_and_the_closure_tell_the_same_visit,
    test_contributions.test_a_coordinator_values_the_hours_and_tells_the_sums,
    test_demands.test_each_way_to_wait_says_whether_the_last_minute_will_do,
    test_handover.test_a_visit_is_proposed_read_and_taken_over_by_its_colleague_alone,
    test_milestones.test_a_coordinator_keeps_a_milestone_from_its_first_day_to_its_end,
    test_milestones.test_a_link_a_figure_and_a_file_prove_it,
    test_opening.test_machines_read_it_and_a_coordinators_sets_it,
    test_outreach.test_the_colleges_to_invite_are_listed_and_one_is_written_to_once,
    test_own.test_a_closure_is_declared_and_taken_back,
    test_own.test_a_room_is_named_resized_closed_and_opened_again,
    test_own.test_a_workshop_is_described_published_and_taken_back,
    test_own.test_anyone_reads_the_objects_that_a_coordinator_describes,
    test_partners.test_a_coordinator_welcomes_corrects_and_removes_a_partner,
    test_ptech.test_a_lycee_fills_its_scheme_from_the_opening_to_the_outcome,
    test_reports.test_a_year_is_read_written_taken_and_declared_final,
    test_reserve_beyond.test_a_program_is_refused_without_wait_and_told_why_it_waits_with_it,
    test_series_life.test_a_dry_run_tells_each_slot_and_the_move_itself_is_of_all_or_none,
    test_series_life.test_a_series_goes_on_by_a_week_and_is_copied_onto_the_next_year,
    test_series_life.test_a_series_is_resized_and_called_off,
    test_series_life.test_the_slots_under_a_closure_are_looked_at_then_called_off,
    test_slot_changes.test_a_slot_is_called_off_with_its_reason,
    test_slot_changes.test_a_slot_is_resized_and_the_group_that_waits_is_offered,
    test_slot_changes.test_a_slot_moves_with_everyone_in_it,
    test_taken_back.test_the_bts_that_lead_to_a_course_are_written_and_taken_back,
    test_targets.test_what_the_programme_does_not_count_itself_is_a_figure_with_its_source,
    both_halves_are_had,
    says_that_it_comes,
    was_held_before,
)
_keys = count(1)
_played: set[str] = set()


def operation(path: str) -> str | None:
    return next((acts["post"]["operationId"] for one, acts in _paths() if one.fullmatch(path) and "post" in acts), None)


def sent_twice(story: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """The story in which every POST of the API bears a key, and is sent again where it made something."""
    plain = httpx.AsyncClient.post

    async def twice(client: httpx.AsyncClient, path: str, **more: Any) -> httpx.Response:
        if not client.base_url.path.startswith(PREFIX):
            return await plain(client, path, **more)
        more["headers"] = {"Idempotency-Key": f"n° {next(_keys)}".encode(), **(more.get("headers") or {})}
        first = await plain(client, path, **more)
        if first.status_code == 201:
            again = await plain(client, path, **more)
            assert told(again) == told(first)
            _played.add(operation(first.request.url.path) or "")
        return first

    @wraps(story)
    async def played(*fixtures: Any, **named: Any) -> None:
        httpx.AsyncClient.post = twice  # type: ignore[method-assign]
        try:
            await story(*fixtures, **named)
        finally:
            httpx.AsyncClient.post = plain  # type: ignore[method-assign]

    played.__test__ = True  # type: ignore[attr-defined]
    return played


# One test for each, with the fixtures that it asks for.
for _story in STORIES:
    globals()[f"test_sent_twice_{_story.__name__.removeprefix('test_')}"] = sent_twice(_story)


def test_z_every_operation_that_makes_something_was_played():
    makes = {
        act["operationId"]
        for acts in document()["paths"].values()
        for method, act in acts.items()
        if method == "post" and "201" in act["responses"]
    }
    if not _played:
        pytest.skip("the stories of this file are played together")
    assert makes - _played == set()
