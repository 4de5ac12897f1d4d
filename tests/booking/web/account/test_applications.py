"""Whoever answers for an organisation gives a program a key, changes its secret, ends it; nobody else sees it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import NamedTuple

import pytest

from booking.people.accounts.rules import hash_of
from tests import builders
from tests.booking.mails.story import posted, text_of
from tests.browsing import Browser, Machine, read
from tests.builders import NOW
from workshops.database import rows, value

AT = "/logiciels"
SECRET = re.compile(r"technilab_app_[A-Za-z0-9_-]{43}")
CONTESTED = re.compile(r"/compte/ce-n-etait-pas-moi/([A-Za-z0-9_-]{20,})")
LATER = timedelta(minutes=5)
READS = {"name": "Cahier partagé", "permissions": ["visits.print"], "acts": "lire"}


class Two(NamedTuple):
    """Two people of one organisation, and one of another of the same kind."""

    first: int
    colleague: int
    stranger: int


async def two_of(role: str) -> Two:
    if role == "company":
        here, there = [{"company": await builders.company()} for _ in range(2)]
    else:
        kind = "college" if role == "teacher" else "lycee"
        here, there = [{"school": await builders.school(kind=kind)} for _ in range(2)]
    names = (("claire", here), ("jules", here), ("nora", there))
    return Two(*[await builders.person(role, f"{name}@example.org", name=name.title(), **at) for name, at in names])


async def browsing(app, account: int) -> Browser:
    app.state.clock = lambda: NOW
    return await Browser(app, now=NOW).sign_in(account)


def given(role: str) -> dict[str, object]:
    return READS | {"permissions": ["comings.read"]} if role == "company" else READS


async def mailed_to() -> dict[str, str]:
    """Each reader with the subject that she was sent."""
    return {str(mail.message["To"]): str(mail.message["Subject"]) for mail in await posted(now=NOW + LATER)}


@pytest.mark.parametrize("role", ["teacher", "host", "company"])
async def test_a_program_is_seen_and_ended_by_all_of_its_organisation_and_by_nobody_of_another(app, role):
    two = await two_of(role)
    first, colleague, stranger = [await browsing(app, account) for account in two]
    made = await first.post(AT, given(role))
    (secret,) = set(SECRET.findall(made.text))
    assert "Le secret de « Cahier partagé »" in read(made)
    assert await value("SELECT secret_hash FROM application_secrets") == hash_of(secret)
    assert SECRET.findall((await first.get(AT)).text) == []
    shown = read(await colleague.get(AT))
    assert "Cahier partagé" in shown
    assert "N'a pas encore servi" in shown
    assert "Cahier partagé" not in read(await stranger.get(AT))
    assert "Aucun logiciel" in read(await stranger.get(AT))
    number, first_secret = await value("SELECT id FROM applications"), await value("SELECT id FROM application_secrets")
    for act in (f"{AT}/{number}/secret", f"{AT}/{number}/secrets/{first_secret}/fin", f"{AT}/{number}/fin"):
        answer = await stranger.post(act)
        assert answer.status_code in {404, 422}, act
        assert SECRET.findall(answer.text) == []
    assert await value("SELECT count(*) FROM application_secrets WHERE ended_at IS NULL") == 1
    ended = await colleague.post(f"{AT}/{number}/fin")
    assert ended.headers["location"] == f"{AT}?fait=logiciel-fini"
    assert "1 clé retirée" in read(await first.get(AT))
    assert await value("SELECT count(*) FROM application_secrets WHERE ended_at IS NULL") == 0


async def test_a_secret_is_changed_while_the_one_before_still_serves(app):
    two = await two_of("host")
    first, colleague = await browsing(app, two.first), await browsing(app, two.colleague)
    before = SECRET.findall((await first.post(AT, READS)).text)[0]
    number = await value("SELECT id FROM applications")
    assert "Mettre fin" not in read(await first.get(AT))
    changed = await colleague.post(f"{AT}/{number}/secret")
    after = SECRET.findall(changed.text)[0]
    assert after != before
    assert "L'ancien secret sert encore : mettez-y fin dès que ce logiciel a le nouveau." in read(changed)
    standing = [one["secret_hash"] for one in await rows("SELECT secret_hash FROM application_secrets ORDER BY id")]
    assert standing == [hash_of(before), hash_of(after)]
    assert (await Machine(app, before).get("/slots")).status_code == 200
    both = read(await first.get(AT))
    today = "Fait le lundi 11 janvier 2027"
    assert f"Ancien secret {today} · servi le lundi 11 janvier 2027" in both
    assert f"Nouveau secret {today} · pas encore servi" in both
    third = await first.post(f"{AT}/{number}/secret")
    assert (third.status_code, "Déjà deux secrets" in read(third)) == (409, True)
    oldest = await value("SELECT min(id) FROM application_secrets")
    ended = await first.post(f"{AT}/{number}/secrets/{oldest}/fin")
    assert ended.headers["location"] == f"{AT}?fait=secret-retire"
    alone = await value("SELECT id FROM application_secrets WHERE ended_at IS NULL")
    kept = await first.post(f"{AT}/{number}/secrets/{alone}/fin")
    assert (kept.status_code, "Son seul secret" in read(kept)) == (409, True)
    assert await value("SELECT secret_hash FROM application_secrets WHERE ended_at IS NULL") == hash_of(after)


async def test_what_is_wrong_is_said_and_what_was_typed_stays(app):
    host = await browsing(app, (await two_of("host")).first)
    page = await host.get(f"{AT}/nouveau")
    assert re.findall(r'name="acts" value="(\w+)" checked', page.text) == ["lire"]
    ticked = re.findall(r'name="permissions" value="([a-z_.]+)" checked', page.text)
    assert ticked
    assert {name.partition(".")[2] for name in ticked} <= {"read", "print", "tell"}
    nothing = await host.post(AT, {"name": "Cahier partagé", "acts": "agir"})
    assert nothing.status_code == 422
    assert "Choisissez au moins une chose que le logiciel peut lire ou faire." in read(nothing)
    assert 'value="Cahier partagé"' in nothing.text
    assert re.findall(r'name="acts" value="(\w+)" checked', nothing.text) == ["agir"]
    foreign = await host.post(AT, READS | {"permissions": ["accounts.give"]})
    assert "Choisissez dans la liste ce que le logiciel peut lire ou faire." in read(foreign)
    assert await value("SELECT count(*) FROM applications") == 0


async def test_a_coordinator_gives_a_key_for_the_academie_or_for_some_departments(app):
    for department in ("25", "39"):
        await builders.school(department=department)
    accounts = [await builders.person("coordinator", f"{name}@example.org") for name in ("nadia", "paul")]
    nadia, paul = [await browsing(app, account) for account in accounts]
    await builders.academie(departments=["25", "39"])
    page = await nadia.get(f"{AT}/nouveau?pour=departements")
    assert re.findall(r'name="departments" value="(\w+)"', page.text) == ["25", "39"]
    assert re.findall(r'name="permissions" value="([a-z_.]+)"', page.text) == ["figures.read", "coverage.read"]
    asked = {"name": "Tableau du Doubs", "permissions": ["figures.read"]}
    none = await nadia.post(AT, asked | {"departments": [""]})
    assert (none.status_code, "Choisissez au moins un département." in read(none)) == (422, True)
    assert len(SECRET.findall((await nadia.post(AT, asked | {"departments": ["", "25"]})).text)) == 1
    assert len(SECRET.findall((await nadia.post(AT, READS)).text)) == 1
    assert [(one["role"], one["departments"]) for one in await rows("SELECT * FROM applications ORDER BY id")] == [
        ("inspector", ["25"]),
        ("coordinator", []),
    ]
    assert "Tableau du Doubs" in read(await paul.get(AT))


async def test_the_coordination_lists_the_programs_of_all_and_ends_none_of_theirs(app):
    two = await two_of("teacher")
    claire = await browsing(app, two.first)
    await claire.post(AT, READS)
    nadia = await browsing(app, await builders.person("coordinator", "nadia@example.org"))
    listed = read(await nadia.get("/gestion/comptes/logiciels"))
    assert "Cahier partagé" in listed
    assert "Lire les visites, en imprimer les papiers et les badges" in listed
    assert "Cahier partagé" not in read(await nadia.get(AT))
    number = await value("SELECT id FROM applications")
    assert (await nadia.post(f"{AT}/{number}/fin")).status_code == 404
    denied = [(await claire.get(page)).status_code for page in ("/gestion/comptes", "/gestion/comptes/logiciels")]
    assert denied[0] == denied[1] != 200


@pytest.mark.parametrize("role", ["teacher", "host", "company"])
async def test_whoever_answers_for_it_hears_of_a_key_and_nobody_of_another_organisation_does(app, role):
    two = await two_of(role)
    await builders.person("coordinator", "nadia@example.org")
    claire, jules = await browsing(app, two.first), await browsing(app, two.colleague)
    await claire.post(AT, given(role))
    place = await value(
        """SELECT coalesce(s.name || ', ' || s.commune, c.name) FROM applications p
        LEFT JOIN schools s ON s.id = p.school LEFT JOIN companies c ON c.id = p.company"""
    )
    assert await mailed_to() == {
        "Claire <claire@example.org>": "Vous avez donné une clé à un logiciel",
        "Jules <jules@example.org>": f"{place} : un logiciel a une clé",
    }
    number = await value("SELECT id FROM applications")
    await claire.post(f"{AT}/{number}/secret")
    assert await mailed_to() == {
        "Claire <claire@example.org>": "Vous avez donné un nouveau secret à un logiciel",
        "Jules <jules@example.org>": f"{place} : un logiciel a un nouveau secret",
    }
    await jules.post(f"{AT}/{number}/fin")
    assert await mailed_to() == {"Claire <claire@example.org>": f"{place} : un logiciel n'a plus de clé"}


async def test_a_colleague_reads_who_gave_the_key_and_where_it_is_ended(app):
    two = await two_of("host")
    claire = await browsing(app, two.first)
    await claire.post(AT, READS)
    place = await value("SELECT s.name || ', ' || s.commune FROM schools s JOIN applications p ON p.school = s.id")
    mails = {str(mail.message["To"]): text_of(mail) for mail in await posted(now=NOW + LATER)}
    assert mails["Jules <jules@example.org>"] == (
        "Bonjour,\n\n"
        f"Claire a donné une clé au logiciel « Cahier partagé », qui lit maintenant dans Technilab ({place}).\n\n"
        "Vous pouvez voir ce qu'il lit ou fait, et retirer sa clé, qui que ce soit qui l'a donnée.\n\n"
        "Voir les logiciels :\n"
        "http://127.0.0.1:8000/logiciels\n"
    )


async def test_saying_that_it_was_somebody_else_ends_the_key_and_no_other(app):
    two = await two_of("host")
    claire, jules = await browsing(app, two.first), await browsing(app, two.colleague)
    await jules.post(AT, READS | {"name": "Tableau de bord"})
    kept = await value("SELECT id FROM applications")
    app.state.clock = lambda: NOW + LATER
    await claire.post(AT, READS)
    await claire.post(f"{AT}/{kept}/secret")
    letters = [text_of(mail) for mail in await posted(now=NOW + 2 * LATER)]
    letter = next(text for text in letters if "Cahier partagé" in text and CONTESTED.search(text))
    visitor = Browser(app, now=NOW + LATER)
    path = f"/compte/ce-n-etait-pas-moi/{CONTESTED.findall(letter)[0]}"
    assert (await visitor.post(path)).status_code in {200, 303}
    standing = "SELECT p.name FROM applications p WHERE p.ended_at IS NULL"
    assert [one["name"] for one in await rows(standing)] == ["Tableau de bord"]
    left = await rows("SELECT application FROM application_secrets WHERE ended_at IS NULL")
    assert [one["application"] for one in left] == [kept]


async def test_a_teacher_forbids_programs_for_herself_alone(app):
    two = await two_of("teacher")
    claire, jules = await browsing(app, two.first), await browsing(app, two.colleague)
    page = await claire.get("/compte")
    assert "Les logiciels de mon collège peuvent demander des visites en mon nom" in read(page)
    assert 'name="programs" value="oui" checked' in page.text
    answer = await claire.post("/compte/logiciels-en-mon-nom")
    assert answer.headers["location"] == "/compte?fait=aucun-logiciel"
    assert 'name="programs" value="oui" checked' not in (await claire.get("/compte")).text
    assert 'name="programs" value="oui" checked' in (await jules.get("/compte")).text
    again = await claire.post("/compte/logiciels-en-mon-nom", {"programs": "oui"})
    assert again.headers["location"] == "/compte?fait=logiciels-en-mon-nom"
    assert await value("SELECT count(*) FROM memberships WHERE no_programs") == 0


async def test_only_a_confirmed_teacher_has_the_choice_and_the_page(app):
    college = await builders.school()
    waiting = await browsing(app, await builders.person("teacher", "w@example.org", school=college, awaiting=True))
    host = await browsing(app, (await two_of("host")).first)
    for someone in (waiting, host):
        assert "en mon nom" not in read(await someone.get("/compte"))
    assert (await waiting.get(AT)).status_code == 403
    assert (await waiting.post(AT, READS)).status_code == 403


@pytest.mark.parametrize(
    ("role", "page"),
    [
        ("teacher", "/mon-college"),
        ("host", "/lycee/ateliers"),
        ("company", "/entreprise"),
        ("host", "/compte/logiciels"),
    ],
)
async def test_one_is_led_there(app, role, page):
    someone = await browsing(app, (await two_of(role)).first)
    assert 'href="/logiciels"' in (await someone.get(page)).text
    assert 'href="/logiciels"' in (await someone.get("/compte")).text


async def test_her_file_says_which_programs_she_gave_a_key(app):
    two = await two_of("teacher")
    claire, jules = await browsing(app, two.first), await browsing(app, two.colleague)
    await claire.post(AT, READS)
    hers, his = [(await one.get("/compte/donnees.json")).json() for one in (claire, jules)]
    assert [(one["nom"], one["droits"], one["agit"]) for one in hers["logiciels"]] == [
        ("Cahier partagé", ["visits.print"], False)
    ]
    assert his["logiciels"] == []
