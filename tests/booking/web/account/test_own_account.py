"""One's account: who one is and where one is signed in stand open, what is asked once a year stands folded."""

from __future__ import annotations

import re

import pytest

from tests import builders
from tests.browsing import Browser, read
from tests.builders import NOW
from workshops.database import value

AGENDA, PROOFS, PROGRAMS = (
    "Suivre vos visites dans votre agenda",
    "Clés d'accès et deuxième preuve",
    "Autres logiciels : clés et abonnements",
)


async def signed_in(app, role: str, **place) -> Browser:
    app.state.clock = lambda: NOW
    return await Browser(app, now=NOW).sign_in(await builders.person(role, f"{role}@example.org", **place))


async def person_of(app, role: str) -> Browser:
    places = {
        "teacher": lambda: builders.school(name="Collège Stendhal"),
        "host": lambda: builders.school(kind="lycee"),
        "coordinator": None,
    }
    make = places[role]
    return await signed_in(app, role, **({"school": await make()} if make else {}))


def folds(html: str) -> dict[str, bool]:
    """Each fold of the page by its one line, and whether it stands open."""
    found = re.findall(r'<details class="panel"( open)?><summary>(.+?)</summary>', html)
    return {words.replace("\xa0", " "): bool(is_open) for is_open, words in found}


def unfolded(html: str) -> str:
    """What is read without opening anything."""
    main = html[html.index("<main") : html.index("</main>")]
    return re.sub(r'<details class="panel">.*?</details>', "", main, flags=re.DOTALL)


async def test_a_teacher_reads_who_she_is_where_she_is_signed_in_and_her_data_and_opens_the_rest(app):
    page = await (await person_of(app, "teacher")).get("/compte")
    assert folds(page.text) == {AGENDA: False, PROOFS: False, PROGRAMS: False}
    headings = re.findall(r"<h2[^>]*>(.+?)</h2>", unfolded(page.text))
    assert headings == ["Votre profil", "Vos rôles", "Où vous êtes connecté", "Vos données"]
    shown = read(page)
    for words in ("Collège Stendhal", "cet appareil", "Télécharger mes données", "Effacer mon"):
        assert words in shown


async def test_a_coordinator_sees_the_proofs_that_she_must_give_unfolded(app):
    page = await (await person_of(app, "coordinator")).get("/compte")
    assert folds(page.text) == {PROOFS: True, PROGRAMS: False}
    assert "Enregistrer un téléphone" in unfolded(page.text)


@pytest.mark.parametrize(("role", "named"), [("teacher", False), ("host", True), ("coordinator", True)])
async def test_the_foot_of_a_page_names_the_api_to_all_but_teachers(app, role, named):
    page = await (await person_of(app, role)).get("/compte")
    foot = page.text[page.text.index("<footer") :]
    assert ('<a href="/api">' in foot, '<a href="/aide">' in foot) == (named, True)
    visitor = (await Browser(app, now=NOW).get("/")).text
    assert '<a href="/api">' in visitor[visitor.index("<footer") :]


async def test_a_key_that_cannot_be_made_shows_its_form_open_with_what_is_wrong(app):
    teacher = await person_of(app, "teacher")
    answer = await teacher.post("/compte/cles", {"label": "", "acts": "lire", "days": "90"})
    assert (answer.status_code, folds(answer.text)[PROGRAMS]) == (422, True)
    assert 'class="field-error"' in unfolded(answer.text)
    # A name that cannot be hers is the profile's matter: nothing opens.
    answer = await teacher.post("/compte/profil", {"name": "12", "phone": ""})
    assert (answer.status_code, folds(answer.text)[PROGRAMS]) == (422, False)


async def test_a_new_agenda_link_stands_in_sight_once(app):
    teacher = await person_of(app, "teacher")
    answer = await teacher.post("/compte/agenda")
    made, _, below = unfolded(answer.text).partition("Votre profil")
    assert ("Ouvrir dans mon agenda" in made, "webcal:" in made, "webcal:" in below) == (True, True, False)
    again = await teacher.get("/compte")
    assert (folds(again.text)[AGENDA], "webcal:" in again.text) == (False, False)


async def test_a_teacher_whom_her_college_has_not_confirmed_is_offered_no_agenda_that_she_may_not_have(app):
    newcomer = await signed_in(app, "teacher", school=await builders.school(), awaiting=True)
    assert AGENDA not in folds((await newcomer.get("/compte")).text)
    assert (await newcomer.post("/compte/agenda")).status_code == 403


@pytest.mark.parametrize(("role", "where"), [("teacher", "/mes-visites"), ("company", "/entreprise")])
async def test_what_is_ahead_leads_to_the_agenda_that_follows_it(app, role, where):
    place = {"school": await builders.school()} if role == "teacher" else {"company": await builders.company()}
    browser = await signed_in(app, role, **place)
    way = '<a href="/compte#suivre">'
    assert way not in (await browser.get(where)).text
    slot = await builders.slot()
    if role == "teacher":
        group = await builders.group(**place)
        by = await value("SELECT id FROM accounts WHERE email = 'teacher@example.org'")
        await builders.reservation(slot=slot, group=group, by=by)
    else:
        await builders.attendance(slot=slot, **place)
    assert way in (await browser.get(where)).text
    assert 'id="suivre"' in (await browser.get("/compte")).text


async def test_of_many_sessions_three_stand_open(app):
    app.state.clock = lambda: NOW
    account = await builders.person("teacher", "t@example.org", school=await builders.school())
    other = await builders.person("teacher", "o@example.org", school=await builders.school())
    for _ in range(4):
        await Browser(app, now=NOW).sign_in(account)
    await Browser(app, now=NOW).sign_in(other)
    page = await (await Browser(app, now=NOW).sign_in(account)).get("/compte")
    assert page.text.count("/fermeture") == 5
    assert "<details><summary>2 autres sessions</summary>" in page.text.replace("\xa0", " ")
