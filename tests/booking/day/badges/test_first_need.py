"""Whoever needs a badge of a visit first has them all issued, once, however she asks; everybody else finds those."""

from __future__ import annotations

import asyncio
import re
import secrets
import uuid
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from booking.day.desk_links.give import give_link
from booking.people.accounts.rules import csrf_of
from booking.people.accounts.token import issue_token
from booking.visits.badge_codes.rules import hash_of, places_of, token_of
from tests import builders
from tests.booking.visits.badge_codes.test_issue import all_of, issued
from tests.browsing import SECRET, Browser, Machine, read
from tests.builders import NOW, paris
from workshops.database import row, rows, value

START, NINE_FOUR, LATER = (paris(f"2027-03-25 {hour}") for hour in ("09:00", "09:04", "10:45"))
ISSUES = re.compile(r"day\.badges\.(issue_due|print_sheet|print_day)|checkin\.open_desk|roster_seen_by|scans_at")


@dataclass
class World:
    """A lycée's visit by one collège, with another group in it, one more that waits and one that gave up; a visit of
    another lycée by another collège, whose badges nobody needs."""

    app: object
    host: Browser
    desk: Machine
    teacher: Browser
    program: Machine
    slot: int
    visit: int
    beside: int
    others: tuple[int, ...]
    company: int

    async def scan(self, badge: str) -> dict[str, object]:
        one = {"scan_id": str(uuid.uuid4()), "slot_id": self.slot, "badge": badge, "scanned_at": NINE_FOUR.isoformat()}
        answer = await self.desk.post("/checkins", {"scans": [one]})
        assert answer.status_code == 200, answer.text
        return dict(answer.json()["results"][0])

    async def helper(self) -> Browser:
        host = await value("SELECT account FROM memberships WHERE role = 'host' ORDER BY id LIMIT 1")
        school = await value("SELECT school FROM slots WHERE id = $1", self.slot)
        link = secrets.token_urlsafe(24)
        await give_link(self.slot, token=link, account=host, school=school, now=NINE_FOUR)
        helper = Browser(self.app, now=NINE_FOUR)
        await helper.get(f"/accueil/lien/{link}")
        helper.csrf = csrf_of(link, SECRET)
        return helper


async def a_machine(app, email: str) -> Machine:
    token = secrets.token_urlsafe(32)
    await issue_token(email, token=token, now=NOW)
    return Machine(app, token)


@pytest.fixture
async def world(app) -> World:
    app.state.clock = lambda: NOW
    lycee, far = [await builders.school(kind="lycee") for _ in range(2)]
    host = await builders.person("host", "host@example.org", school=lycee)
    slot, strange = [await builders.slot(host=one, seats=48, groups_max=2, starts_at=START) for one in (lycee, far)]
    colleges = [await builders.school() for _ in range(3)]
    people = [await builders.person("teacher", f"teacher{n}@example.org", school=one) for n, one in enumerate(colleges)]
    machines = [await a_machine(app, f"teacher{n}@example.org") for n in range(3)]
    named = await builders.group(school=colleges[0], name="4e B", first_names=True)
    given_up = await builders.group(school=colleges[1], name="5e A")

    async def book(n: int, at: int, *, group: int | None = None, pupils: int = 24, wait: bool = False) -> int:
        group = group or await builders.group(school=colleges[n])
        asked = {"slot_id": at, "group_id": group, "pupils": pupils, "adults": 2, "wait": wait}
        answer = await machines[n].post("/reservations", asked)
        assert answer.status_code == 201, answer.text
        return int(answer.json()["id"])

    gone = await book(1, slot, group=given_up)
    visit = await book(0, slot, group=named)
    assert (await machines[1].post(f"/reservations/{gone}/cancellation", {"reason": "Examens"})).status_code == 201
    beside = await book(1, slot, pupils=21)
    waits = await book(2, slot, wait=True)
    elsewhere = await book(2, strange)
    company = await builders.company()
    await builders.attendance(slot=slot, company=company)
    assert await value("SELECT count(*) FROM badges") == 0
    browsers = [Browser(app, now=NINE_FOUR) for _ in range(2)]
    await browsers[0].sign_in(host)
    await browsers[1].sign_in(people[0])
    app.state.clock = lambda: NINE_FOUR
    return World(
        app, browsers[0], await a_machine(app, "host@example.org"), browsers[1], machines[0], slot, visit, beside,
        (gone, waits, elsewhere), company,
    )  # fmt: skip


async def by_sheet(of: World) -> object:
    return await of.program.get(f"/reservations/{of.visit}/badges.pdf")


