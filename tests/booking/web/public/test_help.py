"""The help is reached from everywhere, one page a role, and its pictures are light."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages

import pytest

import booking
import workshops
from booking.door.http.refusals import HTTP_SENTENCES
from booking.people.accounts.rules import Role
from booking.presentation.assets import asset, built_file, names
from booking.process.version import VERSION
from booking.web.public.help import PAGES, PROBLEMS, TOLD
from tests.booking.web.public.conftest import NOW
from tests.browser.screens import HEIGHT, IMAGES, MOST_BYTES, WIDTH
from tests.browsing import Browser, read
from tests.builders import academie, account, membership, school
from workshops.refusals import Refusal


async def test_the_help_has_a_page_for_each_role_and_says_whom_to_write_to(visitor):
    await academie(contact="technilab@ac-besancon.fr")
    shown = (await visitor.get("/aide")).text
    main = shown[shown.index("<main") : shown.index("<footer")]
    assert re.findall(r'href="([^"]+)"', main) == [
        *(f"/aide/{name}" for name in PAGES),
        "/donnees",
        "mailto:technilab@ac-besancon.fr",
    ]
    assert {one.role for one in PAGES.values()} == {*Role, "family"}
    for name, one in PAGES.items():
        told = read(await visitor.get(f"/aide/{name}"))
        assert [step.title in told for step in one.steps] == [True] * len(one.steps)
        assert "technilab@ac-besancon.fr" in told
    assert (await visitor.get("/aide/elephant")).status_code == 404


async def test_the_help_says_the_version_that_one_names_when_one_asks(visitor):
    assert f'<p class="unit">Technilab {VERSION}</p>' in (await visitor.get("/aide")).text


def test_no_two_steps_of_a_page_have_the_same_title():
    titles = {name: [step.title for step in one.steps] for name, one in PAGES.items()}
    assert {name: sorted(set(of)) for name, of in titles.items()} == {name: sorted(of) for name, of in titles.items()}


async def test_who_is_signed_in_finds_her_own_role_first(app):
    app.state.clock = lambda: NOW
    host = await account()
    await membership(host, "host", school=await school(kind="lycee"))
    browser = await Browser(app, now=NOW).sign_in(host)
    shown = (await browser.get("/aide")).text
    assert re.findall(r'href="(/aide/[^"]+)"', shown)[0] == "/aide/lycee"
    assert shown.count("C'est votre rôle") == 1


async def test_the_coordination_is_told_how_its_list_empties_and_what_to_do_with_a_mail_that_came_back(visitor):
    told = read(await visitor.get("/aide/coordination"))
    for words in (
        "« À faire » a une ligne par sujet, le plus pressant d'abord. Une ligne finit quand c'est fait, ou se remet à"
        " un jour ; elle revient avant s'il s'en ajoute.",
        "Un mail revenu, que personne d'autre n'a lu, se dit par téléphone ; cliquez ensuite sur « C'est dit ».",
    ):
        assert words in told


@pytest.mark.parametrize("path", ["/", "/connexion", "/creneaux"])
async def test_every_page_leads_to_the_help(visitor, path):
    shown = (await visitor.get(path)).text
    assert '<a href="/aide">Aide</a>' in shown[shown.index("<footer") :]
    assert (shown.count('href="/aide"') == 2) is (path == "/connexion")


@pytest.mark.parametrize("name", PAGES)
async def test_each_picture_is_light_sized_told_in_words_and_read_only_when_it_is_reached(visitor, name):
    shown = (await visitor.get(f"/aide/{name}")).text
    pictures = re.findall(r"<img ([^>]+)>", shown)
    assert len(pictures) == len([step for step in TOLD[name]["steps"] if "shows" in step])
    for picture in pictures:
        told = dict(re.findall(r'(\w+)="([^"]*)"', picture))
        assert (told["width"], told["height"], told["loading"]) == (str(WIDTH), str(HEIGHT), "lazy")
        assert len(told["alt"]) > 20
        file = built_file(told["src"].removeprefix("/static/"))
        assert (file.media_type, len(file.body) <= MOST_BYTES) == ("image/webp", True)


async def test_a_page_whose_picture_was_not_built_tells_its_steps_without_it(visitor, monkeypatch):
    name, told = next((name, one) for name, one in PAGES.items() if any(step.picture for step in one.steps))
    step = next(step for step in told.steps if step.picture)
    whole = (await visitor.get(f"/aide/{name}")).text
    monkeypatch.delitem(names(), step.picture)
    asset.cache_clear()
    answer = await visitor.get(f"/aide/{name}")
    assert (answer.status_code, step.title in read(answer)) == (200, True)
    assert answer.text.count("<img ") == whole.count("<img ") - 1


def test_no_picture_is_left_over():
    named = {step.picture for one in PAGES.values() for step in one.steps if step.picture}
    assert {file.name for file in IMAGES.glob("aide-*.webp")} == named


def every_refusal() -> Iterator[type[Refusal]]:
    """Every subclass there is, whatever has been imported so far."""
    for package in (booking, workshops):
        for found in walk_packages(package.__path__, f"{package.__name__}."):
            if not found.name.endswith("__main__"):
                import_module(found.name)
    waiting: list[type[Refusal]] = [Refusal]
    while waiting:
        one = waiting.pop()
        # A test's own are no reason of ours.
        if one.__module__.startswith(("booking.", "workshops.")):
            yield one
        waiting += one.__subclasses__()


def test_every_kind_is_told_and_no_page_is_left_over():
    told_by_http = {kind for kind, _, _ in HTTP_SENTENCES.values()} | {"crash"}
    assert set(PROBLEMS) == {one.kind for one in every_refusal()} | told_by_http


def test_each_kind_is_told_with_the_statuses_of_its_answers_or_is_a_command_s():
    statuses: dict[str, set[int]] = {kind: set() for kind in PROBLEMS} | {"crash": {500}}
    for status, (kind, _, _) in HTTP_SENTENCES.items():
        statuses[kind].add(status)
    for one in every_refusal():
        if not one.__module__.startswith("booking.commands."):
            statuses[one.kind].add(one.status)
    assert {kind: told.statuses for kind, told in PROBLEMS.items()} == {
        kind: sorted(found) for kind, found in statuses.items()
    }


def test_a_page_has_the_title_of_its_refusal():
    titles: dict[str, set[str]] = {}
    for one in every_refusal():
        titles.setdefault(one.kind, set()).add(one.title)
    assert {kind: PROBLEMS[kind].title for kind in titles if PROBLEMS[kind].title not in titles[kind]} == {}


@pytest.mark.parametrize("kind", ["slot-full", "invalid", "crash"])
async def test_the_address_of_a_problem_says_what_to_do(visitor, kind):
    answer = await visitor.get(f"/problems/{kind}")
    told = PROBLEMS[kind]
    words = " ".join(f"{told.title} {told.means} Que faire {told.todo}".replace("\u202f", " ").split())
    assert (answer.status_code, words in read(answer)) == (200, True)


async def test_all_refusals_stand_on_one_page_with_their_name_their_status_and_what_to_do(visitor):
    listed = read(await visitor.get("/problems"))
    for told in PROBLEMS.values():
        answered = " ou ".join(f"HTTP {status}" for status in told.statuses) or "dans une commande de la machine"
        line = f"{told.title} {told.kind} {answered} {told.means} {told.todo}"
        assert " ".join(line.replace("\u202f", " ").split()) in listed, told.kind


@pytest.mark.parametrize(
    ("kind", "answered"),
    [
        ("slot-full", "HTTP 409"),
        ("no-address", "HTTP 409 ou HTTP 422"),
        ("backup-refused", "dans une commande de la machine"),
    ],
)
async def test_a_refusal_says_its_status_and_leads_to_all_of_them(visitor, kind, answered):
    answer = await visitor.get(f"/problems/{kind}")
    assert f"Dans l'API /problems/{kind} , {answered}, l'un de tous les refus de L'API de Technilab" in read(answer)
    assert '<a href="/problems">' in answer.text
    assert '<a href="/problems">Tous les refus</a>' in (await visitor.get("/api")).text


async def test_a_kind_that_nobody_refuses_with_has_no_page(visitor):
    assert (await visitor.get("/problems/something-else")).status_code == 404
