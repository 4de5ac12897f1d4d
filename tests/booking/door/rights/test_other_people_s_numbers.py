"""What belongs to another school, lycée or company is not there for a stranger of the same role: every address that
holds a number, of the pages and of the API, with the numbers that exist.

The addresses are read from the application. One that names two things is asked with both of the others, and with one's
own and the other's beside it.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import httpx
import pytest
from msgspec import inspect

from booking.day.badges.issue_due import issue_of
from booking.people.accounts.rules import Role
from booking.people.accounts.sign_in import open_session
from booking.people.accounts.token import issue_token
from booking.people.applications.rules import offered_to
from booking.visits.badge_codes.issue import FORGET_ALL
from tests import builders, builders_bts1, builders_ptech
from tests.application import assembled
from tests.booking.day.checkin.test_encode_photo import a_photo
from tests.booking.door.rights.test_rights import every_route
from tests.booking.people.applications.owners import a_program, signed_in
from tests.browser.world import a_whole_world
from tests.browsing import SECRET, Browser, read
from tests.door_matrix import ANYONE, RIGHTS
from workshops.database import rows, value

ROLES = ("teacher", "host", "company")
PARAMETER = re.compile(r"\{(\w+):(\w+)\}")
# What a `number` is of, by its address; every other parameter is named for what it is of.
NUMBER = {
    "/actions/": "mentoring",
    "/ateliers/": "workshop",
    "/closures/": "closure",
    "/cohortes/": "cohort",
    "/cohorts/": "cohort",
    "/collegues/": "awaiting",
    "/desk-links/": "link",
    "/dispositifs/": "scheme",
    "/entreprises/": "firm",
    "/fermetures/": "closure",
    "/mentors/": "mentor",
    "/rooms/": "room",
    "/salles/": "room",
    "/schemes/": "scheme",
    "/webhooks/": "webhook",
    "/workshops/": "workshop",
}
# Answered alike to whoever has the role, whose school or company it is: each says why.
PUBLIC = {
    # A slot on offer is anybody's to ask for.
    ("GET", "/creneaux/{slot:int}/reserver"),
    ("POST", "/creneaux/{slot:int}/reserver"),
    ("GET", "/creneaux/{slot:int}/moities/{other:int}"),
    ("POST", "/creneaux/{slot:int}/moities/{other:int}"),
    ("POST", "/creneaux/{slot:int}/envoi"),
    ("GET", "/creneaux/{slot:int}/venue"),
    ("POST", "/creneaux/{slot:int}/venues"),
    ("POST", "/api/v1/slots/{slot:int}/attendances"),
    # Of the consortium and of the register of companies every lycée reads the same.
    ("GET", "/api/v1/partners/{number:int}"),
    # A year is nobody's: each lycée reads and writes its own September.
    ("GET", "/api/v1/september-hands/{school_year:int}"),
    ("PUT", "/api/v1/september-hands/{school_year:int}"),
}
# A visit of one's own goes to any slot on offer.
OWN_VISIT = re.compile(r"/reservations/\d+/autre-date/\d+")
# Answered in the very words that a number nobody has is: a question that has its answer.
ALIKE = {
    ("POST", "/mon-college/collegues/{number:int}/confirmation"),
    ("POST", "/mon-college/collegues/{number:int}/refus"),
}
# Named by a text, not by a number: a lycée's UAI, a company's SIRET, the name of a file or of a table.
NAMED = re.compile(r"\{(uai|siret|name|file):str\}")
FORM = {
    **{"reason": "Machine en panne", "name": "Atelier 3", "text": "Un vestiaire ?", "note": "", "label": "Atelier"},
    **{"pupils": "20", "adults": "2", "people": "1", "role": "mentorat", "level": "4e", "signed_by": "Mme Perrin"},
    **{"signed_on": "2026-11-20", "title": "Visite", "kind": "other", "on": "2027-03-11", "starts": "09:00"},
    **{"ends": "11:00", "minutes": "120", "seats": "20", "groups_max": "1", "company_places": "1", "made": "1"},
    **{"finished": "1", "working": "1", "taken_home": "1", "which": "une", "answer": "oui", "days": "1"},
    **{"badge": "ABC123", "step": "idee", "from_on": "2026-09-15", "to_on": "2026-11-01", "company": "1", "field": "x"},
    **{
        "school_year": "2026",
        "term": "october",
        "built": "yes",
        "again": "yes",
        "first_names": "",
        "visitors": "",
        "why": "too_far",
        "sure": "oui",
    },
}


def _id_bearing() -> list[tuple[str, str, str]]:
    """(role, method, address) of all that a role may ask for and that names something by its number."""
    return sorted(
        (role, method, path)
        for method, path in every_route()
        if "{" in path and (who := RIGHTS[method, path]) != ANYONE and not NAMED.search(path)
        for role in ROLES
        if role in who and (method, path) not in PUBLIC
    )


CASES = _id_bearing()


def _of(name: str, path: str) -> str:
    if name == "number":
        return next(of for place, of in NUMBER.items() if place in path)
    return {"slot": "slot", "course": "course", "build": "build", "key": "key", "passkey": "passkey"}.get(name, name)


def _addresses(path: str, theirs: dict[str, Any], own: dict[str, Any]) -> Iterator[str]:
    """The address with the other's number at each place where there is one, own numbers or others elsewhere."""
    names = [name for name, _ in PARAMETER.findall(path)]
    for sides in product((theirs, own), repeat=len(names)):
        told = [side.get(_of(name, path)) for name, side in zip(names, sides, strict=True)]
        owned = [one in THINGS for one in (_of(name, path) for name in names)]
        if None in told or not any(of and side is theirs for of, side in zip(owned, sides, strict=True)):
            continue
        numbers = iter(told)
        yield PARAMETER.sub(lambda _, numbers=numbers: str(next(numbers)), path)