async def by_sheet_page(of: World) -> object:
    return await of.teacher.get(f"/reservations/{of.visit}/badges.pdf")


async def by_host_sheet(of: World) -> object:
    return await of.host.get(f"/reservations/{of.visit}/badges.pdf")


async def by_list(of: World) -> object:
    return await of.teacher.get(f"/reservations/{of.visit}/badges")


async def by_pile_of_the_day(of: World) -> object:
    return await of.host.get("/lycee/badges.pdf?jour=2027-03-25")


async def by_first_names_page(of: World) -> object:
    return await of.teacher.get(f"/reservations/{of.visit}/prenoms")


async def by_first_names(of: World) -> object:
    of.app.state.clock = lambda: NINE_FOUR
    return await of.teacher.post(f"/reservations/{of.visit}/prenoms", {"names": "Inès\nLéo"})


async def by_no_photo(of: World) -> object:
    of.app.state.clock = lambda: NINE_FOUR
    return await of.teacher.post(f"/reservations/{of.visit}/sans-photo", {"no_photo": ["2"]})


async def by_desk(of: World) -> object:
    return await of.host.get(f"/accueil/{of.slot}")


async def by_numbers(of: World) -> object:
    return await of.host.get(f"/accueil/{of.slot}/presence")


async def by_phone(of: World) -> object:
    return await of.host.get(f"/accueil/{of.slot}/telephone")


async def by_departures(of: World) -> object:
    return await of.host.get(f"/accueil/{of.slot}/departs")


async def by_who_is_inside(of: World) -> object:
    return await of.host.get(f"/accueil/{of.slot}/presents")


async def by_desk_link(of: World) -> object:
    return await (await of.helper()).get(f"/accueil/{of.slot}")


async def by_roster(of: World) -> object:
    return await of.desk.get(f"/slots/{of.slot}/roster")


async def by_declaration(of: World) -> object:
    of.app.state.clock = lambda: NINE_FOUR
    return await of.host.post(f"/accueil/{of.slot}/groupes/{of.visit}/declaration")


async def by_number(of: World) -> object:
    assert (await of.scan(f"{of.visit}/7"))["result"] == "present"
    return await of.host.get("/lycee")


async def by_closing_page(of: World) -> object:
    of.app.state.clock = lambda: LATER
    return await of.host.get(f"/accueil/{of.slot}/cloture")


ALONE = [by_sheet, by_sheet_page, by_host_sheet, by_list, by_first_names_page, by_first_names, by_no_photo, by_number]
TOGETHER = [
    by_pile_of_the_day, by_desk, by_numbers, by_phone, by_departures, by_who_is_inside, by_desk_link, by_roster,
    by_declaration, by_closing_page,
]  # fmt: skip
KEPT = "SELECT id, kind, number, token_hash, short_code FROM badges WHERE reservation = ANY ($1::int[]) ORDER BY id"


@pytest.mark.parametrize("need", [*ALONE, *TOGETHER])
async def test_the_first_need_issues_a_visit_s_badges_in_order_and_every_later_one_finds_them(world, need):
    assert (await need(world)).status_code in {200, 303}
    here = [world.visit] if need in ALONE else [world.visit, world.beside]
    expected = {world.visit: all_of(24), world.beside: all_of(21) if need in TOGETHER else []}
    assert {one: await issued(one) for one in expected} == expected
    first = await rows(KEPT, here)
    for later in (*ALONE, *TOGETHER):
        if later is not by_number:  # it counts one scan, once
            assert (await later(world)).status_code in {200, 303}, later.__name__
    assert await rows(KEPT, here) == first
    assert [await issued(one) for one in world.others] == [[], [], []]
    codes = await row(
        "SELECT bool_and(n = of) FROM (SELECT count(*) AS n, count(DISTINCT short_code) AS of FROM badges"
        " WHERE reservation IS NOT NULL GROUP BY reservation) each"
    )
    assert tuple(codes) == (True,)


async def test_two_desks_a_phone_a_sheet_and_a_list_at_the_same_instant_find_one_set_of_badges(world):
    asked = (by_desk, by_roster, by_phone, by_sheet, by_list, by_pile_of_the_day, by_desk, by_roster, by_number)
    answers = await asyncio.gather(*(one(world) for one in asked))
    assert {one.status_code for one in answers} == {200}
    assert [await issued(one) for one in (world.visit, world.beside)] == [all_of(24), all_of(21)]
    for roster in (answers[1], answers[7]):
        groups = {one["reservation_id"]: one["badges"] for one in roster.json()["groups"]}
        told = {number: sorted((one["kind"], one["number"]) for one in badges) for number, badges in groups.items()}
        assert told == {world.visit: sorted(all_of(24)), world.beside: sorted(all_of(21))}


