"""The address that a form is sent to answers a plain visit too: reloaded, or gone back to, it leads to the form.

What was typed is put back into a form, and nothing else of the page changes.
"""

from __future__ import annotations

import re

import pytest

from booking.door.forms.repopulate import repopulate
from booking.door.rights.guards import routes_of
from tests.application import assembled
from tests.booking.door.rights.test_rights import a_person, address
from tests.browsing import Browser
from tests.door_matrix import ANYONE, RIGHTS

FORMS = sorted(path for method, path, _ in routes_of(assembled()) if method == "POST" and "/api/" not in path)
# What comes when the number of a page is nobody's, or a step is not yet possible.
NOT_FOUND = 404


def role_for(path: str) -> str | None:
    who = RIGHTS["POST", path]
    return None if who == ANYONE else sorted(who - {"desk link"})[0]


@pytest.mark.parametrize("path", FORMS)
async def test_an_address_that_takes_a_form_leads_to_the_page_of_that_form(app, path):
    browser = Browser(app)
    if (role := role_for(path)) is not None:
        await browser.sign_in(await a_person(role))
    answer = await browser.get(address(path))
    for _ in range(3):
        if answer.status_code != 303:
            break
        answer = await browser.get(answer.headers["location"])
    # « absent » and 999999 are nobody's: the page is there and says so.
    assert answer.status_code in {200, NOT_FOUND, 410}


@pytest.mark.parametrize(
    ("sent_to", "form_on"),
    [
        ("/reservations?slot=12", "/creneaux/12/reserver"),
        ("/reservations", "/"),
        ("/reservations/7/annulation", "/reservations/7"),
        ("/reservations/7/sans-photo", "/reservations/7/badges"),
        ("/creneaux/12/venues", "/creneaux/12/venue"),
        ("/lycee/salles/3/fermeture", "/lycee/salles/3"),
        ("/lycee/creneaux/12/deplacement/apercu", "/lycee/creneaux/12/deplacement"),
        ("/accueil/12/groupes/7/fabrications", "/accueil/12"),
        ("/gestion/ptech/cohortes/4/entreprises/9/fin", "/gestion/ptech/cohortes/4/entreprises"),
        ("/gestion/comptes/5/fermeture", "/gestion/comptes"),
        ("/compte/cles", "/compte"),
        ("/deconnexion", "/"),
    ],
)
async def test_each_form_is_found_again(app, sent_to, form_on):
    answer = await Browser(app).get(sent_to)
    assert (answer.status_code, answer.headers["location"]) == (303, form_on)


async def test_an_address_of_the_api_says_what_it_does_not_do(app):
    assert (await Browser(app).get("/api/v1/wishes")).status_code == 405


def test_every_form_of_a_new_thing_is_found_on_the_page_that_makes_it():
    pages = assembled().state.form_pages
    made = {path: pages.page_of(path) for path in FORMS if "{" not in path}
    assert {path: page for path, page in made.items() if re.search("nouve", page or "")} == {
        "/bts1": "/bts1/nouvelle",
        "/gestion/entreprises": "/gestion/repertoire/nouveau",
        "/gestion/jalons": "/gestion/jalons/nouveau",
        "/gestion/objectifs": "/gestion/objectifs/nouveau",
        "/gestion/objets": "/gestion/objets/nouveau",
        "/gestion/partenaires": "/gestion/repertoire/nouveau/partenaire",
        "/gestion/ptech/dispositifs": "/gestion/ptech/dispositifs/nouveau",
        "/gestion/visites-reprises": "/gestion/visites-reprises/nouvelle",
        "/lycee/ateliers": "/lycee/ateliers/nouveau",
        "/lycee/creneaux": "/lycee/creneaux/nouveau",
        "/lycee/ptech/dispositifs": "/lycee/ptech/dispositifs/nouveau",
        "/logiciels": "/logiciels/nouveau",
    }


PAGE = """<!doctype html><title>é &amp; è</title><script>if (1 < 2) { a("</b>") }</script>
<form method="post" action="/ailleurs"><input name="name" value="autre"></form>
<details class="panel"><summary>Plus</summary>
<form method="post" action="/mes-groupes?x=1" novalidate>
<input type="hidden" name="_csrf" value="t"><input type="hidden" name="key" value="new">
<input type="hidden" name="n" value="1">
<input class="form-control" name="name" value="4e A" required>
<input name="empty" type="number">
<textarea name="words" rows="4">
ancien &amp; vieux</textarea>
<select name="level"><option value="4e" selected>4e</option><option value="3e">3e</option></select>
<details><summary>Encore</summary><input type="checkbox" name="wait" value="oui" checked></details>
<details><summary>Niveaux</summary>
<input type="checkbox" name="levels" value="6e"/><input type="checkbox" name="levels" value="5e" checked/></details>
<input type="radio" name="one" value="a" checked><input type="radio" name="one" value="b">
<input type="file" name="file"><button name="level" value="6e">Envoyer</button>
</form></details><p>Fin&nbsp;&#233;<br/></p>
"""


def test_each_kind_of_field_is_answered_and_the_rest_is_as_it_was():
    typed = {
        "name": ['4e "B" <b>'],
        "words": ["deux\nlignes & plus"],
        "level": ["3e"],
        "levels": ["6e"],
        "one": ["b"],
        "n": ["1"],
        "key": ["old"],
        "_csrf": ["stolen"],
    }
    expected = (
        PAGE.replace('<details class="panel">', '<details class="panel" open>')
        .replace('value="4e A" required', 'required value="4e &quot;B&quot; &lt;b&gt;"')
        .replace("\nancien &amp; vieux", "\ndeux\nlignes &amp; plus")
        .replace('"4e" selected', '"4e"')
        .replace('value="3e"', 'value="3e" selected')
        .replace('value="oui" checked', 'value="oui"')
        .replace("<details><summary>Niveaux", "<details open><summary>Niveaux")
        .replace('value="6e"/>', 'value="6e" checked/>')
        .replace('value="5e" checked', 'value="5e"')
        .replace('value="a" checked', 'value="a"')
        .replace('name="one" value="b"', 'name="one" value="b" checked')
    )
    assert repopulate(PAGE, "/mes-groupes", typed) == (expected, True)


TWO = """<form method="post" action="/a"><input type="hidden" name="to" value="1"><input name="why"></form>
<form method="post" action="/a"><input type="hidden" name="to" value="2"><input name="why"></form>"""


def test_of_several_forms_the_one_with_the_same_hidden_fields_is_meant():
    shown, found = repopulate(TWO, "/a", {"to": ["2"], "why": ["grève"]})
    first, second = TWO.splitlines()
    answered = second.replace('name="why"', 'name="why" value="grève"')
    assert (shown, found) == (f"{first}\n{answered}", True)
    assert repopulate(TWO, "/a", {"to": ["3"], "why": ["grève"]}) == (TWO, False)


def test_the_second_step_of_a_form_comes_back_to_its_first_and_another_form_does_not():
    assert repopulate(PAGE, "/second", {"words": ["x"], "level": ["3e"]})[1] is True
    assert repopulate(PAGE, "/second", {"unknown": ["x"], "name": ["4e"]}) == (PAGE, False)
