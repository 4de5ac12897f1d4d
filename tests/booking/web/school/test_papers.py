"""The papers of a visit: for its people, when there are any, from the pages where they look for them."""

from __future__ import annotations

import pytest

from booking.people.accounts.token import issue_token
from tests import builders
from tests.booking.day.papers.paper_visit import attended, pages_of, visit
from tests.browsing import Browser, Machine, read
from tests.builders import NOW
from tests.seen import first
from workshops.database import value

ROUTES = (
    "papiers",
    "papiers/programme",
    "papiers.pdf",
    "papiers.pdf?papier=mission",
    "bilan",
    "bilan.pdf",
    "attestation",
    "attestation.pdf",
)


async def person(app, role: str, *, of: int = 0, school: int | None = None) -> Browser:
    """Somebody of either school of a visit, or of another one."""
    both = "SELECT r.school, s.school FROM reservations r JOIN slots s ON s.id = r.slot WHERE r.id = $1"
    if of and role != "coordinator":
        school = (await first(both, of))[role == "host"]
    return await Browser(app).sign_in(await builders.person(role, f"{role}@example.org", school=school))


@pytest.mark.parametrize("role", ["teacher", "host", "coordinator"])
async def test_its_people_read_and_print_every_paper(app, role):
    reservation = await attended()
    browser = await person(app, role, of=reservation)
    answers = {path: (await browser.get(f"/mes-visites/{reservation}/{path}")).status_code for path in ROUTES}
    assert answers == dict.fromkeys(ROUTES, 200)


@pytest.mark.parametrize("role", ["teacher", "host"])
async def test_another_schools_papers_do_not_exist(app, role):
    reservation = await attended()
    other = await builders.school(kind="lycee" if role == "host" else "college")
    browser = await person(app, role, school=other)
    answers = {path: (await browser.get(f"/mes-visites/{reservation}/{path}")).status_code for path in ROUTES}
    assert answers == dict.fromkeys(ROUTES, 404)


async def test_a_visit_that_waits_for_its_visa_says_that_it_has_no_papers(app):
    reservation = await visit(state="requested")
    browser = await person(app, "teacher", of=reservation)
    for path in ("papiers", "papiers/familles", "papiers.pdf"):
        answer = await browser.get(f"/mes-visites/{reservation}/{path}")
        assert answer.status_code == 409
        assert "Les papiers s'impriment quand la visite est confirmée. Celle-ci ne l'est pas." in read(answer)


async def test_before_the_closure_the_page_says_what_will_come(app):
    reservation = await visit()
    browser = await person(app, "teacher", of=reservation)
    page = read(await browser.get(f"/mes-visites/{reservation}/papiers"))
    assert "paraissent ici quand le lycée a clos la visite" in page
    for path in ("bilan", "bilan.pdf", "attestation", "attestation.pdf"):
        assert (await browser.get(f"/mes-visites/{reservation}/{path}")).status_code == 409


@pytest.mark.parametrize("path", ["papiers/bilan", "papiers/couverture", "papiers.pdf?papier=bilan"])
async def test_a_paper_that_is_none_of_the_file_is_not_found(app, path):
    reservation = await attended()
    browser = await person(app, "teacher", of=reservation)
    assert (await browser.get(f"/mes-visites/{reservation}/{path}")).status_code == 404


async def test_one_paper_is_printed_alone(app):
    reservation = await visit(adults=3)
    browser = await person(app, "teacher", of=reservation)
    answer = await browser.get(f"/mes-visites/{reservation}/papiers.pdf?papier=mission")
    assert answer.headers["content-disposition"] == f'attachment; filename="mission-{reservation}.pdf"'
    assert answer.headers["content-type"] == "application/pdf"
    assert [page.split(" sur ")[0][-1] for page in pages_of(answer.content)] == ["1", "2", "3"]


async def test_both_schools_find_the_papers_from_the_visit(app):
    reservation = await visit()
    slot = await value("SELECT slot FROM reservations")
    for role, path in (("teacher", f"/reservations/{reservation}"), ("host", f"/lycee/creneaux/{slot}")):
        page = (await (await person(app, role, of=reservation)).get(path)).text
        assert page.count(f'href="/mes-visites/{reservation}/papiers"') == 1


async def test_a_machine_takes_the_file_of_its_own_visit_alone(app):
    reservation = await visit()
    answers, own = [], await value("SELECT school FROM reservations")
    for name, school in (("own", own), ("other", await builders.school())):
        await builders.person("teacher", f"{name}@example.org", school=school)
        await issue_token(f"{name}@example.org", token=name, now=NOW)
        answers.append(await Machine(app, name).get(f"/reservations/{reservation}/papers.pdf"))
    file, other = answers
    assert (file.status_code, file.headers["content-type"], other.status_code) == (200, "application/pdf", 404)
    assert len(pages_of(file.content)) == 9