# What a school or a company has of its own; a year, a kind or a step are nobody's.
THINGS = {
    *("slot", "reservation", "group", "attendance", "workshop", "room", "series", "closure", "mentoring", "cohort"),
    *(
        "scheme",
        "course",
        "mentor",
        "membership",
        "awaiting",
        "alert",
        "demand",
        "webhook",
        "delivery",
        "key",
        "passkey",
        "link",
    ),
    *("application", "secret"),
    *("build", "feeder", "mobility", "line", "firm", "scan", "scan_id", "session"),
}
NOBODYS = {"year": 2026, "school_year": 2026, "step": "idea", "term": "october", "kind": "programme", "other": 1}


async def _with_the_rest(world: dict[str, Any], *, host: int, teacher: int) -> dict[str, Any]:
    """Beside the world's numbers, those of what one account, one day or one course has."""
    now = datetime.now(UTC)
    member = await value("SELECT min(id) FROM memberships WHERE account = $1", host)
    teaches = await value("SELECT min(id) FROM memberships WHERE account = $1", teacher)
    college = await value("SELECT school FROM memberships WHERE id = $1", teaches)
    slot = world["under_way"]
    reservation = await value("SELECT min(id) FROM reservations WHERE slot = $1", slot)
    scan = await value(
        "INSERT INTO scans (id, slot, result, scanned_at, received_at)"
        " VALUES (gen_random_uuid(), $1, 'unknown', $2, $2) RETURNING id",
        *(slot, now),
    )
    alert = await value(
        "INSERT INTO demands (school, tells, sentence, membership, level, pupils, asked_at, ends_at)"
        " SELECT school, true, 1, id, '4e', 20, $2, $3 FROM memberships WHERE id = $1 RETURNING id",
        *(teaches, now, now + timedelta(days=30)),
    )
    demand = await builders.demand(world["group"])
    link = await value(
        "INSERT INTO desk_links (token_hash, slot) VALUES ($1, $2) RETURNING id", secrets.token_bytes(32), slot
    )
    mail = await value("SELECT email FROM accounts WHERE id = $1", host)
    await issue_token(mail, token=secrets.token_urlsafe(32), now=now)
    key = await value("SELECT min(id) FROM api_tokens WHERE account = $1", host)
    passkey = await value(
        "INSERT INTO passkeys (account, credential_id, public_key, created_at) VALUES ($1, $2, $2, $3) RETURNING id",
        *(host, secrets.token_bytes(16), now),
    )
    webhook = await builders.webhook(membership=member, url="https://receiver.example/hook", acts=("slot_opened",))
    delivery = await value(
        "INSERT INTO webhook_deliveries (webhook, state, since, next_try_at)"
        " VALUES ($1, 'failed', $2, $2) RETURNING id",
        *(webhook, now),
    )
    application = await value(
        "INSERT INTO applications (name, role, school, permissions, client_id, made_at)"
        " SELECT 'Planning', 'host', school, '{slots.open}', $2, $3 FROM memberships WHERE id = $1 RETURNING id",
        *(member, secrets.token_hex(8), now),
    )
    secret = await value(
        "INSERT INTO application_secrets (application, secret_hash, made_at) VALUES ($1, $2, $3) RETURNING id",
        *(application, secrets.token_bytes(32), now),
    )
    await open_session(host, session_id=secrets.token_urlsafe(32), browser="Firefox", now=now)
    session = await value("SELECT min(id) FROM sessions WHERE account = $1", host)
    newcomer = await builders.person("teacher", school=college, awaiting=True)
    of_course = "SELECT min(id) FROM bts1_{} WHERE course = $1"
    return {
        **world,
        **NOBODYS,
        **{
            "slot": world["slot"],
            "scan": scan,
            "scan_id": scan,
            "alert": alert,
            "demand": demand,
            "link": link,
            "key": key,
        },
        **{"passkey": passkey, "webhook": webhook, "delivery": delivery, "membership": member, "session": session},
        **{"application": application, "secret": secret, "reservation": world["reservation"]},
        "build": await builders.build(slot=slot, tech_object=world["object"], group_ref=reservation, made=1),
        "awaiting": await value("SELECT min(id) FROM memberships WHERE account = $1", newcomer),
        "mentor": await value("SELECT min(id) FROM ptech_mentors WHERE cohort = $1", world["cohort"]),
        "feeder": await value(of_course.format("feeders"), world["course"]),
        "mobility": await value(of_course.format("mobilities"), world["course"]),
        "line": await value(of_course.format("partners"), world["course"]),
    }


