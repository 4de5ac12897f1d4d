"""A helper without account at the desk: what the link opens, and all that it does not."""

from __future__ import annotations

import asyncio
import re
import uuid

import pytest

from booking.day.desk_links.give import give_link
from booking.door.rights.desk_link import DESK_TRIES_PER_LINK
from booking.people.accounts.rules import csrf_of
from booking.visits.badge_codes.rules import short_code_of
from tests import builders
from tests.booking.day.checkin.day import NINE_FOUR, Day, a_day
from tests.browsing import SECRET, Browser, read
from workshops.database import row, rows, value

TOKEN = "a link of the tests"


@pytest.fixture
async def day(app) -> Day:
    app.state.clock = lambda: NINE_FOUR
    return await a_day()


async def a_helper(app, day: Day) -> Browser:
    await give_link(day.slot, token=TOKEN, account=day.host, school=day.school, now=NINE_FOUR)
    helper = Browser(app, now=NINE_FOUR)
    answer = await helper.get(f"/accueil/lien/{TOKEN}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/accueil/{day.slot}")
    assert re.fullmatch(
        rf"technilab-accueil=\"?{TOKEN}\"?; HttpOnly; Max-Age=622560; Path=/; SameSite=lax",
        answer.headers["set-cookie"],
    )
    helper.csrf = csrf_of(TOKEN, SECRET)
    return helper


async def scan(helper: Browser, slot: int, badge: str, *, act: str = "arrival") -> tuple[str, object]:
    scan_id, at = str(uuid.uuid4()), NINE_FOUR.isoformat()
    body = {"scans": [{"scan_id": scan_id, "slot_id": slot, "badge": badge, "scanned_at": at, "act": act}]}
    return scan_id, await helper.client.post("/api/v1/checkins", json=body, headers={"X-CSRF-Token": helper.csrf})


@pytest.fixture
async def helper(app, day):
    return await a_helper(app, day)


async def test_the_host_makes_a_link_that_is_shown_once_then_revoked(app, day):
    host = await Browser(app, now=NINE_FOUR).sign_in(day.host)
    shown = await host.post(f"/accueil/{day.slot}/liens")
    link = re.search(r'id="lien" readonly value="http://127.0.0.1:\d+(/accueil/lien/[\w-]{32})"', shown.text)
    assert link is not None and '<path d="M' in shown.text and 'data-copies="lien"' in shown.text
    assert link[1] not in (await host.get(f"/accueil/{day.slot}/liens")).text
    number = await value("SELECT id FROM desk_links")
    helper = Browser(app, now=NINE_FOUR)
    await helper.get(link[1])
    assert (await helper.get(f"/accueil/{day.slot}")).status_code == 200

    await host.post(f"/accueil/{day.slot}/liens/{number}/revocation")
    for path in ("", "/presence", "/telephone", "/departs"):
        ended = await helper.get(f"/accueil/{day.slot}{path}")
        assert (ended.status_code, "<h1>Lien terminé</h1>" in ended.text) == (410, True)
    _, told = await scan(helper, day.slot, day.tokens[16])
    assert (told.status_code, told.json()["type"]) == (410, "/problems/desk-link-ended")
    said = await helper.get(link[1])
    assert said.status_code == 410
    assert "Ce lien d'accueil ne sert plus : le lycée l'a révoqué, ou la visite est passée." in read(said)


async def test_a_helper_sees_numbers_and_scans_them(app, day, helper):
    await value("UPDATE reservations SET needs = 'Un fauteuil roulant.' WHERE id = $1", day.groups[0])
    page = await helper.get(f"/accueil/{day.slot}")
    assert page.headers["cache-control"] == "no-store"
    words = read(page)
    absent = ("fauteuil", "Hélène", "Zénith", "Clore la visite", "Objets construits", "Confier l'accueil")
    assert [one for one in absent if one in words] == []
    assert words.count("4e B") >= 1

    scan_id, told = await scan(helper, day.slot, day.tokens[16])
    assert told.json()["results"][0]["result"] == "present"
    kept = await row("SELECT scanned_by, slot FROM scans")
    assert kept is not None and tuple(kept) == (None, day.slot)
    seen = (await helper.client.get(f"/api/v1/slots/{day.slot}/roster")).json()
    assert (seen["present"], seen["companies"], seen["objects"], seen["groups"][0]["needs"]) == (1, [], [], "")
    undone = await helper.client.delete(f"/api/v1/checkins/{scan_id}", headers={"X-CSRF-Token": helper.csrf})
    assert undone.json()["result"] == "undone"


