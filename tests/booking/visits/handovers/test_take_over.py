"""A colleague takes over what a teacher left: she has it, the agendas and the lycée know, and one takes it alone."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

import pytest

from booking.mails.pace import TOGETHER_WITHIN
from booking.visits.handovers.queries import left_behind
from booking.visits.handovers.take_over import TakenOver, take_over
from booking.visits.reservations.acts import CancelVisit, MoveVisit
from booking.visits.reservations.cancel import cancel
from booking.visits.reservations.move import move
from booking.year.leave import LeaveRole, leave
from tests import builders
from tests.booking.mails.story import CLAIRE, JULES, Story, posted, reserved, text_of
from tests.booking.visits.reservations.demands import fresh
from tests.builders import NOW, paris
from tests.seen import first, seen
from tests.telling import tell
from workshops.database import rows, value
from workshops.events.record import record
from workshops.refusals import NotFound

MARIE, PAUL, INES = "marie@example.org", "paul@example.org", "ines@example.org"


async def a_colleague(story: Story, email: str, name: str) -> int:
    return await builders.person("teacher", email, name=name, school=story.college)


async def gone(story: Story) -> None:
    """Claire has left her collège, and kept her account."""
    await rows("DELETE FROM memberships WHERE account = $1 AND school = $2", story.teacher, story.college)


async def handed_to_marie(story: Story) -> int:
    """Claire has left, and Marie takes over what she left."""
    marie = await a_colleague(story, MARIE, "Marie Perrin")
    await gone(story)
    await take_over(await group_of(story), school=story.college, by=marie, now=NOW)
    return marie


async def group_of(story: Story) -> int:
    return int(await value('SELECT "group" FROM reservations WHERE id = $1', story.reservation))


async def test_nothing_is_left_behind_while_its_teacher_is_there(db):
    story = await reserved()
    assert await left_behind(story.college, school_year="2026-2027", now=NOW) == []
    paul = await a_colleague(story, PAUL, "Paul Petit")
    with pytest.raises(TakenOver) as refused:
        await take_over(await group_of(story), school=story.college, by=paul, now=NOW)
    assert refused.value.sentence == (
        "Claire Renaud a déjà repris ce groupe et ses visites : il n'y a plus rien à faire."
    )


@pytest.mark.parametrize(
    "leaves", ["DELETE FROM memberships WHERE account = $1", "UPDATE accounts SET disabled_at = now() WHERE id = $1"]
)
async def test_a_group_and_its_visits_are_listed_once_their_teacher_has_left(db, leaves):
    story = await reserved()
    await rows(leaves, story.teacher)
    (left,) = await left_behind(story.college, school_year="2026-2027", now=NOW)
    assert (left.name, [one.id for one in left.visits]) == ("4e B", [story.reservation])
    assert await left_behind(await builders.school(), school_year="2026-2027", now=NOW) == []
    (after,) = await left_behind(story.college, school_year="2026-2027", now=paris("2027-03-26 09:00"))
    assert after.visits == ()


async def test_the_group_the_visit_and_its_entry_go_to_who_takes_them_over(db):
    story = await reserved()
    marie = await a_colleague(story, MARIE, "Marie Perrin")
    await gone(story)
    assert await take_over(await group_of(story), school=story.college, by=marie, now=NOW) == 1
    kept = (marie, "r-1@technilab.example", 1, "confirmed")
    assert await first("SELECT booked_by, uid, sequence, state FROM reservations") == kept
    assert await value("SELECT teacher FROM groups") == marie
    assert await left_behind(story.college, school_year="2026-2027", now=NOW) == []
    assert await seen("SELECT act, about, by, also, sequence, was, state FROM events ORDER BY id") == [
        ("group_taken_over", await group_of(story), marie, story.teacher, None, "", ""),
        ("reservation_taken_over", story.reservation, marie, story.teacher, 1, "confirmed", "confirmed"),
    ]


async def test_each_agenda_hears_of_it(db):
    story = await reserved()
    await handed_to_marie(story)
    mails = {mail.to[0]: mail for mail in await posted()}
    assert set(mails) == {CLAIRE, MARIE, JULES}
    entries = {to: str(mail.part("text/calendar").get_content()).splitlines() for to, mail in mails.items()}
    assert {to: {line for line in entry if line[:4] in ("METH", "UID:", "SEQU")} for to, entry in entries.items()} == {
        to: {f"METHOD:{method}", "UID:r-1@technilab.example", "SEQUENCE:1"}
        for to, method in ((CLAIRE, "CANCEL"), (MARIE, "REQUEST"), (JULES, "REQUEST"))
    }
    assert "Marie Perrin suit maintenant la visite du groupe 4e B, Collège Stendhal" in text_of(mails[JULES])
    assert "Un collègue suit maintenant la visite du jeudi 25 mars 2027" in text_of(mails[CLAIRE])
    assert "Vous suivez maintenant la visite du jeudi 25 mars 2027" in text_of(mails[MARIE])


async def test_a_closed_account_hears_nothing(db):
    story = await reserved()
    marie = await a_colleague(story, MARIE, "Marie Perrin")
    await rows("UPDATE accounts SET disabled_at = $2 WHERE id = $1", story.teacher, NOW)
    await take_over(await group_of(story), school=story.college, by=marie, now=NOW)
    assert {mail.to[0] for mail in await posted()} == {MARIE, JULES}


async def test_a_demand_that_is_not_sure_is_told_to_who_takes_it_over_alone(db):
    story = await reserved(state="requested", hold_until=paris("2027-02-01 18:00"))
    await handed_to_marie(story)
    (mail,) = await posted()
    assert (mail.to[0], mail.message.get_content_type()) == (MARIE, "multipart/alternative")
    assert "Elle n'est pas encore confirmée" in text_of(mail)


async def test_of_two_colleagues_at_once_one_takes_it_over_and_the_other_reads_who(db):
    story = await reserved()
    both = [await a_colleague(story, MARIE, "Marie Perrin"), await a_colleague(story, PAUL, "Paul Petit")]
    await gone(story)
    group = await group_of(story)
    tries = [take_over(group, school=story.college, by=one, now=NOW) for one in both]
    found = await asyncio.gather(*tries, return_exceptions=True)
    won = await value("SELECT booked_by FROM reservations")
    name = await value("SELECT name FROM accounts WHERE id = $1", won)
    (refused,) = [one for one in found if isinstance(one, Exception)]
    assert (type(refused), str(refused).split(" a déjà")[0]) == (TakenOver, name)
    assert await value("SELECT sequence FROM reservations") == 1
    assert await value("SELECT teacher FROM groups") == won


async def test_another_college_takes_nothing_over(db):
    story = await reserved()
    await gone(story)
    stranger = await builders.account()
    with pytest.raises(NotFound):
        await take_over(await group_of(story), school=await builders.school(), by=stranger, now=NOW)
    assert await value("SELECT booked_by FROM reservations") == story.teacher


async def test_five_visits_left_make_one_mail_for_each_who_hears_of_them(db):
    """Claire leaves two groups and five visits, three at Jules's lycée and two at Inès's, and keeps another role."""
    story = await reserved()
    other = await builders.school(kind="lycee", name="Lycée Edgar Faure")
    await builders.person("host", INES, name="Inès Roy", school=other)
    second = await builders.group(school=story.college, teacher=story.teacher, name="3e A")
    days = {story.host: ("2027-03-30", "2027-04-01"), other: ("2027-04-06", "2027-04-08")}
    for host, dates in days.items():
        for number, day in enumerate(dates):
            visit = await builders.slot(host=host, starts_at=paris(f"{day} 09:00"))
            group = second if number else await group_of(story)
            await builders.reservation(slot=visit, group=group, by=story.teacher, uid=f"{day}@technilab.example")
    marie = await a_colleague(story, MARIE, "Marie Perrin")
    await a_colleague(story, PAUL, "Paul Petit")
    role = await value("SELECT id FROM memberships WHERE account = $1", story.teacher)
    await builders.membership(story.teacher, "coordinator")
    await builders.person("coordinator", "nadia@example.org")
    assert (await leave(story.teacher, LeaveRole(colleague=marie), membership=role, now=NOW)).visits == 5
    mails = await posted()
    assert sorted(mail.to[0] for mail in mails) == sorted([CLAIRE, MARIE, JULES, INES])
    told = {mail.to[0]: mail for mail in mails}
    days_of = re.compile(r"\w+di\s\d+(?:er)?\s(?:mars|avril)\s2027")
    dates = {one: len({" ".join(day.split()) for day in days_of.findall(text_of(told[one]))}) for one in told}
    assert dates == {CLAIRE: 5, MARIE: 5, JULES: 3, INES: 2}
    uids = {"r-1@technilab.example", *(f"{day}@technilab.example" for days in days.values() for day in days)}
    assert {one: entries(told[one]) for one in told} == {
        CLAIRE: {(uid, "CANCEL") for uid in uids},
        MARIE: {(uid, "REQUEST") for uid in uids},
        JULES: {(uid, "REQUEST") for uid in uids if "-04-06" not in uid and "-04-08" not in uid},
        INES: {(uid, "REQUEST") for uid in uids if "-04-06" in uid or "-04-08" in uid},
    }
    assert "Vous suivez maintenant 5 visites" in text_of(told[MARIE])


@pytest.mark.parametrize("became", ["cancelled", "over", "elsewhere"])
async def test_a_lycee_hears_who_follows_the_others_when_the_first_visit_there_is_no_more(db, became):
    story = await reserved()
    group, other = await group_of(story), await builders.school(kind="lycee")
    await builders.person("host", INES, name="Inès Roy", school=other)
    for host, day in ((story.host, "2027-04-01"), (story.host, "2027-04-06"), (other, "2027-04-08")):
        slot = await builders.slot(host=host, starts_at=paris(f"{day} 09:00"))
        await builders.reservation(slot=slot, group=group, by=story.teacher, uid=f"{day}@technilab.example")
    marie = await handed_to_marie(story)
    await tell(now=NOW - TOGETHER_WITHIN)
    now = paris("2027-03-26 09:00") if became == "over" else NOW
    if became == "cancelled":
        ended = {"role": "teacher", "school": story.college, "by": marie}
        await cancel(story.reservation, CancelVisit(reason="Neige"), **ended, now=NOW)
    if became == "elsewhere":
        later = await builders.slot(host=other, starts_at=paris("2027-04-13 09:00"))
        await move(story.reservation, MoveVisit(to_slot=later), school=story.college, by=marie, fresh=fresh(), now=NOW)
    await rows("DELETE FROM events_to_tell")
    told = {mail.to[0]: mail for mail in await posted(now=now)}
    there = {("2027-04-01@technilab.example", "REQUEST"), ("2027-04-06@technilab.example", "REQUEST")}
    assert entries(told[JULES]) == there
    assert "Marie Perrin suit maintenant" in text_of(told[JULES])
    came = {("r-1@technilab.example", "REQUEST")} if became == "elsewhere" else set()
    assert entries(told[INES]) == {("2027-04-08@technilab.example", "REQUEST")} | came


async def test_what_never_reached_her_agenda_is_left_out_of_what_she_hands_over(db):
    """Her two soonest visits were made sure a minute ago, their mail waits; the invitations to two others have left."""
    story = await reserved()
    group = await group_of(story)
    both = {"demand": await builders.demand(group, lines=1)}
    await rows("UPDATE reservations SET demand = $2, half = 1 WHERE id = $1", story.reservation, both["demand"])
    visits = [story.reservation]
    for day, more in (("2027-03-26", both | {"half": 2}), ("2027-04-01", {}), ("2027-04-06", {})):
        slot = await builders.slot(host=story.host, starts_at=paris(f"{day} 09:00"))
        uid = f"{day}@technilab.example"
        visits.append(await builders.reservation(slot=slot, group=group, by=story.teacher, uid=uid, **more))
    for place, act in ((0, ""), (1, "_also"), (2, ""), (3, "")):
        kept = {"by": story.teacher, "about_kind": "reservation", "about": visits[place], "state": "confirmed"}
        await record(f"reservation_booked{act}", **kept, now=NOW + timedelta(minutes=max(0, place - 1)))
    said = await rows("SELECT id, about, act FROM events")
    await rows("DELETE FROM events_to_tell")
    for one in said:
        if one["act"] == "reservation_booked":
            told = {"about": one["about"], "about_kind": "reservation", "account": story.teacher, "entry": "REQUEST"}
            queued = one["about"] == visits[0]
            told |= {"state": "queued", "next_try_at": paris("2027-02-01 08:00")} if queued else {"state": "sent"}
            await builders.notice(kind="reservation_confirmed", to_email=CLAIRE, event=one["id"], **told)
    await handed_to_marie(story)
    told = {mail.to[0]: mail for mail in await posted()}
    left = {"2027-04-01@technilab.example", "2027-04-06@technilab.example"}
    assert entries(told[CLAIRE]) == {(uid, "CANCEL") for uid in left}
    assert "Un collègue suit maintenant 2 de vos visites, la première le jeudi 1er avril" in text_of(told[CLAIRE])
    assert "25 mars" not in text_of(told[CLAIRE])
    assert {method for _, method in entries(told[MARIE])} == {"REQUEST"}
    assert len(entries(told[MARIE])) == 4


async def test_an_invitation_that_waited_does_not_reach_who_has_handed_the_visit_over(db):
    """Claire goes to another collège; her invitation waited for a mail server that was away. Jules's leaves."""
    story = await reserved()
    for email, kind in ((CLAIRE, "reservation_confirmed"), (JULES, "reservation_confirmed")):
        number = await value("SELECT id FROM accounts WHERE email = $1", email)
        told = {"about": story.reservation, "about_kind": "reservation", "account": number, "entry": "REQUEST"}
        await builders.notice(kind=kind, to_email=email, next_try_at=paris("2027-02-01 08:00"), **told)
    await builders.membership(story.teacher, "teacher", school=await builders.school())
    await handed_to_marie(story)
    assert sorted(mail.to[0] for mail in await posted()) == [JULES, MARIE]
    assert [mail.to[0] for mail in await posted(now=paris("2027-02-02 08:00"))] == [JULES]


def entries(mail) -> set[tuple[str, str]]:
    """What a mail does to an agenda: each entry's number and method."""
    found = set()
    for part in mail.message.walk():
        if part.get_content_type() in {"text/calendar", "application/ics"}:
            held = part.get_payload(decode=True).decode()
            found.add((re.search(r"UID:(\S+)", held)[1], re.search(r"METHOD:(\w+)", held)[1]))
    return found