async def _strangers(world: dict[str, Any]) -> tuple[dict[str, int], dict[str, Any]]:
    """A teacher, a host and somebody of a company of elsewhere, and what is theirs."""
    now = datetime.now(UTC)
    college, lycee, firm = await builders.school(), await builders.school(kind="lycee"), await builders.company()
    people = {
        "teacher": await builders.person("teacher", "t@example.net", school=college),
        "host": await builders.person("host", "h@example.net", school=lycee),
        "company": await builders.person("company", "c@example.net", company=firm),
    }
    workshop = await builders.workshop(host=lycee, objects=(world["object"],))
    slot = await builders.slot(workshop=workshop, starts_at=now + timedelta(days=30), company_places=3)
    under_way = await builders.slot(workshop=workshop, starts_at=now - timedelta(minutes=30), seats=24)
    group = await builders.group(school=college, teacher=people["teacher"])
    own = {
        **{"slot": slot, "under_way": under_way, "workshop": workshop, "group": group, "firm": firm, "lycee": lycee},
        "object": world["object"],
        "reservation": await builders.reservation(slot=slot, group=group, by=people["teacher"]),
        "attendance": await builders.attendance(slot=slot, company=firm, by=people["company"]),
        "room": await builders.room(school=lycee),
        "series": await builders.series(slot, workshop=workshop),
        "closure": await builders.closure(school=lycee, on=(now + timedelta(days=60)).date()),
        "course": await builders_bts1.opened(school=lycee),
        **await builders_ptech.a_whole_cohort(school=lycee, company=firm, now=now),
    }
    today = await builders.reservation(slot=under_way, group=group, by=people["teacher"])
    # Her own badges have been needed before; of the others' visit to come nobody has needed any, and she makes none.
    await issue_of([own["reservation"], today], secret_key=SECRET)
    await rows(FORGET_ALL, world["reservation"])
    assert await value("SELECT count(*) FROM badges WHERE reservation = $1", own["reservation"]) > 0
    return people, await _with_the_rest(own, host=people["host"], teacher=people["teacher"])


def _made_of(told: Any) -> Any:  # noqa: PLR0911, PLR0912 - one case a shape
    """A body that its shape allows, with nothing in it that another account could own but numbers that are."""
    match told:
        case inspect.Metadata():
            return _made_of(told.type)
        case inspect.StructType():
            return {one.encode_name: _made_of(one.type) for one in told.fields if one.required}
        case inspect.UnionType():
            return _made_of(next(one for one in told.types if not isinstance(one, inspect.NoneType)))
        case inspect.ListType():
            return [_made_of(told.item_type)]
        case inspect.BoolType():
            return True
        case inspect.IntType() | inspect.FloatType():
            return max(1, int(told.ge or 1))
        case inspect.DateTimeType():
            return "2027-03-11T09:00:00+01:00"
        case inspect.DateType():
            return "2026-11-20"
        case inspect.TimeType():
            return "09:00:00"
        case inspect.EnumType():
            return next(iter(told.cls)).value
        case inspect.LiteralType():
            return told.values[0]
        case inspect.UUIDType():
            return str(secrets.token_hex(16))
        case _:
            return "Machine en panne"