async def test_a_phone_s_roster_is_told_and_journalled_once_to_a_helper(app, day, helper):
    whole = (await helper.get(f"/accueil/{day.slot}/telephone")).json()
    again = (await helper.get(f"/accueil/{day.slot}/telephone?connu={whole['version']}")).json()
    assert again == {"version": whole["version"], "here": []}
    taken = await rows("SELECT by, about, detail FROM events WHERE act = 'roster_taken'")
    assert [tuple(one) for one in taken] == [(None, day.slot, "par un lien d'accueil")]


async def test_a_link_opens_no_other_slot_and_no_other_page(app, day, helper):
    other = await builders.slot(host=day.school, starts_at=NINE_FOUR)
    theirs = await builders.reservation(slot=other, group=await builders.group(name="3e C", pupils=2), pupils=2)
    await builders.badges(theirs)
    host = await Browser(app, now=NINE_FOUR).sign_in(day.host)
    scan_id, kept = await scan(host, other, await day.short_code(1))
    assert kept.status_code == 200
    answers = [
        await helper.get(f"/accueil/{other}"),
        await helper.get(f"/accueil/{other}/presence"),
        await helper.get(f"/accueil/{other}/telephone"),
        await helper.post(f"/accueil/{other}/pointages", {"badge": "222222"}),
        await helper.client.get(f"/api/v1/slots/{other}/roster"),
        (await scan(helper, other, day.tokens[0]))[1],
        await helper.client.delete(f"/api/v1/checkins/{scan_id}", headers={"X-CSRF-Token": helper.csrf}),
    ]
    assert [answer.status_code for answer in answers] == [404] * 7
    closed = [await helper.get(f"/accueil/{day.slot}/{page}") for page in ("cloture", "liens")]
    assert {answer.headers["location"].split("?")[0] for answer in closed} == {"/connexion"}


async def test_a_link_reads_no_number_of_another_visit_by_tapping_it(app, day, helper):
    other = await builders.slot(host=day.school, starts_at=NINE_FOUR)
    theirs = await builders.reservation(slot=other, group=await builders.group(name="3e C", pupils=2), pupils=2)
    (shown, _) = await builders.badges(theirs)
    for act in ("arrival", "welcome", "departure"):
        (told,) = (await scan(helper, day.slot, f"{theirs}/1", act=act))[1].json()["results"]
        assert (told["result"], told["group"], told["number"]) == ("unknown", None, None)

    # Welcomed by the host, its number is from then on one of this desk's.
    await scan(await Browser(app, now=NINE_FOUR).sign_in(day.host), day.slot, shown, act="welcome")
    (gone,) = (await scan(helper, day.slot, f"{theirs}/1", act="departure"))[1].json()["results"]
    assert (gone["result"], gone["group"]) == ("left", "3e C")


async def test_a_link_reads_no_group_and_no_hour_of_another_visit_by_its_badges(app, day, helper):
    other = await builders.slot(host=day.school, starts_at=NINE_FOUR)
    theirs = await builders.reservation(slot=other, group=await builders.group(name="3e C", pupils=2), pupils=2)
    (shown, _) = await builders.badges(theirs)
    code = await value("SELECT short_code FROM badges WHERE reservation = $1 AND number = 1", theirs)
    results = {"arrival": "wrong_slot", "welcome": "wrong_slot", "departure": "not_here"}
    for badge in (shown, code):
        for act, result in results.items():
            scan_id, answer = await scan(helper, day.slot, badge, act=act)
            (told,) = answer.json()["results"]
            known = [told[name] for name in ("group", "number", "mark", "may_welcome")]
            assert (told["result"], known) == (result, [None, None, None, False])
            assert "9 h" not in told["advice"]
            undone = await helper.client.delete(f"/api/v1/checkins/{scan_id}", headers={"X-CSRF-Token": helper.csrf})
            assert undone.json()["group"] is None
    page = read(await helper.post(f"/accueil/{day.slot}/pointages", {"badge": code}))
    said = "Ce badge n'est pas attendu à cette visite. Le programme de la journée, que le groupe a, dit où et quand."
    assert ("3e C" in page, said in page) == (False, True)
    await rows("UPDATE reservations SET state = 'cancelled_by_teacher' WHERE id = $1", theirs)
    (told,) = (await scan(helper, day.slot, shown))[1].json()["results"]
    assert (told["result"], told["group"]) == ("cancelled", None)
    assert "3e C" not in read(await helper.get(f"/accueil/{day.slot}"))


async def codes_of_nobody(day: Day, count: int) -> list[str]:
    """Codes that could exist and that no badge bears."""
    made = (short_code_of(f"nobody {number}") for number in range(count))
    return list(made)