def test_no_page_that_issues_is_read_from_a_replica():
    """What was issued a moment ago is not there yet."""
    root = Path(__file__).parents[4] / "booking"
    texts = {file: file.read_text() for place in ("web", "api") for file in (root / place).rglob("*.py")}
    issuing = {file for file, text in texts.items() if ISSUES.search(text)}
    assert len(issuing) > 10
    assert [file.name for file in issuing if "DECIDES_NOTHING" in texts[file]] == []


async def test_reading_badges_first_is_no_act_of_anybody_and_a_sheet_for_their_teacher_is_hers(world):
    before = await value("SELECT max(id) FROM events")
    for need in (by_desk, by_roster, by_list):
        await need(world)
    assert await value("SELECT max(id) FROM events") == before
    await by_sheet(world)
    assert await value("SELECT act FROM events WHERE id > $1", before) == "reservation_badges_printed"


async def test_a_desk_link_that_names_a_number_of_another_visit_has_none_issued_elsewhere(world):
    helper = await world.helper()
    scans = [
        {"scan_id": str(uuid.uuid4()), "slot_id": world.slot, "badge": f"{one}/1", "scanned_at": NINE_FOUR.isoformat()}
        for one in world.others
    ]
    answer = await helper.client.post("/api/v1/checkins", json={"scans": scans}, headers={"X-CSRF-Token": helper.csrf})
    assert [one["result"] for one in answer.json()["results"]] == ["unknown"] * 3
    assert [await issued(one) for one in world.others] == [[], [], []]


async def test_a_class_received_whole_at_another_visit_has_its_badges_first(world):
    workshop = await value("SELECT workshop FROM slots WHERE id = $1", world.slot)
    other = await builders.slot(workshop=workshop, starts_at=START, seats=48)
    answer = await world.host.post(f"/accueil/{other}/groupes/{world.visit}/reception")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/accueil/{other}?fait=groupe-recu")
    assert await issued(world.visit) == all_of(24)
    came = await rows(
        "SELECT b.kind, b.number FROM presences p JOIN badges b ON b.id = p.badge WHERE p.slot = $1", other
    )
    assert sorted(map(tuple, came)) == sorted(one for one in all_of(24) if one[0] != "spare")


async def printed(visit: int) -> list[str]:
    """The tokens of a visit's sheet, in order."""
    found = await row("SELECT badge_salt, pupils, adults FROM reservations WHERE id = $1", visit)
    places = zip(*places_of(found["pupils"], found["adults"]), strict=True)
    return [token_of(SECRET, found["badge_salt"], kind, number) for kind, number in places]


async def test_a_visit_booked_while_a_phone_is_offline_is_judged_by_its_printed_badges_when_it_syncs(world):
    """The phone has the first groups' roster and no network; a group books, prints, comes, and is read there."""
    kept = (await world.host.get(f"/accueil/{world.slot}/telephone")).json()
    assert {one["reservation"] for one in kept["groups"]} == {world.visit, world.beside}
    world.app.state.clock = lambda: NOW + timedelta(days=1)
    await rows("UPDATE slots SET seats = 96, groups_max = 4, booking_closes_at = starts_at WHERE id = $1", world.slot)
    college = await builders.school()
    await builders.person("teacher", "late@example.org", school=college)
    program = await a_machine(world.app, "late@example.org")
    asked = {"slot_id": world.slot, "pupils": 12, "adults": 2, "group_id": await builders.group(school=college)}
    late = (await program.post("/reservations", asked)).json()["id"]
    assert (await value("SELECT state FROM reservations WHERE id = $1", late), await issued(late)) == ("confirmed", [])
    assert (await program.get(f"/reservations/{late}/badges.pdf")).status_code == 200
    tokens = await printed(late)

    world.app.state.clock = lambda: LATER
    shown = [*(hash_of(one).hex() for one in tokens[:2]), *tokens[2:5]]
    badges = [*(f"H1.{one.upper()}" for one in shown[:2]), *shown[2:], "B1." + "A" * 26]
    scans = [
        {"scan_id": str(uuid.uuid4()), "slot_id": world.slot, "badge": badge, "scanned_at": NINE_FOUR.isoformat()}
        for badge in badges
    ]
    sent = {"scans": scans, "sent_at": LATER.isoformat()}
    told = (await world.desk.post("/checkins", sent)).json()["results"]
    assert [(one["result"], one["number"]) for one in told] == [
        *(("present", n) for n in range(1, 6)),
        ("unknown", None),
    ]
    assert (await world.desk.post("/checkins", sent)).json()["results"] == told
    seen = (await world.desk.get(f"/slots/{world.slot}/roster")).json()
    assert {one["reservation_id"]: one["present"] for one in seen["groups"]} == {
        world.visit: 0,
        world.beside: 0,
        late: 5,
    }
    again = (await world.host.get(f"/accueil/{world.slot}/telephone?connu={kept['version']}")).json()
    assert {one["reservation"] for one in again["groups"]} == {world.visit, world.beside, late}