ACTION = {"kind": "visite", "title": "Visite", "starts_at": "2027-03-11T09:00:00+01:00", "minutes": 60, "people": 2}
BODIES = {
    ("POST", "/api/v1/bts1/courses/{course:int}/intakes"): {"school_year": 2026, "places": 12},
    ("POST", "/api/v1/bts1/courses/{course:int}/mobilities"): (
        {"school_year": 2026, "country": "Suisse", "kind": "stage", "people": 2}
    ),
    ("POST", "/api/v1/bts1/courses/{course:int}/partners"): {"kind": "universite", "name": "Université"},
    ("POST", "/api/v1/ptech/actions/{number:int}/calling-off"): {"reason": "Machine en panne"},
    ("POST", "/api/v1/ptech/cohorts/{number:int}/actions"): ACTION,
    ("PUT", "/api/v1/ptech/actions/{number:int}"): ACTION,
    ("POST", "/api/v1/series/{series:int}/resize"): {"seats": 20},
    ("POST", "/api/v1/slots/{slot:int}/resize"): {"seats": 20},
    ("PUT", "/api/v1/workshops/{number:int}"): {"title": "Découpe laser", "levels": ["4e"]},
    ("PUT", "/api/v1/attendances/{attendance:int}"): {"people": 1, "role": "mentorat"},
}


def _bodies() -> dict[tuple[str, str], Any]:
    found = {}
    for route in assembled().routes:
        for method, handled in getattr(route, "route_handler_map", {}).items():
            handler = handled[0] if isinstance(handled, tuple) else handled
            if (body := handler.parsed_fn_signature.parameters.get("data")) and route.path.startswith("/api/v1"):
                found[str(method), route.path] = _made_of(inspect.type_info(body.annotation))
    return found | BODIES


# What a refused request writes all the same: who tried, and that she was seen.
ASIDE = {"sessions", "tries", "refusal_counts", "api_tokens", "accounts", "events", "events_to_tell"}
# What a program of an organisation is answered besides, whatever the number: a person's own is no program's.
NO_PROGRAM_S = {"of-a-person", "not-yours"}


async def _everything() -> str:
    """One question whose answer is a print of all that is kept."""
    tables = [one["tablename"] for one in await rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    each = [f"(SELECT string_agg(t::text, ';' ORDER BY t::text) FROM {name} t)" for name in sorted({*tables} - ASIDE)]
    # PostgreSQL hands a function a hundred arguments at most.
    return f"SELECT md5(array_to_string(ARRAY[{', '.join(each)}], '|'))"


def test_there_are_as_many_addresses_as_the_application_has(record_property):
    record_property("generated", len(CASES))
    assert len(CASES) > 250


@pytest.mark.parametrize("role", ROLES)
async def test_what_is_another_s_is_not_there_for_a_program_of_an_organisation(app, role, record_property):
    world = await a_whole_world()
    theirs = await _with_the_rest(world, host=world["host"], teacher=world["teacher"])
    people, own = await _strangers(world)
    caller = await signed_in(people[role], now=datetime.now(UTC))
    permissions = tuple(str(one) for one in offered_to(Role(role)))
    program = await a_program(caller, permissions=permissions, now=datetime.now(UTC))
    machine = httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app),
        base_url="http://127.0.0.1:8000",
        headers={"Authorization": f"Bearer {program.secret}", "Technilab-Teacher": caller.email},
    )
    bodies, wrong, asked = _bodies(), {}, 0
    assert (await machine.get("/api/v1/slots")).status_code == 200
    await rows("UPDATE application_secrets SET used_at = $1", datetime.now(UTC))
    everything = await _everything()
    for _, method, path in (one for one in CASES if one[0] == role and one[2].startswith("/api/v1")):
        for address in _addresses(path, theirs, own):
            before = await value(everything)
            answer = await machine.request(method, address, json=bodies.get((method, path)))
            asked += 1
            hidden = answer.status_code == 404 or answer.json()["type"].removeprefix("/problems/") in NO_PROGRAM_S
            if not hidden or await value(everything) != before:
                wrong[method, address] = (answer.status_code, answer.text[:120])
    record_property("asked", asked)
    assert (wrong, asked > 10) == ({}, True)