async def test_codes_are_not_guessed_through_a_link(app, day, helper):
    for code in await codes_of_nobody(day, DESK_TRIES_PER_LINK):
        assert (await scan(helper, day.slot, code))[1].status_code == 200
    _, tired = await scan(helper, day.slot, await day.short_code(1))
    assert (tired.status_code, tired.json()["type"]) == (429, "/problems/too-many-tries")
    assert tired.headers["retry-after"] == "900"
    # The camera and the grid go on, and so does the host.
    for badge in (day.tokens[1], f"{day.groups[0]}/3"):
        assert (await scan(helper, day.slot, badge))[1].json()["results"][0]["result"] == "present"
    host = await Browser(app, now=NINE_FOUR).sign_in(day.host)
    assert (await scan(host, day.slot, await day.short_code(4)))[1].json()["results"][0]["result"] == "present"


async def test_a_queue_of_sixty_pupils_typed_by_hand_is_never_stopped(app, day, helper):
    for _ in range(3):
        for number in range(1, 24):
            for group in (0, 1):
                assert (await scan(helper, day.slot, await day.short_code(number, group=group)))[1].status_code == 200
        assert (await scan(helper, day.slot, "ABCDEF"))[1].status_code == 200
    assert await value("SELECT sum(cardinality(at)) FROM tries WHERE bucket LIKE 'desk:%'") == 0


async def test_a_thousand_guesses_in_one_request_are_refused(app, day, helper):
    codes = await codes_of_nobody(day, DESK_TRIES_PER_LINK + 1)
    at = NINE_FOUR.isoformat()
    guesses = [{"scan_id": str(uuid.uuid4()), "slot_id": day.slot, "badge": code, "scanned_at": at} for code in codes]
    headers = {"X-CSRF-Token": helper.csrf}
    answer = await helper.client.post("/api/v1/checkins", json={"scans": guesses}, headers=headers)
    assert answer.status_code == 429
    assert await value("SELECT count(*) FROM scans") == 0


async def test_guesses_that_come_at_once_are_counted_as_if_one_after_the_other(app, day, helper):
    codes = await codes_of_nobody(day, DESK_TRIES_PER_LINK * 2)
    answers = await asyncio.gather(*(scan(helper, day.slot, code) for code in codes))
    judged = [answer.status_code for _, answer in answers]
    assert (judged.count(200), judged.count(429)) == (DESK_TRIES_PER_LINK, DESK_TRIES_PER_LINK)


async def test_a_helper_reads_nothing_of_what_guests_built_nor_of_the_host_s_remarks(app, day, helper):
    other = await builders.slot(host=day.school, starts_at=NINE_FOUR)
    theirs = await builders.reservation(slot=other, group=await builders.group(name="3e C", pupils=2), pupils=2)
    (shown, _) = await builders.badges(theirs)
    await scan(await Browser(app, now=NINE_FOUR).sign_in(day.host), day.slot, shown, act="welcome")
    await builders.build(slot=day.slot, group_ref=theirs, tech_object=day.clock, made=2)
    (guests,) = (await helper.client.get(f"/api/v1/slots/{day.slot}/roster")).json()["guests"]
    assert (guests["group"], guests["present"], guests["builds"]) == ("3e C", 1, [])


async def test_a_helper_is_not_shown_a_form_that_only_hosts_may_send(app, day, helper):
    other = await builders.slot(host=day.school, starts_at=NINE_FOUR)
    theirs = await builders.reservation(slot=other, group=await builders.group(name="3e C", pupils=2), pupils=2)
    (shown, _) = await builders.badges(theirs)
    answer = await helper.post(f"/accueil/{day.slot}/pointages", {"badge": shown})
    assert answer.text.count("Autre visite") >= 1
    assert answer.text.count(f'action="/accueil/{day.slot}/invites"') == 0


async def test_a_helper_s_write_needs_the_link_s_own_token(app, day, helper):
    helper.csrf = "another"
    _, answer = await scan(helper, day.slot, day.tokens[0])
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/not-from-our-page")
    assert await value("SELECT count(*) FROM scans") == 0


async def test_a_teacher_who_helps_acts_by_the_link_and_a_host_elsewhere_is_told_to_sign_out(app, day):
    teacher = await builders.person(
        "teacher", "claire.renaud@example.org", name="Claire Renaud", school=await builders.school()
    )
    helper = await a_helper(app, day)
    await helper.sign_in(teacher)
    helper.csrf = csrf_of(TOKEN, SECRET)
    _, told = await scan(helper, day.slot, day.tokens[16])
    assert told.json()["results"][0]["result"] == "present"

    elsewhere = await builders.person(
        "host", "paul@example.org", name="Paul", school=await builders.school(kind="lycee")
    )
    other = await Browser(app, now=NINE_FOUR).sign_in(elsewhere)
    assert "Ce lien est celui d'un autre lycée" in read(await other.get(f"/accueil/lien/{TOKEN}"))
