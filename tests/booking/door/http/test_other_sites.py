"""Pages of other sites read what is the same for every visitor, show one list of ours inside them, and nothing else."""

from __future__ import annotations

import re
from datetime import date

import pytest

from tests import builders
from tests.browsing import Browser, read, said
from tests.builders import NOW
from tests.door_matrix import RIGHTS
from tests.journeys.test_day_of_the_visit import machine_of
from workshops.database import value

OPEN = {
    "/api/openapi.json",
    "/api/v1/objects",
    "/api/v1/objects/{number:int}",
    "/api/v1/slots",
    "/api/v1/slots/{slot:int}",
    "/donnees/{file:str}",
}
FRAMED = {"/lycees/{uai:str}/cadre"}


def test_only_what_a_visitor_reads_is_marked_for_other_sites(app):
    marked = {
        (route.path, name)
        for route in app.routes
        for handler in getattr(route, "route_handlers", ())
        for name in ("any_site", "framed")
        if handler.opt.get(name)
    }
    assert marked == {(path, "any_site") for path in OPEN} | {(path, "framed") for path in FRAMED}
    assert {path for path in OPEN | FRAMED if ("GET", path) not in RIGHTS} == set()


async def test_another_site_reads_the_slots_and_no_answer_of_a_person(app):
    app.state.clock = lambda: NOW
    lycee = await builders.school(kind="lycee")
    slot = await builders.slot(host=lycee)
    visitor, theirs = Browser(app, now=NOW), {"Origin": "https://college.example"}
    for path in (
        "/api/v1/slots",
        f"/api/v1/slots/{slot}",
        "/api/v1/objects",
        "/api/openapi.json",
        "/donnees/annees.csv",
    ):
        answer = await visitor.get(path, headers=theirs)
        assert (path, answer.status_code, answer.headers.get("access-control-allow-origin")) == (path, 200, "*")
        assert "access-control-allow-credentials" not in answer.headers
        assert "set-cookie" not in answer.headers
    unknown = await visitor.get("/api/v1/slots?nothing=1", headers=theirs)
    assert (unknown.status_code, unknown.headers["access-control-allow-origin"]) == (422, "*")

    host = await machine_of(app, "host", school=lycee)
    closed = [
        *[await visitor.get(path, headers=theirs) for path in ("/", "/creneaux", "/donnees", "/problems", "/api")],
        *[await host.get(path, headers=theirs) for path in ("/reservations", "/me", f"/slots/{slot}/roster")],
    ]  # fmt: skip
    assert [one.headers.get("access-control-allow-origin") for one in closed] == [None] * len(closed)
    asked = await visitor.client.options("/api/v1/slots", headers=theirs | {"Access-Control-Request-Method": "POST"})
    assert "access-control-allow-methods" not in asked.headers
    written = await host.post("/slots", {}, headers=theirs)
    assert "access-control-allow-origin" not in written.headers


async def a_lycee_with_slots() -> tuple[int, str]:
    lycee = await builders.school(kind="lycee", name="Lycée Jules Haag")
    workshop = await builders.workshop(host=lycee, title="Une horloge en laiton")
    await builders.slot(workshop=workshop, starts_at=builders.paris("2027-03-25 09:00"))
    full = await builders.slot(workshop=workshop, starts_at=builders.paris("2027-03-26 09:00"))
    await value("UPDATE slots SET seats_taken = seats WHERE id = $1 RETURNING id", full)
    await builders.slot(host=await builders.school(kind="lycee", name="Lycée Edgar Faure"))
    return lycee, str(await value("SELECT uai FROM schools WHERE id = $1", lycee))