@pytest.mark.parametrize("role", ROLES)
async def test_what_is_another_s_is_not_there(app, role, record_property):
    world = await a_whole_world()
    theirs = await _with_the_rest(world, host=world["host"], teacher=world["teacher"])
    people, own = await _strangers(world)
    token = secrets.token_urlsafe(32)
    await issue_token(
        await value("SELECT email FROM accounts WHERE id = $1", people[role]), token=token, now=datetime.now(UTC)
    )
    browser = await Browser(app).sign_in(people[role])
    machine = httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app),
        base_url="http://127.0.0.1:8000",
        headers={"Authorization": f"Bearer {token}"},
    )
    bodies, wrong, asked, everything = _bodies(), {}, 0, await _everything()

    async def ask(method: str, path: str, address: str) -> httpx.Response:
        if path.startswith("/api/v1"):
            return await machine.request(method, address, json=bodies.get((method, path)))
        if method == "POST":
            whys = {f"why-{theirs['attendance']}": "too_far"}
            picture = {"photo": ("horloge.jpg", a_photo(), "image/jpeg")}
            files = {"files": picture} if path.endswith("/photo") else {}
            return await browser.post(address, FORM | whys, **files)
        return await browser.client.request(method, address)

    def said(answer: httpx.Response) -> tuple[int, str]:
        return answer.status_code, re.sub(r"[0-9]+", "", read(answer))

    for _, method, path in (one for one in CASES if one[0] == role):
        there = list(_addresses(path, theirs, own))
        if not there:
            wrong[method, path] = "no number"
        for address in there:
            if OWN_VISIT.fullmatch(address) and f"/{own['reservation']}/" in address:
                continue
            before = await value(everything)
            answer = await ask(method, path, address)
            asked += 1
            nobodys = await ask(method, path, PARAMETER.sub("999999", path)) if (method, path) in ALIKE else None
            hidden = answer.status_code == 404 if nobodys is None else said(answer) == said(nobodys)
            if not hidden or await value(everything) != before:
                wrong[method, address] = (answer.status_code, answer.headers.get("location", answer.text[:120]))
    record_property("asked", asked)
    print(f"{role}: {asked} addresses asked")
    assert wrong == {}


# What a body names, beside what one's own account is: the other's number there.
IN_A_BODY = [
    ("teacher", "POST", "/reservations", {"slot_id": "own.slot", "group_id": "group", "pupils": 20, "adults": 2}),
    ("teacher", "POST", "/wishes", {"slot_ids": ["own.slot"], "group_id": "group", "pupils": 20, "adults": 2}),
    (
        *("teacher", "POST", "/half-groups"),
        {
            "group_id": "group",
            "halves": [{"slot_id": "own.slot", "pupils": 10}, {"slot_id": "slot", "pupils": 9}],
            "adults": 2,
        },
    ),
    (
        *("host", "POST", "/slots"),
        {
            **{"workshop_id": "workshop", "seats": 20},
            **{"starts_at": "2027-03-11T09:00:00+01:00", "ends_at": "2027-03-11T12:00:00+01:00"},
        },
    ),
    (
        *("host", "POST", "/slots"),
        {
            **{"workshop_id": "own.workshop", "room_id": "room", "seats": 20},
            **{"starts_at": "2027-03-11T09:00:00+01:00", "ends_at": "2027-03-11T12:00:00+01:00"},
        },
    ),
]


@pytest.mark.parametrize("case", IN_A_BODY, ids=lambda case: f"{case[2]} {len(case[3])}")
async def test_what_a_body_names_of_another_s_is_not_there(app, case):
    role, method, path, body = case
    world = await a_whole_world()
    theirs = await _with_the_rest(world, host=world["host"], teacher=world["teacher"])
    people, own = await _strangers(world)
    token = secrets.token_urlsafe(32)
    email = await value("SELECT email FROM accounts WHERE id = $1", people[role])
    await issue_token(email, token=token, now=datetime.now(UTC))

    def filled(told: Any) -> Any:
        match told:
            case dict():
                return {name: filled(one) for name, one in told.items()}
            case list():
                return [filled(one) for one in told]
            case str() if told.startswith("own."):
                return own[told.removeprefix("own.")]
            case str() if told in theirs:
                return theirs[told]
            case _:
                return told

    machine = httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app),
        base_url="http://127.0.0.1:8000/api/v1",
        headers={"Authorization": f"Bearer {token}"},
    )
    everything = await _everything()
    before = await value(everything)
    answer = await machine.request(method, path, json=filled(body))
    assert (answer.status_code, await value(everything) == before) == (404, True), answer.text
