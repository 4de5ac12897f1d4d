"""A lycée from the opening of its forty slots to the coordinator's figure, through the API alone, day after day."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.booking.visits.reservations.walk_facts import check_what_never_is
from tests.builders import paris
from tests.journeys.lycee import Lycee, done
from tests.telling import tell
from workshops.database import rows, value

FIRST, LAST = date(2027, 1, 11), date(2027, 4, 9)
ABSENT, LATE, NEVER_APPROVED, CALLED_OFF = 9, 7, 8, 5
# Those whose visit takes place, with the pupils announced: 3 and 4 changed their head count, 23 came with fewer.
COMING = {n: 20 + n % 5 for n in (1, 2, 6, *range(10, 20))} | {3: 15, 4: 28, 23: 18, ABSENT: 24}


async def january(lycee: Lycee, day: date) -> None:
    """What people do on each day of the month before the visits."""
    popular = lycee.mornings[0]
    match day.day:
        case 11:
            asked = [await lycee.asks(group, lycee.mornings[group]) for group in range(20)]
            assert asked == ["requested" if group % 3 == 2 else "confirmed" for group in range(20)]
            assert await lycee.asks(20, popular) == "waiting"
            await companies_come(lycee)
        case 12:
            for group in (2, 5, 11, 14, 17):
                await lycee.does(group, "paper-visa", signed_by="Mme Perrin", signed_on="2027-01-11")
            assert await lycee.asks(21, popular) == "waiting"
        case 13:
            assert await lycee.asks(22, popular) == "waiting"
            for group in (1, 2):
                await lycee.does(group, "move", to_slot_id=lycee.afternoons[group])
            for group in (3, 4):
                body = {"pupils": COMING[group], "adults": 3}
                done(await lycee.teacher(group).client.put(f"/reservations/{lycee.visits[group]}/headcount", json=body))
        case 14:
            assert await lycee.asks(23, popular) == "waiting"
        case 15:
            assert await lycee.asks(24, popular) == "waiting"
            await lycee.does(0, "cancellation", reason="")
            assert await lycee.state(20) == "offered"
            assert (await lycee.does(20, "acceptance"))["state"] == "requested"
            await lycee.does(20, "paper-visa", signed_by="Mme Perrin", signed_on="2027-01-15")
        case 16:
            await lycee.does(20, "cancellation", reason="Examen blanc")
            assert await lycee.state(21) == "offered"
        case 18:
            assert [await lycee.state(group) for group in (21, 22)] == ["lapsed", "offered"]
        case 19:
            assert (await lycee.does(22, "refusal"))["state"] == "lapsed"
        case 20:
            assert (await lycee.does(23, "acceptance", pupils=COMING[23]))["state"] == "requested"
            await lycee.does(23, "paper-visa", signed_by="Mme Perrin", signed_on="2027-01-20")
            await the_host_changes_its_mind(lycee)


async def companies_come(lycee: Lycee) -> None:
    """Each to its own morning; one withdraws, one is at a slot that will be called off, one asks for too much."""
    for n, company in enumerate(lycee.companies):
        body = {"people": 1 + n % 3, "role": "temoignage"}
        made = done(await company.post(f"/slots/{lycee.mornings[10 + n]}/attendances", body))
        if n == 1:
            done(await company.delete(f"/attendances/{made['id']}"))
    body = {"people": 2, "role": "mentorat"}
    done(await lycee.companies[0].post(f"/slots/{lycee.mornings[CALLED_OFF]}/attendances", body))
    refused = await lycee.companies[2].post(f"/slots/{lycee.mornings[3]}/attendances", body | {"people": 5})
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/company-places-full")


async def the_host_changes_its_mind(lycee: Lycee) -> None:
    reason = {"reason": "Machine en panne"}
    told = done(await lycee.host.post(f"/slots/{lycee.mornings[CALLED_OFF]}/call-off", reason))["told"]
    assert told == {"groups": 1, "companies": 1}
    hours = {"starts_at": "2027-02-24T13:00:00+01:00", "ends_at": "2027-02-24T16:00:00+01:00"}
    before = await lycee.sees(6)
    assert done(await lycee.host.post(f"/slots/{lycee.mornings[6]}/move", hours))["told"]["groups"] == 1
    after = await lycee.sees(6)
    assert (after["uid"], after["sequence"] - before["sequence"]) == (before["uid"], 1)


async def a_visit(lycee: Lycee, slot: dict[str, Any]) -> None:
    """All but one pupil of each group are scanned, they build, and the host closes; one group does not come."""
    starts_at = datetime.fromisoformat(slot["starts_at"])
    lycee.now = starts_at + timedelta(minutes=10)
    roster = done(await lycee.host.get(f"/slots/{slot['id']}/roster"))
    counted = []
    for group in roster["groups"]:
        number = group["reservation_id"]
        here = 0 if number == lycee.visits[ABSENT] else group["pupils"] - 1
        counted.append({"reservation_id": number, "pupils": here, "adults": 2, "absent": not here})
        scans = [
            {
                "scan_id": str(uuid.uuid4()),
                "slot_id": slot["id"],
                "badge": f"{number}/{n}",
                "scanned_at": str(lycee.now),
            }
            for n in range(1, here + 1)
        ]
        if scans:
            told = done(await lycee.host.post("/checkins", {"scans": scans}))["results"]
            assert [one["result"] for one in told] == ["present"] * here
            built = {"object_id": lycee.tech_object, "made": here, "finished": here - 1, "working": 10, "taken_home": 9}
            done(await lycee.host.post(f"/reservations/{number}/builds", built))
    lycee.now = starts_at + timedelta(hours=3, minutes=5)
    came = [{"company_id": one["company_id"], "people": one["people"]} for one in roster["companies"]]
    told = {"headcounts": counted, "companies": came}
    closed = done(await lycee.host.post(f"/slots/{slot['id']}/closure", told))
    assert closed["state"] == "done"


async def test_a_lycee_lives_its_forty_slots_and_every_figure_is_right(app, tmp_path):
    lycee = await Lycee.new(app, tmp_path)
    await lycee.opens()
    await lycee.registers()
    assert (len(lycee.mornings), len(lycee.afternoons), len(lycee.groups)) == (20, 20, 25)

    day, dates = FIRST, {}
    while day <= LAST:
        await lycee.minute(paris(f"{day} 08:10"))
        if day.month == 1:
            await january(lycee, day)
        if day == date(2027, 2, 1):
            dates = await slots_by_day(lycee)
        if day == date(2027, 2, 22):
            path = f"/reservations/{lycee.visits[LATE]}/cancellation"
            assert (await lycee.teacher(LATE).post(path, {"reason": ""})).status_code == 422
            await lycee.does(LATE, "cancellation", reason="Grève des cars")
            assert (await lycee.sees(LATE))["late"] is True
        for slot in dates.get(str(day), []):
            await a_visit(lycee, slot)
        day += timedelta(days=1)
    # What the last acts tell leaves within a minute.
    await lycee.minute(lycee.now + timedelta(minutes=2))

    await check_what_never_is()
    await check_who_came(lycee)
    await check_figures(lycee)
    await check_mails([*tmp_path.rglob("*.eml")])


async def slots_by_day(lycee: Lycee) -> dict[str, list[dict[str, Any]]]:
    dates: dict[str, list[dict[str, Any]]] = {}
    for number in (*lycee.mornings, *lycee.afternoons):
        slot = done(await lycee.host.get(f"/slots/{number}"))
        if slot["state"] != "called_off":
            dates.setdefault(slot["starts_at"][:10], []).append(slot)
    assert sum(len(slots) for slots in dates.values()) == 39
    return dates


async def check_who_came(lycee: Lycee) -> None:
    ends = {
        0: "cancelled_by_teacher",
        20: "cancelled_by_teacher",
        LATE: "cancelled_by_teacher",
        CALLED_OFF: "called_off",
    }
    ends |= dict.fromkeys((NEVER_APPROVED, 21, 22, 24), "lapsed") | dict.fromkeys(COMING, "attended")
    ends[ABSENT] = "no_show"
    assert {group: await lycee.state(group) for group in range(25)} == ends


async def check_figures(lycee: Lycee) -> None:
    """Reckoned from the announced numbers alone: each group that came lacked one pupil."""
    came = {group: pupils - 1 for group, pupils in COMING.items() if group != ABSENT}
    told = done(await lycee.coordinator.get("/results?from=2027-02-01&to=2027-04-30"))
    [target] = told["targets"]
    assert (target["done"], target["booked"]) == (sum(came.values()), 0)
    by_college = sorted(sum(n for group, n in came.items() if group % 3 == college) for college in range(3))
    assert sorted(one["pupils"] for one in told["counts"]["by_college"]) == by_college
    [lycee_count] = told["counts"]["by_lycee"]
    assert (lycee_count["pupils"], lycee_count["groups"], lycee_count["visits"]) == (sum(came.values()), 16, 16)
    [built] = told["counts"]["by_object"]
    assert (built["made"], built["finished"], built["groups"]) == (sum(came.values()), sum(came.values()) - 16, 16)
    companies = await rows("SELECT people FROM company_turnouts ORDER BY people")
    assert [one["people"] for one in companies] == sorted(1 + n % 3 for n in range(8) if n != 1)


async def check_mails(written: list[Path]) -> None:
    """However many workers there are: the day before once each, and every mail left once."""
    await tell()
    found = await rows("SELECT kind, reader, what, count(*) AS n FROM notices GROUP BY 1, 2, 3")
    told = {"/".join((one["kind"], one["reader"], one["what"])).rstrip("/"): one["n"] for one in found}
    reminded = {letter: n for letter, n in told.items() if letter.startswith("eve")}
    assert reminded == {"eve/host": len(COMING), "eve/company": 7}
    ended = ("place_offered/teacher", "lapsed/teacher/offer", "lapsed/teacher/wait", "lapsed/teacher/visa")
    assert [told[letter] for letter in ended] == [4, 1, 1, 1]
    once = ("reservation_requested/teacher/again", "slot_changed/teacher", "slot_called_off/company")
    assert [told[letter] for letter in once] == [1, 1, 1]
    await tell()
    left = await rows("SELECT state, count(*) AS n FROM notices GROUP BY state")
    states = {one["state"]: one["n"] for one in left}
    assert set(states) <= {"sent", "dropped"}
    assert len(written) == await value("SELECT count(DISTINCT mail) FROM notices WHERE state = 'sent'")
