"""What a program sends wrong is said in French, under the names that it knows, and nothing is left out in silence."""

from __future__ import annotations

import pytest

from tests.booking.api.test_host_slots import HOURS, a_host
from tests.booking.door.http.test_unreadable import GROUP, a_class
from tests.browsing import Machine


async def test_a_parameter_that_a_list_does_not_have_is_refused_by_its_name(app):
    answer = await Machine(app, "").get("/slots", params={"levle": "4e", "limit": "1"})
    problem = answer.json()
    assert (answer.status_code, problem["type"], list(problem["errors"])) == (422, "/problems/invalid", ["levle"])
    assert problem["detail"].startswith("Le paramètre levle n'existe pas : ceux d'ici sont company_places, cursor,")


async def test_where_no_parameter_is_known_none_is_taken(app):
    teacher, _, group = await a_class(app)
    answer = await teacher.post(f"/groups/{group}/archive", params={"force": "1"})
    assert (answer.status_code, answer.json()["detail"]) == (
        422,
        "Le paramètre force n'existe pas : il n'y en a pas ici.",
    )


@pytest.mark.parametrize(
    ("wrong", "field", "detail"),
    [
        ({"pupils": "many"}, "pupils", "Élèves : écrivez un nombre de 1 à 60."),
        ({"pupils": 40_000}, "pupils", "Élèves : écrivez un nombre de 1 à 60."),
        ({"name": "4" * 201}, "name", "Nom du groupe : 60 caractères au plus, vous en avez 201."),
        ({"colour": "red"}, "colour", "colour : Ce champ n'existe pas ici."),
        ({"level": ["4e"]}, "level", "Niveau : choisissez dans la liste."),
    ],
)
async def test_a_field_that_cannot_be_read_is_said_in_french(app, wrong, field, detail):
    teacher, _, _ = await a_class(app)
    answer = await teacher.post("/groups", GROUP | wrong)
    problem = answer.json()
    assert (answer.status_code, problem["type"], list(problem["errors"])) == (422, "/problems/invalid", [field])
    assert problem["detail"] == detail


async def test_a_field_that_is_missing_is_named(app):
    teacher, _, _ = await a_class(app)
    answer = await teacher.post("/groups", {name: one for name, one in GROUP.items() if name != "level"})
    assert (answer.status_code, answer.json()["detail"]) == (422, "level : Ce champ est obligatoire.")


async def test_a_field_within_a_list_is_told_with_its_place(db):
    _, machine = await a_host()
    scan = {"scan_id": "not one", "slot_id": 1, "badge": "x", "scanned_at": "2027-03-25T09:00:00+01:00"}
    answer = await machine.post("/checkins", {"scans": [scan]})
    assert answer.json()["errors"] == {"scans[0].scan_id": "Donnez un identifiant de la forme d'un UUID."}


@pytest.mark.parametrize(
    ("asked", "errors"),
    [
        ({"from": "demain"}, {"from": "Donnez une date, par exemple 2027-03-25."}),
        ({"object": "0"}, {"object": "Donnez un nombre entier d'au moins 1."}),
        ({"free": "maybe"}, {"free": "Donnez true ou false."}),
        ({"sort": "price"}, {"sort": "Donnez l'une des valeurs possibles."}),
    ],
)
async def test_a_parameter_has_the_name_that_its_sender_knows(app, asked, errors):
    answer = await Machine(app, "").get("/slots", params=asked)
    assert (answer.status_code, answer.json()["errors"]) == (422, errors)


async def test_several_faults_are_all_told(db):
    _, machine = await a_host()
    answer = await machine.post("/slots", HOURS | {"starts_at": "soon", "seats": None})
    assert answer.json()["errors"] == {
        "workshop_id": "Ce champ est obligatoire.",
        "starts_at": "Date : donnez un instant avec son fuseau, par exemple 2027-03-25T09:00:00+01:00.",
    }


async def test_no_body_at_all_is_said(app):
    teacher, _, _ = await a_class(app)
    answer = await teacher.client.post("/groups")
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid")


async def test_what_an_address_allows_is_said_whatever_comes_with_it(app):
    answer = await Machine(app, "").client.options("/slots", params={"what": "ever"})
    assert (answer.status_code, "OPTIONS" in answer.headers["allow"]) == (204, True)
