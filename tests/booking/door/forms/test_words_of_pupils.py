"""Whatever a person may type that a lycée reads names no pupil, gives no telephone and tells no child's health, by
each door.

The fields are read from the application: a new free text is either refused here or said to be about no pupil.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from msgspec import inspect

from booking.api.shapes import A_LINE, SOME_LINES
from booking.people.accounts.rules import hash_of
from booking.visits.questions.rules import Side, link_of
from booking.visits.questions.write import AskLycee, ask
from booking.visits.reservations.ask_approval import renew_approval
from tests import builders, builders_milestones, builders_ptech
from tests.application import assembled
from tests.booking.api.test_reservations import a_machine
from tests.booking.programme.past_visits.files import DIDEROT, HAAG, a_place
from tests.browsing import SECRET, Browser, Machine, read
from tests.builders import NOW
from workshops.acts import Act
from workshops.acts.fields import fields_of
from workshops.database import row, rows, value

HEALTH, NAME = "Prévoir l'insuline d'un élève diabétique", "Prévoir une place pour Léa Martin"
NUMBER = "Appelez le 06 12 34 56 78"
SAYS_HEALTH, SAYS_WHO = "parle de la santé d'un élève", "ressemble à un nom de personne"
SAYS_NUMBER = "« 06 12 34 56 78 » ressemble à un numéro de téléphone"
REFUSED = {"health": (HEALTH, SAYS_HEALTH), "name": (NAME, SAYS_WHO), "number": (NUMBER, SAYS_NUMBER)}

# What is typed for a visit, by machine: the body beside the field. {…} are numbers of the world.
OF_A_VISIT: dict[tuple[str, str, str], tuple[str, dict[str, Any]]] = {
    ("POST", "/reservations", "needs"): (
        *("teacher", {"slot_id": "{free}", "group_id": "{group}", "pupils": 20, "adults": 2}),
    ),
    ("PUT", "/reservations/{reservation:int}/needs", "needs"): ("teacher", {}),
    ("PUT", "/reservations/{reservation:int}/thanks", "thanks"): ("teacher", {}),
    ("POST", "/half-groups", "needs"): (
        "teacher",
        {
            "group_id": "{group}",
            "halves": [{"slot_id": "{free}", "pupils": 10}, {"slot_id": "{other}", "pupils": 10}],
            "adults": 2,
        },
    ),
    ("PUT", "/reports/{name:str}/words/{part:str}", "text"): ("coordinator", {}),
    ("POST", "/absences", "words"): ("teacher", {}),
    ("POST", "/demands", "needs"): (
        *("teacher", {"lines": [{"slot_id": "{free}"}], "group_id": "{group}", "pupils": 20, "adults": 2}),
    ),
    ("POST", "/wishes", "needs"): (
        *("teacher", {"slot_ids": ["{free}", "{other}"], "group_id": "{group}", "pupils": 20, "adults": 2}),
    ),
    ("POST", "/reservations/{reservation:int}/cancellation", "reason"): ("teacher", {}),
    ("POST", "/slots/{slot:int}/attendances", "message"): ("company", {"people": 1, "role": "mentorat"}),
    ("PUT", "/attendances/{attendance:int}", "message"): ("company", {"people": 1, "role": "mentorat"}),
    ("POST", "/attendances/{attendance:int}/refusal", "reason"): ("host", {}),
    ("POST", "/reservations/{reservation:int}/builds", "note"): (
        *("host", {"object_id": "{object}", "made": 1, "finished": 1, "working": 1, "taken_home": 1}),
    ),
    ("POST", "/closures/{number:int}/call-off", "reason"): ("host", {}),
    ("POST", "/groups", "name"): ("teacher", {"level": "4e", "pupils": 20, "school_year": "2026-2027"}),
    ("POST", "/slots/{slot:int}/move", "reason"): (
        *("host", {"starts_at": "2027-03-11T09:00:00+01:00", "ends_at": "2027-03-11T12:00:00+01:00"}),
    ),
    ("POST", "/slots/{slot:int}/call-off", "reason"): ("host", {}),
    ("POST", "/past-visits", "group"): (
        "coordinator",
        {
            **{"date": "2024-03-14", "lycee": HAAG, "college": DIDEROT, "level": "4e"},
            **{"pupils": 24, "source": "Tableau"},
        },
    ),
    **{
        (method, f"/milestones{path}", field): ("coordinator", {"title": "Charte", "due_on": "2027-03-01"})
        for method, path in (("POST", ""), ("PUT", "/{number:int}"))
        for field in ("risk_words", "measure")
    },
    ("POST", "/milestones/{number:int}/giving-up", "reason"): ("coordinator", {}),
    ("POST", "/ptech/actions/{number:int}/calling-off", "reason"): ("host", {}),
    ("POST", "/ptech/cohorts/{number:int}/censuses", "note"): (
        *("host", {"school_year": 2026, "term": "october", "present": 20}),
    ),
    ("POST", "/slots/{slot:int}/closure", "headcounts[].note"): (
        *("host", {"headcounts": [{"reservation_id": "{past_visit}", "pupils": 20, "adults": 2}]}),
    ),
    ("POST", "/slots/{slot:int}/reopening", "reason"): ("coordinator", {}),
    ("POST", "/series/{series:int}/move", "reason"): ("host", {"days": 1}),
    ("POST", "/series/{series:int}/call-off", "reason"): ("host", {}),
    ("POST", "/years/{name:str}/reopening", "reason"): ("coordinator", {}),
    ("PUT", "/september-hands/{school_year:int}", "sections[].section"): (
        "host",
        {"sections": [{"present": 20, "hands": 2}]},
    ),
}
WHERE = {
    "{reservation:int}": "{visit}",
    "{attendance:int}": "{coming}",
    "/closures/{number:int}": "/closures/{closure}",
    "/actions/{number:int}": "/actions/{action}",
    "/milestones/{number:int}": "/milestones/{milestone}",
    "/cohorts/{number:int}": "/cohorts/{cohort}",
    "/slots/{slot:int}/closure": "/slots/{past}/closure",
    "{slot:int}": "{free}",
    "{series:int}": "{series}",
    "{name:str}": "2024-2025",
    "{part:str}": "ptech",
    "{school_year:int}": "2026",
}
PUT_TOO = {("PUT", "/past-visits/{number:int}", "group")}
# Of an adult who signs: her name is asked for.
SIGNED = {("POST", "/reservations/{reservation:int}/paper-visa", "signed_by")}
# What is about no visit and no pupil: what is offered, who is who, what is counted, a list's own words.
ABOUT_NO_PUPIL = {
    "colleague_email",
    *("/alerts", "/bts1/courses", "/checkins", "/me", "/objects", "/partners", "/companies/{siret:str}", "/rooms"),
    *("/targets/{programme:str}/{metric:str}", "/workshops", "/ptech/schemes", "/colleges-to-come", "/webhooks"),
}
NO_PUPIL = {
    "colleague_email",
    *("kind", "level", "role", "term", "section", "school_year", "lycee", "college", "object", "companies"),
    *("step", "country", "bts", "label", "source", "reference", "title", "place", "levels[]"),
    "link",
    *("lines[].search.department", "lines[].search.lycee"),
}
FILE = "date;lycee;college;niveau;groupe;eleves;source\n2024-03-14;{lycee};{college};4e;{words};24;Tableau\n"


def _strings(told: Any, path: str = "") -> Iterator[str]:
    """Each free text of a body, by its path."""
    match told:
        case inspect.StructType():
            for one in told.fields:
                yield from _strings(one.type, f"{path}.{one.encode_name}".lstrip("."))
        case inspect.UnionType():
            for one in told.types:
                yield from _strings(one, path)
        case inspect.ListType():
            yield from _strings(told.item_type, f"{path}[]")
        case inspect.Metadata():
            yield from _strings(told.type, path)
        case inspect.StrType(pattern=pattern) if pattern in {A_LINE, SOME_LINES}:
            yield path


def _typed_by_machine() -> set[tuple[str, str, str]]:
    found = set()
    for route in assembled().routes:
        if not route.path.startswith("/api/v1/") or not hasattr(route, "route_handler_map"):
            continue
        for method, handled in route.route_handler_map.items():
            handler = handled[0] if isinstance(handled, tuple) else handled
            body = handler.parsed_fn_signature.parameters.get("data")
            for path in () if body is None else _strings(inspect.type_info(body.annotation)):
                found.add((str(method), route.path.removeprefix("/api/v1"), path.replace("[].", "[].")))
    return found


def test_each_free_text_of_the_api_is_refused_here_or_about_no_pupil():
    typed = {
        one
        for one in _typed_by_machine()
        if not any(one[1].startswith(place) for place in ABOUT_NO_PUPIL) and one[2] not in NO_PUPIL
    }
    assert typed == set(OF_A_VISIT) | PUT_TOO | SIGNED


@pytest.fixture
async def world(app) -> dict[str, Any]:
    """A collège, a lycée, a company and the coordination, with a visit in each of its states."""
    app.state.clock = lambda: NOW
    place = await a_place()
    await builders.past_visit(lycee=place.lycee, college=place.diderot, held_on=date(2024, 10, 3))
    college, lycee, company = place.diderot, place.lycee, await builders.company()
    known = "needs_approval = true, principal_mail = 'p@example.org', principal_confirmed_at = now()"
    await rows(f"UPDATE schools SET {known} WHERE id = $1", college)
    objects = await builders.tech_object(name="Horloge")
    workshop = await builders.workshop(host=lycee, objects=(objects,))
    ahead = {"workshop": workshop, "company_places": 4, "seats": 30, "groups_max": 3}
    free, other, past = [
        await builders.slot(starts_at=NOW + timedelta(days=days, hours=hours), **ahead)
        for days, hours in ((30, 0), (31, 0), (0, -2))
    ]
    group, here = await builders.group(school=college), await builders.group(school=college)
    visit = await builders.reservation(slot=other, group=here, pupils=10)
    asked = await builders.reservation(
        slot=free, group=here, pupils=10, state="requested", hold_until=NOW + timedelta(days=5)
    )
    past_visit = await builders.reservation(slot=past, group=here, pupils=20)
    coming = await builders.attendance(slot=other, company=company)
    cohort = await builders_ptech.cohort(of=await builders_ptech.scheme(school=lycee))
    return {
        "machines": {
            "teacher": await a_machine(app, school=college),
            "host": await a_machine(app, "host", school=lycee),
            "company": await a_machine(app, "company", company=company),
            "coordinator": await a_machine(app, "coordinator"),
        },
        **{"free": free, "other": other, "past": past, "group": group, "visit": visit, "asked": asked},
        **{"past_visit": past_visit, "coming": coming, "object": objects, "cohort": cohort},
        "milestone": await builders_milestones.milestone(),
        "action": await builders_ptech.action(cohort, starts_at=NOW + timedelta(days=40)),
        "closure": await builders.closure(school=lycee, on=(NOW + timedelta(days=30)).date()),
        "series": await builders.series(free, workshop=workshop),
    }


def _filled(told: Any, world: dict[str, Any]) -> Any:
    """The same with the numbers of the world."""
    match told:
        case dict():
            return {name: _filled(one, world) for name, one in told.items()}
        case list():
            return [_filled(one, world) for one in told]
        case str() if told.startswith("{"):
            return world[told.strip("{}")]
        case _:
            return told


def _with(body: dict[str, Any], path: str, words: str) -> dict[str, Any]:
    if "[]." in path:
        many, name = path.split("[].")
        return {**body, many: [{**one, name: words} for one in body[many]]}
    return {**body, path: words}


def _at(path: str, world: dict[str, Any]) -> str:
    for pattern, place in WHERE.items():
        path = path.replace(pattern, place)
    return path.format(**world)


@pytest.mark.parametrize(("words", "says"), REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("asked", sorted(OF_A_VISIT), ids=" ".join)
async def test_a_free_text_of_the_api_is_refused(world, asked, words, says):
    method, path, field = asked
    who, body = OF_A_VISIT[asked]
    machine: Machine = world["machines"][who]
    answer = await machine.client.request(
        method, _at(path, world), json=_with(_filled(body, world), field, words[:60] if field == "name" else words)
    )
    # 409: a change of several slots, of which none is made.
    assert (answer.status_code in {422, 409}, says in answer.text) == (True, True), answer.text


async def test_a_paper_visa_is_signed_by_somebody_without_a_number_and_tells_no_health(world):
    path, body = f"/reservations/{world['asked']}/paper-visa", {"signed_on": "2027-01-11"}
    for beside, says in (("PAI", SAYS_HEALTH), ("06 12 34 56 78", SAYS_NUMBER)):
        answer = await world["machines"]["teacher"].post(path, body | {"signed_by": f"Mme Perrin, {beside}"})
        assert (answer.status_code, says in answer.text) == (422, True)
    assert (await world["machines"]["teacher"].post(path, body | {"signed_by": "Mme Perrin"})).status_code == 200


@pytest.mark.parametrize(("words", "says"), REFUSED.values(), ids=REFUSED)
async def test_a_line_of_a_file_is_refused(world, words, says):
    file = FILE.format(lycee=HAAG, college=DIDEROT, words=words)
    machine: Machine = world["machines"]["coordinator"]
    csv = {"Content-Type": "text/csv"}
    answer = await machine.client.post("/past-visits/file?dry_run=false", content=file.encode(), headers=csv)
    assert (says in answer.text, await value("SELECT count(*) FROM past_visits")) == (True, 1), answer.text


# The pages' own fields: which form holds each, and where it is about a visit the page that takes it.
BY_THE_API = ("slots", "change_series", "closures")
PAGES: dict[tuple[str, str], tuple[str, str, dict[str, Any]]] = {
    ("school/change.py", "reason"): ("teacher", "/reservations/{visit}/annulation", {}),
    ("school/change.py", "thanks"): ("teacher", "/reservations/{visit}/mot", {}),
    ("school/change.py", "needs"): ("teacher", "/reservations/{visit}/besoins", {}),
    ("school/groups.py", "name"): ("teacher", "/mes-groupes", {"level": "4e", "pupils": 20}),
    ("school/change.py", "signed_by"): ("teacher", "/reservations/{asked}/visa-papier", {"signed_on": "2027-01-11"}),
    ("school/questions.py", "text"): ("teacher", f"/lycees/{HAAG}/question", {}),
    ("public/question.py", "text"): ("anyone", "/questions/{question}", {}),
    ("public/visa.py", "reason"): ("anyone", "/visa/{link}", {"answer": "non"}),
    ("public/coming.py", "reason"): ("teacher", "", {}),
    ("company/comings.py", "message"): ("company", "/creneaux/{free}/venues", {"people": 1, "role": "mentorat"}),
    ("desk/objects.py", "note"): ("host", "/accueil/{past}/groupes/{past_visit}/fabrications", {}),
    ("desk/closing.py", "note"): ("host", "/accueil/{past}/cloture", {}),
    ("host/change_slot.py", "reason"): ("host", "/lycee/creneaux/{free}/annulation", {}),
    ("host/september_hands.py", "section"): ("host", "/lycee/mains-levees", {}),
    ("office/slots.py", "reason"): ("coordinator", "/gestion/creneaux/{past}/reouverture", {}),
    **{(f"host/{form}.py", "reason"): ("host", "", {}) for form in BY_THE_API},
    ("office/report.py", "text"): ("coordinator", "", {}),
    ("office/years.py", "reason"): ("coordinator", "", {}),
    **{
        ("office/milestones.py", field): (
            *("coordinator", "/gestion/jalons/{milestone}", {"title": "Charte", "due_on": "2027-03-01"}),
        )
        for field in ("title", "risk_words", "measure")
    },
    ("office/milestones.py", "reason"): ("coordinator", "/gestion/jalons/{milestone}/abandon", {}),
    ("office/milestones.py", "label"): (
        *("coordinator", "/gestion/jalons/{milestone}/preuves", {"link": "https://www.example.org"}),
    ),
    ("ptech/actions.py", "reason"): ("host", "", {}),
    ("ptech/cohorts.py", "note"): ("host", "", {}),
}
"""Where the address is empty, the form gives its line to the verb that the API gives it to, which is asked above."""
FORMS_OF_NO_PUPIL = {
    "colleague_email",
    *("account", "bts1"),
    *(
        "school/college.py",
        "school/halves.py",
        "school/reserve.py",
        "school/choices.py",
        "public/search_query.py",
        "public/consortium.py",
    ),
    *(
        "desk/desk.py",
        "desk/moves.py",
        "ptech/schemes.py",
        "office/accounts.py",
    ),
    *(
        *("office/partners.py", "office/register.py", "office/schools.py"),
        *("office/past_visits.py", "office/past_visits_file.py"),
        "office/administration.py",
        "office/targets.py",
        "office/contributions.py",
        "office/letters.py",
    ),
    *("office/objects.py", "office/invited.py", "office/companies.py", "host/arrival.py"),
    *("office/register.py", "office/schools.py"),
    *("host/colleagues.py", "host/workshops.py", "host/rooms.py", "host/picture.py", "host/year.py"),
}

# No words of a person, or a page that shows the act of another one.
READ_ELSEWHERE = {
    ("school/place_forms.py", "words"),
    ("office/milestones.py", "link"),
    *(("school/visits.py", "colleague"), ("school/hand_on.py", "colleague")),
    *(("host/closures.py", "label"), ("host/closures.py", ""), ("school/groups.py", "school_year")),
    *(("school/visits.py", "needs"), ("school/visits.py", "signed_by"), ("school/visits.py", "reason")),
    *(("company/comings.py", "visitors"), ("school/after.py", "thanks")),
    *(
        (file, "preset")
        for file in ("school/visits.py", "school/badge_marks.py", "host/day_badges.py", "company/certificates.py")
    ),
}


def _typed_on_pages() -> set[tuple[str, str]]:
    """Each text that a page reads, by itself or in an act: its file and the field."""
    root, found = Path("booking/web"), set()
    for file in root.rglob("*.py"):
        place = file.relative_to(root).as_posix()
        module = import_module(f"booking.web.{place.removesuffix('.py').replace('/', '.')}")
        for act in {known for known in vars(module).values() if isinstance(known, type) and issubclass(known, Act)}:
            found |= {(place, field.name) for field in fields_of(act) if field.is_text}
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "text":
                name = node.args[0] if node.args else None
                words = name.value if isinstance(name, ast.Constant) else ast.unparse(name) if name else ""
                found.add((place, str(words)))
    return found


def test_each_free_text_of_the_pages_is_refused_here_or_about_no_pupil():
    ours = {
        (file, "note" if "note" in name else "reason" if name == "field" else name) for file, name in _typed_on_pages()
    }
    left = {one for one in ours if one[0] not in FORMS_OF_NO_PUPIL and one[0].split("/")[0] not in FORMS_OF_NO_PUPIL}
    actions = {(f"ptech/{file}.py", name) for file in ("actions", "company") for name in ("title", "place")}
    assert left - READ_ELSEWHERE - actions == set(PAGES)


@pytest.fixture
async def browsers(app, world) -> dict[str, Browser]:
    """The same people at their pages, a conversation under way and a visa asked."""
    people = {}
    for role, machine in world["machines"].items():
        token = machine.client.headers["Authorization"].removeprefix("Bearer ")
        account = await value("SELECT account FROM api_tokens WHERE token_hash = $1", hash_of(token))
        people[role] = await Browser(app, now=NOW).sign_in(account)
    salt = await value("SELECT gen_random_uuid()")
    college, lycee, by = await row(
        "SELECT r.school, sl.school, m.account FROM reservations r JOIN slots sl ON sl.id = r.slot"
        " JOIN memberships m ON m.school = r.school WHERE r.id = $1 LIMIT 1",
        world["visit"],
    )
    said = {"slot": None, "workshop": None, "awaiting": False}
    await ask(
        AskLycee(text="Un vestiaire ?"),
        college=college,
        lycee=lycee,
        by=by,
        salt=salt,
        secret_key=SECRET,
        now=NOW,
        **said,
    )
    await renew_approval(world["asked"], school=college, by=by, token="p" * 43, now=NOW)
    world |= {"question": link_of(salt, Side.TEACHER, SECRET), "link": "p" * 43}
    return {**people, "anyone": Browser(app, now=NOW)}


@pytest.mark.parametrize("asked", sorted(one for one, (_, address, _) in PAGES.items() if address), ids=" ".join)
async def test_a_free_text_of_a_page_is_refused(world, browsers, asked):
    who, address, fields = PAGES[asked]
    group = world["past_visit"]
    numbers = {"object": world["object"], "made": 1, "finished": 1, "working": 1, "taken_home": 1, "pupils": 19}
    counts = {f"{name}-{group}": told for name, told in (numbers | {"adults": 2}).items()}
    for words, says in REFUSED.values():
        typed = {asked[1]: words, f"note-{group}": words, "section-1": words}
        answer = await browsers[who].post(address.format(**world), fields | counts | typed)
        # An adult signs by her name.
        if (asked[1], says) != ("signed_by", SAYS_WHO):
            assert (answer.status_code, says in read(answer)) == (422, True), read(answer)