async def test_a_scan_of_a_badge_that_nobody_had_issued_stays_unknown_for_ever(world):
    """A token that no sheet has shown yet, made up by whoever knows the key, say: a scan is judged once."""
    token = (await printed(world.visit))[0]
    one = {"scan_id": str(uuid.uuid4()), "slot_id": world.slot, "badge": token, "scanned_at": NINE_FOUR.isoformat()}

    async def sent() -> str:
        answer = await world.desk.post("/checkins", {"scans": [one]})
        return str(answer.json()["results"][0]["result"])

    assert await sent() == "unknown"
    assert (await by_desk(world)).status_code == 200
    assert await issued(world.visit) == all_of(24)
    assert await sent() == "unknown"
    kept = await rows("SELECT result, badge FROM scans")
    assert [tuple(scan) for scan in kept] == [("unknown", None)]
    assert await value("SELECT count(*) FROM presences") == 0
    assert (await world.scan(token))["result"] == "present"


async def test_a_visit_booked_after_the_lock_comes_with_badges_to_a_phone_that_was_away(world):
    """Booked the day before, at a slot that still takes bookings: nobody has opened its desk since."""
    eve = START - timedelta(hours=20)
    await rows("UPDATE slots SET seats = 96, groups_max = 4, booking_closes_at = starts_at WHERE id = $1", world.slot)
    world.app.state.clock = lambda: eve
    college = await builders.school()
    await builders.person("teacher", "late@example.org", school=college)
    program = await a_machine(world.app, "late@example.org")
    asked = {"slot_id": world.slot, "pupils": 12, "adults": 2, "group_id": await builders.group(school=college)}
    late = (await program.post("/reservations", asked)).json()["id"]
    assert await issued(late) == all_of(12)
    world.app.state.clock = lambda: LATER
    assert (await world.scan((await printed(late))[0]))["result"] == "present"


async def test_a_visit_whose_badges_nobody_needed_is_on_its_lycee_s_day_and_in_every_count(world):
    page = read(await world.host.get("/accueil/jour"))
    assert "sur 45 élèves attendus, 0 sur 4 adultes" in page, page
    slot = (await world.desk.get(f"/slots/{world.slot}")).json()
    assert (slot["seats"], slot["seats_free"]) == (48, 0)
    pile = read(await world.host.get("/lycee/badges?jour=2027-03-25"))
    assert "24 élèves, 2 adultes, 3 réserves" in pile and "21 élèves, 2 adultes, 3 réserves" in pile
    assert await value("SELECT count(*) FROM badges") == 0


async def test_a_visit_whose_badges_nobody_needed_is_closed_as_one_whose_badges_nobody_read(world):
    world.app.state.clock = lambda: LATER
    counts = [
        {"reservation_id": world.visit, "pupils": 23, "adults": 2},
        {"reservation_id": world.beside, "pupils": 0, "adults": 0, "absent": True},
    ]
    companies = [{"company_id": world.company, "people": 1}]
    refused = await world.desk.post(f"/slots/{world.slot}/closure", {"headcounts": counts, "companies": companies})
    assert refused.status_code == 422
    assert list(refused.json()["errors"]) == ["headcounts[0].note"], refused.text
    counts[0]["note"] = "Téléphone en panne"
    closed = await world.desk.post(f"/slots/{world.slot}/closure", {"headcounts": counts, "companies": companies})
    assert closed.status_code == 201, closed.text
    seen = closed.json()
    assert [(one["reservation_id"], one["state"], one["came"], one["counted"]) for one in seen["groups"]] == [
        (world.visit, "attended", 0, 23),
        (world.beside, "no_show", 0, 0),
    ]
    assert [len(one["badges"]) for one in seen["groups"]] == [29, 26]
    turnouts = await rows("SELECT group_ref, announced, scanned, counted FROM turnouts ORDER BY group_ref")
    assert [tuple(one) for one in turnouts] == [(world.visit, 24, 0, 23), (world.beside, 21, 0, 0)]
