"""What a subscribed agenda holds: the entries of the invitations, for the right person, while they matter."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from icalendar import Calendar

from booking.calendar.feeds.give import give_feed, revoke_feed
from booking.calendar.feeds.publish import PublishedFeed, publish
from booking.calendar.feeds.queries import feed, open_slots, outings_feed
from booking.calendar.feeds.rules import NothingToFollow
from booking.calendar.invites.rules import method_and_status
from booking.people.accounts.rules import hash_of
from booking.visits.reservation_states import IN_AGENDAS
from tests import builders
from tests.booking.mails.story import CLAIRE, JULES, SETTINGS, Story, reserved
from tests.builders import NOW, paris
from workshops.database import rows, value
from workshops.refusals import NotFound

TOKEN = "un-jeton-d-agenda"


async def hat_of(email: str) -> tuple[int, int]:
    """(membership, account)"""
    [found] = await rows(
        "SELECT m.id, m.account FROM memberships m JOIN accounts a ON a.id = m.account WHERE email = $1", email
    )
    return found["id"], found["account"]


async def follows(email: str) -> None:
    membership, account = await hat_of(email)
    await give_feed(membership, account=account, token=TOKEN, now=NOW)


async def published(now: datetime = NOW) -> PublishedFeed:
    found = await feed(TOKEN, now=now)
    assert found is not None
    return publish(found, SETTINGS, now=now)


def entries(read: PublishedFeed) -> list[tuple[str, int, str, str]]:
    events = Calendar.from_ical(read.body, multiple=False).events
    return [(str(one.uid), one.sequence, str(one["STATUS"]), str(one["URL"])) for one in events]


def unfolded(read: PublishedFeed) -> list[str]:
    return read.body.decode().replace("\r\n ", "").split("\r\n")


async def a_story(**more: object) -> Story:
    return await reserved(changed_at=NOW, created_at=NOW, **more)


async def test_a_teachers_feed_holds_the_entry_of_her_invitation_and_invites_nobody(db):
    story = await a_story(sequence=2)
    await follows(CLAIRE)
    lines = unfolded(await published())
    page = f"http://127.0.0.1:8000/reservations/{story.reservation}"
    assert lines[:10] == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Technilab//Technilab//FR",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "NAME:TECHNILAB : mes visites\\, Collège Stendhal",
        "X-WR-CALNAME:TECHNILAB : mes visites\\, Collège Stendhal",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        "BEGIN:VTIMEZONE",
    ]
    assert lines[lines.index("BEGIN:VEVENT") :] == [
        "BEGIN:VEVENT",
        "UID:r-1@technilab.example",
        "SEQUENCE:2",
        "DTSTAMP:20270111T080000Z",
        "DTSTART;TZID=Europe/Paris:20270325T090000",
        "DTEND;TZID=Europe/Paris:20270325T120000",
        "SUMMARY:TECHNILAB : Découpe laser\\, 4e B\\, Collège Stendhal (24 élèves)",
        "DESCRIPTION:Découpe laser\\n4e B\\, Collège Stendhal : 24 élèves\\, 2 accompagnateurs\\n"
        f"Accès : Entrée par la cour\\, bâtiment C.\\n{page}",
        "LOCATION:Lycée Jules Haag\\, Atelier 2\\, 1 rue Labbé\\, 25000 Besançon",
        f"URL:{page}",
        "STATUS:CONFIRMED",
        "TRANSP:OPAQUE",
        "ORGANIZER;CN=Technilab:mailto:technilab@example.org",
        "GEO:47.24;6.02",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "DESCRIPTION:TECHNILAB : Découpe laser\\, 4e B\\, Collège Stendhal (24 élèves)",
        "TRIGGER:-P1D",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


async def test_a_hosts_feed_holds_every_group_of_the_lycee_under_the_same_uid(db):
    story = await a_story()
    elsewhere = await builders.slot()
    await builders.reservation(slot=elsewhere, group=await builders.group(), uid="elsewhere@t.example")
    await follows(JULES)
    assert entries(await published()) == [
        ("r-1@technilab.example", 0, "CONFIRMED", f"http://127.0.0.1:8000/lycee/creneaux/{story.slot}")
    ]


async def test_a_companys_feed_holds_its_comings(db):
    firm = await builders.company(name="Horlogerie du Doubs")
    await builders.person("company", "emma@example.org", company=firm)
    slot = await builders.slot()
    await builders.attendance(slot=slot, company=firm, uid="a-1@t.example")
    await builders.attendance(slot=slot, company=await builders.company(), uid="other@t.example", people=1)
    await builders.attendance(slot=slot, company=firm, uid="a-2@t.example", state="withdrawn", sequence=1)
    await follows("emma@example.org")
    assert entries(await published()) == [
        ("a-1@t.example", 0, "CONFIRMED", "http://127.0.0.1:8000/entreprise"),
        ("a-2@t.example", 1, "CANCELLED", "http://127.0.0.1:8000/entreprise"),
    ]


async def test_a_teacher_does_not_follow_a_colleagues_visits(db):
    await a_story()
    college = await value("SELECT school FROM reservations")
    await builders.membership(await builders.account("marc@example.org"), "teacher", school=college)
    await follows("marc@example.org")
    assert entries(await published()) == []


@pytest.mark.parametrize("state", ["requested", "waiting", "offered"])
async def test_what_is_not_confirmed_is_in_no_agenda(db, state):
    await a_story(state=state)
    await follows(CLAIRE)
    assert entries(await published()) == []


async def test_what_was_never_confirmed_is_not_shown_as_cancelled(db):
    await a_story(state="lapsed")
    await follows(CLAIRE)
    assert entries(await published()) == []


@pytest.mark.parametrize("state", sorted(IN_AGENDAS))
async def test_an_entry_is_as_sure_in_a_feed_as_in_its_invitation(db, state):
    await a_story(state=state, confirmed_at=NOW)
    await follows(CLAIRE)
    [(_, _, status, _)] = entries(await published())
    assert ("REQUEST", status) == method_and_status(state, invited=True)


async def test_a_cancelled_visit_stays_cancelled_for_thirty_days(db):
    await a_story(state="called_off", sequence=1, confirmed_at=NOW)
    await follows(CLAIRE)
    [shown] = entries(await published(NOW + timedelta(days=30, seconds=-1)))
    assert shown[:3] == ("r-1@technilab.example", 1, "CANCELLED")
    assert entries(await published(NOW + timedelta(days=30))) == []


async def test_a_visit_of_the_past_stays_a_year(db):
    await a_story(state="attended")
    await follows(CLAIRE)
    assert len(entries(await published(paris("2028-03-24 11:00")))) == 1
    assert entries(await published(paris("2028-03-24 12:00"))) == []


async def test_the_same_facts_give_the_same_bytes_and_a_change_gives_others(db):
    await a_story()
    await follows(CLAIRE)
    first, later = await published(), await published(NOW + timedelta(days=1))
    assert (later.body, later.etag) == (first.body, first.etag)
    await rows("UPDATE workshops SET title = 'Gravure'")
    assert (await published()).etag != first.etag


async def test_the_date_of_a_feed_is_its_last_change_or_the_hours_beginning(db):
    await a_story()
    await follows(CLAIRE)
    assert (await published(NOW + timedelta(hours=3, minutes=20))).modified_at == NOW + timedelta(hours=3)
    changed = NOW + timedelta(hours=3, minutes=10)
    await rows("UPDATE reservations SET changed_at = $1", changed)
    assert (await published(NOW + timedelta(hours=3, minutes=20))).modified_at == changed


async def test_a_link_is_kept_as_a_hash_and_a_new_one_takes_the_place_of_the_old(db):
    await a_story()
    membership, account = await hat_of(CLAIRE)
    for token in (TOKEN, "another"):
        await give_feed(membership, account=account, token=token, now=NOW)
    assert await feed(TOKEN, now=NOW) is None
    assert await feed("another", now=NOW) is not None
    assert [one["token_hash"] for one in await rows("SELECT token_hash FROM feeds ORDER BY id")] == [
        hash_of(TOKEN),
        hash_of("another"),
    ]


async def test_a_revoked_link_a_closed_account_and_a_lost_role_open_nothing(db):
    await a_story()
    membership, account = await hat_of(CLAIRE)
    await give_feed(membership, account=account, token=TOKEN, now=NOW)
    await rows("UPDATE accounts SET disabled_at = $1", NOW)
    assert await feed(TOKEN, now=NOW) is None
    await rows("UPDATE accounts SET disabled_at = NULL")
    await revoke_feed(membership, account=account, now=NOW)
    assert await feed(TOKEN, now=NOW) is None
    with pytest.raises(NotFound):
        await revoke_feed(membership, account=account, now=NOW)
    await give_feed(membership, account=account, token="again", now=NOW)
    await rows("DELETE FROM memberships WHERE id = $1", membership)
    assert await feed("again", now=NOW) is None
    acts = await rows("SELECT act FROM events ORDER BY id")
    assert [one["act"] for one in acts] == ["feed_given", "feed_revoked", "feed_given"]


async def test_a_role_of_someone_else_or_without_visits_gets_no_link(db):
    await a_story()
    membership, _ = await hat_of(CLAIRE)
    other = await builders.account()
    coordinator = await builders.membership(other, "coordinator")
    for wrong, refusal in ((membership, NotFound), (coordinator, NothingToFollow)):
        with pytest.raises(refusal):
            await give_feed(wrong, account=other, token=TOKEN, now=NOW)


async def slots_of(uai: str, now: datetime = NOW) -> list[tuple[str, str, str]]:
    found = await open_slots(uai, host_name=SETTINGS.host, now=now)
    assert found is not None
    events = Calendar.from_ical(publish(found, SETTINGS, now=now).body, multiple=False).events
    return [(str(one.uid), str(one["STATUS"]), str(one["DESCRIPTION"]).split("\n")[1]) for one in events]


async def test_anyone_may_follow_the_slots_that_a_lycee_still_offers(db):
    haag = await builders.school(kind="lycee", uai="0250011B")
    free = await builders.slot(host=haag)
    await builders.slot(host=haag, seats_taken=24)
    await builders.slot(host=haag, groups_taken=1)
    await builders.slot(host=haag, booking_closes_at=NOW)
    await builders.slot(host=haag, state="draft")
    await builders.slot()
    off = await builders.slot(host=haag, state="called_off", reason="Travaux", starts_at=paris("2027-04-01 09:00"))
    assert await slots_of("0250011B") == [
        (f"creneau-{free}-0250011B@127.0.0.1", "CONFIRMED", "24 places libres sur 24"),
        (f"creneau-{off}-0250011B@127.0.0.1", "CANCELLED", "24 places libres sur 24"),
    ]


async def test_a_college_or_an_unknown_uai_has_no_public_feed(db):
    await builders.school(uai="0250001R")
    for uai in ("0250001R", "0259999X"):
        assert await open_slots(uai, host_name=SETTINGS.host, now=NOW) is None


async def test_only_who_is_there_herself_is_busy_and_never_for_what_was_cancelled(db):
    """Two lycées, each with a visit; the principal's page of outings, and what one of them offers to everybody."""
    story = await a_story()
    elsewhere = await builders.slot()
    await builders.reservation(slot=elsewhere, group=await builders.group(), uid="elsewhere@t.example")
    await builders.reservation(
        slot=story.slot,
        group=await builders.group(),
        uid="r-2@t.example",
        state="called_off",
        changed_at=NOW,
        confirmed_at=NOW,
    )
    await builders.slot(host=story.host, starts_at=paris("2027-04-01 09:00"))
    await follows(JULES)
    assert busy(await published()) == {"r-1@technilab.example": "OPAQUE", "r-2@t.example": "TRANSPARENT"}
    outings = await outings_feed(story.college, "Collège Stendhal", since=NOW, now=NOW)
    assert busy(publish(outings, SETTINGS, now=NOW)) == {"r-1@technilab.example": "TRANSPARENT"}
    uai = await value("SELECT uai FROM schools WHERE id = $1", story.host)
    offered = await open_slots(uai, host_name=SETTINGS.host, now=NOW)
    assert offered is not None
    assert set(busy(publish(offered, SETTINGS, now=NOW)).values()) == {"TRANSPARENT"}


def busy(read: PublishedFeed) -> dict[str, str]:
    return {str(one.uid): str(one["TRANSP"]) for one in Calendar.from_ical(read.body, multiple=False).events}
