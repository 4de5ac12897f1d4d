"""What a group needs is said again or taken back after the booking, by page and by API, and names nobody."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta

import pytest

from booking.people.accounts.token import issue_token
from tests import builders
from tests.browsing import Browser, Machine, read
from tests.builders import NOW
from tests.seen import first, lycee_of
from workshops.database import rows, value

NAMED = (
    "Besoins d'accueil : « Léa Martin » ressemble à un nom de personne, et cette ligne est lue et imprimée."
    " Écrivez le besoin seul, par exemple « un fauteuil roulant »."
)


class Claire:
    """A teacher at her pages and at the API, with one visit."""

    browser: Browser
    machine: Machine
    group: int
    slot: int
    visit: int

    @classmethod
    async def new(cls, app, *, days: float = 30, needs: str = "Un fauteuil", **more) -> Claire:
        app.state.clock = lambda: NOW
        self = cls()
        college = await builders.school()
        account = await builders.person("teacher", "claire@example.org", school=college)
        self.slot = await builders.slot(starts_at=NOW + timedelta(days=days), seats=48, groups_max=3)
        self.group = await builders.group(school=college)
        self.visit = await builders.reservation(slot=self.slot, group=self.group, by=account, needs=needs, **more)
        self.browser = await Browser(app, now=NOW).sign_in(account)
        token = secrets.token_urlsafe(32)
        await issue_token("claire@example.org", token=token, now=NOW)
        self.machine = Machine(app, token)
        return self

    async def tell(self, needs: str, **boxes: str):
        return await self.browser.post(f"/reservations/{self.visit}/besoins", {"needs": needs, **boxes})


async def needs_of(visit: int) -> str:
    return await value("SELECT needs FROM reservations WHERE id = $1", visit)


async def boxes_of(visit: int) -> list[str]:
    return await value("SELECT needed FROM reservations WHERE id = $1", visit)


async def acts() -> list[str]:
    return [one["act"] for one in await rows("SELECT act FROM events WHERE act LIKE 'reservation_n%' ORDER BY id")]


async def test_they_are_changed_then_erased_from_the_visit_s_page(app):
    claire = await Claire.new(app)
    answer = await claire.tell("Deux  fauteuils")
    assert answer.headers["location"] == f"/reservations/{claire.visit}?fait=besoins-notes"
    assert await needs_of(claire.visit) == "Deux fauteuils"
    answer = await claire.tell("")
    assert answer.headers["location"] == f"/reservations/{claire.visit}?fait=besoins-effaces"
    assert await needs_of(claire.visit) == ""
    assert await acts() == ["reservation_needs", "reservation_needs_erased"]
    assert await first("SELECT sequence, state FROM reservations") == (0, "confirmed")


async def test_boxes_are_ticked_with_how_many_then_taken_back(app):
    claire = await Claire.new(app, needs="")
    await claire.tell("", **{"need-step_free": "oui", "need-step_free-count": "2", "need-chairs-count": "3"})
    assert await boxes_of(claire.visit) == ["step_free:2", "chairs:3"]
    await claire.tell("", **{"need-step_free": "oui", "need-loop": "oui"})
    assert await boxes_of(claire.visit) == ["step_free:1", "loop"]
    answer = await claire.browser.get(f"/reservations/{claire.visit}")
    said = "Accès de plain-pied ou par ascenseur (1 personne), boucle auditive"
    assert said in read(answer)
    assert re.findall(r'id="need-(\w+)"[^>]* checked', answer.text) == ["step_free", "loop"]
    await claire.tell("")
    assert await boxes_of(claire.visit) == []
    assert await acts() == ["reservation_needs", "reservation_needs", "reservation_needs_erased"]


async def test_what_the_workshop_does_not_offer_is_said_to_the_teacher_and_to_its_host(app):
    claire = await Claire.new(app, needs="", needed=["step_free:1", "chairs:2", "meal"])
    await rows("UPDATE workshops SET offers = ARRAY['step_free']")
    page = read(await claire.browser.get(f"/reservations/{claire.visit}"))
    assert "Cet atelier ne dit pas offrir de sièges ni de repas : le lycée vous répondra." in page
    host = await builders.person("host", "hote@example.org", school=await lycee_of(claire.slot))
    page = read(await (await Browser(app, now=NOW).sign_in(host)).get(f"/lycee/creneaux/{claire.slot}"))
    said = "Accès de plain-pied ou par ascenseur (1 personne), sièges pendant l'atelier (2 personnes), repas à convenir"
    assert said in page
    assert "Votre atelier ne dit pas offrir de sièges ni de repas : répondez au collège." in page


async def test_a_coordinator_reads_no_need(app):
    claire = await Claire.new(app, needs="Un fauteuil", needed=["loop"])
    someone = await builders.person("coordinator", "coordination@example.org")
    browser = await Browser(app, now=NOW).sign_in(someone)
    for path in ("", "/papiers/securite"):
        page = read(
            await browser.get((f"/mes-visites/{claire.visit}" if path else f"/reservations/{claire.visit}") + path)
        )
        assert ("fauteuil" in page, "auditive" in page) == (False, False)


@pytest.mark.parametrize("count", ["0", "61", "deux"])
async def test_a_count_that_no_group_has_is_refused_and_kept_on_the_page(app, count):
    claire = await Claire.new(app)
    answer = await claire.tell("", **{"need-chairs": "oui", "need-chairs-count": count})
    assert (answer.status_code, await boxes_of(claire.visit)) == (422, [])
    assert "Sièges pendant l'atelier : écrivez un nombre de 1 à 60." in read(answer)
    assert f'name="need-chairs-count" value="{count}"' in answer.text


async def test_boxes_and_the_line_are_read_as_sentences(app):
    claire = await Claire.new(app, needs="un fauteuil large", needed=["step_free:1", "loop"])
    page = read(await claire.browser.get(f"/reservations/{claire.visit}"))
    assert "Accès de plain-pied ou par ascenseur (1 personne), boucle auditive. Un fauteuil large" in page
    assert "Changer ou effacer les besoins d'accueil" in page


async def test_who_may_only_erase_them_is_not_told_to_change_them(app):
    claire = await Claire.new(app)
    await rows("UPDATE memberships SET awaiting = TRUE WHERE role = 'teacher'")
    page = read(await claire.browser.get(f"/reservations/{claire.visit}"))
    assert ("Changer ou effacer" in page, "Effacer les besoins d'accueil" in page) == (False, True)


async def test_a_line_that_names_somebody_is_refused_and_kept_on_the_page(app):
    claire = await Claire.new(app)
    answer = await claire.tell("Léa Martin, asthme")
    assert (answer.status_code, await needs_of(claire.visit)) == (422, "Un fauteuil")
    assert NAMED in read(answer)
    assert 'value="Léa Martin, asthme"' in answer.text


async def test_the_api_says_the_same(app):
    claire = await Claire.new(app)
    where = f"/reservations/{claire.visit}/needs"
    answer = await claire.machine.client.put(where, json={"needs": "Léa Martin, asthme"})
    assert (answer.status_code, answer.json()["detail"]) == (422, NAMED)
    boxes = {"step_free": 2, "chairs": 0, "loop": False, "quiet": True, "interpreter": False, "meal": False}
    asked = {"needs": "Près de la porte", "boxes": {"step_free": 2, "quiet": True}}
    answer = await claire.machine.client.put(where, json=asked)
    assert answer.json() == {"id": claire.visit, "needs": "Près de la porte", "boxes": boxes}
    assert await boxes_of(claire.visit) == ["step_free:2", "quiet"]
    answer = await claire.machine.client.put(where, json={"needs": ""})
    assert answer.json()["boxes"] == dict(boxes, step_free=0, quiet=False)
    assert (await needs_of(claire.visit), await boxes_of(claire.visit)) == ("", [])
    answer = await claire.machine.client.put(where, json={"needs": "", "boxes": {"step_free": 61, "lift": True}})
    assert (answer.status_code, answer.json()["errors"]) == (
        422,
        {"boxes.step_free": "Écrivez un nombre de 0 à 60.", "boxes.lift": "Ce champ n'existe pas ici."},
    )


@pytest.mark.parametrize("sent", [{}, {"needs": None}, {"boxes": {"loop": True}}])
async def test_a_put_that_says_no_line_erases_none(app, sent):
    claire = await Claire.new(app)
    where = f"/reservations/{claire.visit}/needs"
    assert (await claire.machine.client.put(where, json={"needs": "Près de la porte"})).status_code == 200
    answer = await claire.machine.client.put(where, json=sent)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["needs"])
    assert await needs_of(claire.visit) == "Près de la porte"


@pytest.mark.parametrize("path", ["/reservations", "/wishes"])
async def test_no_booking_takes_a_name_by_the_api(app, path):
    claire = await Claire.new(app)
    other = await builders.group(school=await value("SELECT school FROM groups WHERE id = $1", claire.group))
    which = {"slot_id": claire.slot} if path == "/reservations" else {"slot_ids": [claire.slot, await builders.slot()]}
    body = {"group_id": other, "pupils": 20, "adults": 2, "needs": "Léa Martin, asthme"} | which
    answer = await claire.machine.post(path, body)
    assert (answer.status_code, answer.json()["detail"]) == (422, NAMED)
    assert await value("SELECT count(*) FROM reservations") == 1


async def test_no_group_takes_a_name_by_the_api(app):
    claire = await Claire.new(app)
    body = {"name": "Léa Martin", "level": "4e", "pupils": 20, "school_year": "2026-2027"}
    answer = await claire.machine.post("/groups", body)
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("Nom du groupe : « Léa Martin » ressemble à un nom de personne")


async def test_no_reason_to_cancel_takes_a_name(app):
    claire = await Claire.new(app)
    answer = await claire.browser.post(f"/reservations/{claire.visit}/annulation", {"reason": "Léa Martin malade"})
    assert answer.status_code == 422
    assert "Raison : « Léa Martin » ressemble à un nom de personne" in read(answer)


@pytest.mark.parametrize(("days", "state"), [(-1, "attended"), (-1, "confirmed"), (30, "cancelled_by_teacher")])
async def test_those_of_a_visit_that_is_over_or_will_not_be_may_only_be_erased(app, days, state):
    claire = await Claire.new(app, days=days, state=state)
    answer = await claire.tell("Deux fauteuils")
    assert (answer.status_code, await needs_of(claire.visit)) == (409, "Un fauteuil")
    await claire.tell("")
    assert await needs_of(claire.visit) == ""


async def test_another_college_s_visit_keeps_its_own(app):
    claire = await Claire.new(app)
    others = await builders.reservation(slot=claire.slot, group=await builders.group(), pupils=2, needs="Un fauteuil")
    assert (await claire.browser.post(f"/reservations/{others}/besoins", {"needs": ""})).status_code == 404
    assert await needs_of(others) == "Un fauteuil"


async def test_a_group_is_archived_and_taken_back_by_the_api(app):
    claire = await Claire.new(app, days=-1, state="attended")
    assert (await claire.machine.post(f"/groups/{claire.group}/archive")).json() == {
        "id": claire.group,
        "archived": True,
    }
    assert (await claire.machine.get("/groups")).json()["items"] == []
    put_away = (await claire.machine.get("/groups?archived=true")).json()["items"]
    assert [one["id"] for one in put_away] == [claire.group]
    await claire.machine.delete(f"/groups/{claire.group}/archive")
    assert [one["id"] for one in (await claire.machine.get("/groups")).json()["items"]] == [claire.group]