async def test_a_lycee_s_slots_are_shown_inside_its_own_site_without_form_cookie_or_script(app):
    app.state.clock = lambda: NOW
    _, uai = await a_lycee_with_slots()
    answer = await Browser(app, now=NOW).get(f"/lycees/{uai}/cadre")
    policy = answer.headers["content-security-policy"]
    assert ("frame-ancestors *" in policy, "form-action 'none'" in policy) == (True, True)
    assert "set-cookie" not in answer.headers
    assert re.findall(r"<(?:form|script|input|button)\b", answer.text) == []
    # Without one a browser asks for /favicon.ico, which is not there.
    (icon,) = re.findall(r'<link rel="icon" href="([^"]+)"', answer.text)
    assert (await Browser(app, now=NOW).get(icon)).status_code == 200
    assert {*re.findall(r'<a [^>]*target="(\w+)" rel="(\w+)"', answer.text)} == {("_blank", "noopener")}
    shown = read(answer)
    assert "Lycée Jules Haag reçoit des collégiens" in shown
    assert "jeudi 25 mars 2027, 9 h 00 Une horloge en laiton" in shown
    assert ("24 places" in shown, "complet" in shown, "Edgar Faure" in shown) == (True, True, False)


async def test_the_frame_promises_a_place_only_where_one_can_be_had(app):
    app.state.clock = lambda: NOW
    lycee, uai = await a_lycee_with_slots()
    workshop = await builders.workshop(host=lycee, title="Une lampe qui voit venir")
    await builders.slot(workshop=workshop, starts_at=builders.paris("2027-06-10 09:00"))
    later = {"first_on": date(2027, 6, 1), "last_on": date(2027, 6, 30)}
    await builders.opening(**later, opens_at=builders.paris("2027-05-03 10:00"))
    page = await Browser(app, now=NOW).get(f"/lycees/{uai}/cadre")
    assert re.findall("<title>(.*)</title>", page.text) == ["Lycée Jules Haag, créneaux · Technilab"]
    shown = [said(one) for one in re.findall(r"<li>(.*?)</li>", page.text, re.DOTALL)]
    assert shown == [
        "jeudi 25 mars 2027, 9 h 00 Une horloge en laiton 6e à 3e 24 places",
        "vendredi 26 mars 2027, 9 h 00 Une horloge en laiton 6e à 3e complet",
        "jeudi 10 juin 2027, 9 h 00 Une lampe qui voit venir 6e à 3e Ouverture lundi 3 mai à 10 h 24 places",
    ]
    told = read(await Browser(app, now=NOW).get(f"/lycees/{uai}"))
    assert ("2 ateliers, 3 créneaux à venir." in told, "créneaux ouverts." in told) == (True, False)


async def test_no_other_page_is_shown_inside_another_site_nor_a_lycee_that_is_none(app):
    app.state.clock = lambda: NOW
    _, uai = await a_lycee_with_slots()
    visitor = Browser(app, now=NOW)
    college = await value("SELECT uai FROM schools WHERE id = $1", await builders.school())
    for path in ("/", "/creneaux", f"/lycees/{uai}", "/api", "/lycees/0259999X/cadre", f"/lycees/{college}/cadre"):
        assert "frame-ancestors 'none'" in (await visitor.get(path)).headers["content-security-policy"], path


@pytest.mark.parametrize("role", ["host", "other host", "teacher", "visitor"])
async def test_the_line_to_copy_is_told_to_those_who_receive_there_alone(app, role):
    app.state.clock = lambda: NOW
    lycee, uai = await a_lycee_with_slots()
    browser = Browser(app, now=NOW)
    if role != "visitor":
        other = await builders.school(kind="lycee") if role == "other host" else None
        school = await builders.school() if role == "teacher" else other or lycee
        await browser.sign_in(await builders.person(role.removeprefix("other "), school=school))
    page = read(await browser.get(f"/lycees/{uai}"))
    line = f'<iframe src="http://127.0.0.1:8000/lycees/{uai}/cadre"'
    assert (line in page) == (role == "host")


async def test_a_slot_that_is_over_leaves_the_frame(app):
    _, uai = await a_lycee_with_slots()
    app.state.clock = lambda: builders.paris("2027-03-27 09:00")
    assert "Pas de créneau pour l'instant." in read(await Browser(app, now=NOW).get(f"/lycees/{uai}/cadre"))
