"""A teacher hands one visit to a colleague: nothing changes until she takes it, and then all that goes with it does."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from booking.visits.handovers.acts import HandVisitOn
from booking.visits.handovers.hand_on import answer, answer_by_link, end_unanswered, hand_on, keep
from booking.visits.handovers.proposals import proposal_link, proposal_of, proposals_to
from booking.visits.handovers.rules import ProposalOver, proposal_token
from booking.visits.reservations.acts import CancelVisit
from booking.visits.reservations.cancel import cancel
from booking.visits.reservations.states import NotNow
from tests import builders
from tests.booking.mails.story import CLAIRE, JULES, SETTINGS, Story, posted, reserved, text_of
from tests.booking.visits.handovers.test_take_over import INES, MARIE, PAUL, a_colleague, entries
from tests.builders import NOW, paris
from tests.seen import first, seen
from workshops.database import rows, transaction, value
from workshops.refusals import Invalid, NotFound

NORA = "nora@example.org"


@dataclass(frozen=True)
class Two(Story):
    """Claire's visit, Marie and Paul of her collège; Nora of another one, whose visit is at the same lycée."""

    marie: int
    paul: int
    nora: int
    other: int


async def a_world(**more) -> Two:
    story = await reserved(**more)
    marie, paul = await a_colleague(story, MARIE, "Marie Perrin"), await a_colleague(story, PAUL, "Paul Petit")
    elsewhere = await builders.school(name="Collège Pasteur")
    nora = await builders.person("teacher", NORA, name="Nora Roy", school=elsewhere)
    slot = await builders.slot(host=story.host, starts_at=paris("2027-04-01 09:00"))
    group = await builders.group(school=elsewhere, teacher=nora)
    other = await builders.reservation(slot=slot, group=group, by=nora, uid="r-2@technilab.example")
    facts = {name: getattr(story, name) for name in story.__dataclass_fields__}
    return Two(**facts, marie=marie, paul=paul, nora=nora, other=other)


async def propose(story: Two, *, to: str = MARIE, visit: int | None = None, now: datetime = NOW, **more) -> None:
    said = {"school": story.college, "by": story.teacher, "salt": uuid4()} | more
    await hand_on(visit or story.reservation, HandVisitOn(colleague=to), **said, now=now)


async def take(story: Two, *, takes: bool = True, by: int | None = None, now: datetime = NOW, **more) -> None:
    said = {"school": story.college, "by": by or story.marie} | more
    await answer(story.reservation, takes=takes, **said, now=now)


async def links(story: Two) -> str:
    proposal = await proposal_of(story.reservation, now=NOW)
    assert proposal is not None
    return (await proposal_link(proposal, secret_key=SETTINGS.secret_key)).rsplit("/", 1)[1]


STANDS = "SELECT booked_by, uid, sequence, state, signed_on, signed_adults FROM reservations WHERE id = $1"


async def test_until_she_takes_it_nothing_changes_and_she_alone_is_written_to(db):
    story = await a_world()
    before = await first(STANDS, story.reservation)
    await propose(story)
    (mail,) = await posted()
    assert (mail.to, mail.message.get_content_type()) == ([MARIE], "multipart/alternative")
    assert str(mail.message["Subject"]) == (
        "Claire Renaud vous confie une visite : Découpe laser, jeudi 25 mars 2027 à 9 h 00"
    )
    assert text_of(mail).split("\n")[-2] == f"http://127.0.0.1:8000/reprise/{await links(story)}"
    assert await first(STANDS, story.reservation) == before
    assert await seen("SELECT act, about, by, also, sequence, was, state FROM events ORDER BY id") == [
        ("reservation_proposed", story.reservation, story.teacher, story.marie, 0, "confirmed", "confirmed")
    ]
    assert [one.by_name for one in await proposals_to(story.marie, school=story.college, now=NOW)] == ["Claire Renaud"]
    assert await proposals_to(story.paul, school=story.college, now=NOW) == []


async def test_taken_the_visit_is_hers_with_its_entry_and_its_visa(db):
    story = await a_world(signed_on=paris("2027-03-25 09:00").date(), signed_adults=2, signed_host=None)
    _, uid, _, state, *visa = await first(STANDS, story.reservation)
    group = await first(
        'SELECT g.teacher FROM groups g JOIN reservations r ON r."group" = g.id WHERE r.id = $1', story.reservation
    )
    await propose(story)
    await posted()
    await take(story)
    assert await first(STANDS, story.reservation) == (story.marie, uid, 1, state, *visa)
    kept = "SELECT handed_to, handed_until, handed_salt FROM reservations WHERE id = $1"
    assert await first(kept, story.reservation) == (None, None, None)
    assert (
        await first(
            'SELECT g.teacher FROM groups g JOIN reservations r ON r."group" = g.id WHERE r.id = $1', story.reservation
        )
        == group
    )
    assert await seen("SELECT act, by, also, sequence FROM events ORDER BY id OFFSET 1") == [
        ("reservation_taken_over", story.marie, story.teacher, 1)
    ]
    mails = {mail.to[0]: mail for mail in await posted()}
    assert {to: entries(mail) for to, mail in mails.items()} == {
        CLAIRE: {(uid, "CANCEL")},
        MARIE: {(uid, "REQUEST")},
        JULES: {(uid, "REQUEST")},
    }
    assert "Marie Perrin suit maintenant la visite du groupe 4e B" in text_of(mails[JULES])
    assert await first("SELECT booked_by, sequence FROM reservations WHERE id = $1", story.other) == (story.nora, 0)


async def test_she_who_cannot_leaves_it_and_the_first_alone_hears(db):
    story = await a_world()
    await propose(story)
    await posted()
    await take(story, takes=False)
    (mail,) = await posted()
    assert mail.to == [CLAIRE]
    assert "Marie Perrin ne peut pas reprendre la visite du jeudi 25 mars 2027" in text_of(mail)
    assert await first("SELECT booked_by, sequence FROM reservations WHERE id = $1", story.reservation) == (
        story.teacher,
        0,
    )
    await propose(story, to=PAUL)
    assert [mail.to[0] for mail in await posted()] == [PAUL]


@pytest.mark.parametrize(
    ("proposed", "ends"),
    [("2027-03-10 10:00", "2027-03-17 10:00"), ("2027-03-23 10:00", "2027-03-25 09:00")],
    ids=["seven days", "its start"],
)
async def test_silence_ends_it_and_is_told_once(db, proposed, ends):
    story = await a_world()
    await propose(story, now=paris(proposed))
    await posted(now=paris(proposed))
    end = paris(ends)
    assert await end_unanswered(now=end - timedelta(seconds=1)) == 0
    assert sorted(await asyncio.gather(end_unanswered(now=end), end_unanswered(now=end))) == [0, 1]
    (mail,) = await posted(now=end)
    assert mail.to == [CLAIRE]
    assert "Marie Perrin n'a pas répondu pour la visite du jeudi 25 mars 2027" in text_of(mail)
    assert await end_unanswered(now=end) == 0
    with pytest.raises(NotNow):
        await take(story, now=end)


async def test_it_ends_when_the_colleague_leaves_the_college(db):
    story = await a_world()
    await propose(story)
    await posted()
    await rows("DELETE FROM memberships WHERE account = $1", story.marie)
    with pytest.raises(NotNow):
        await take(story)
    assert await end_unanswered(now=NOW) == 1
    assert [mail.to[0] for mail in await posted()] == [CLAIRE]


async def test_kept_after_all_its_link_is_spent_and_nobody_is_written_to(db):
    story = await a_world()
    await propose(story)
    token = await links(story)
    with pytest.raises(NotNow):
        await keep(story.reservation, school=story.college, by=story.paul, now=NOW)
    await keep(story.reservation, school=story.college, by=story.teacher, now=NOW)
    assert await posted() == []
    with pytest.raises(ProposalOver):
        await answer_by_link(token, takes=True, secret_key=SETTINGS.secret_key, now=NOW)
    # Proposed to the same colleague once more, it has a link of its own.
    await propose(story)
    with pytest.raises(ProposalOver):
        await answer_by_link(token, takes=True, secret_key=SETTINGS.secret_key, now=NOW)
    await answer_by_link(await links(story), takes=True, secret_key=SETTINGS.secret_key, now=NOW)
    assert await value("SELECT booked_by FROM reservations WHERE id = $1", story.reservation) == story.marie


async def test_it_goes_to_no_newcomer_to_no_other_college_and_not_to_herself(db):
    story = await a_world()
    await builders.person("teacher", "awaited@example.org", school=story.college, awaiting=True)
    for to in ("awaited@example.org", NORA, CLAIRE, JULES, "unknown@example.org"):
        with pytest.raises(Invalid):
            await propose(story, to=to)
    assert await posted() == []
    await propose(story, to="  MARIE@example.org ")
    assert [mail.to[0] for mail in await posted()] == [MARIE]


async def test_who_does_not_follow_it_proposes_nothing_and_whom_it_is_not_proposed_to_takes_nothing(db):
    story = await a_world()
    with pytest.raises(NotNow):
        await propose(story, by=story.paul)
    with pytest.raises(NotFound):
        await propose(story, by=story.nora, school=await builders.school())
    await propose(story)
    with pytest.raises(NotNow, match="déjà proposée à Marie Perrin"):
        await propose(story, to=PAUL)
    for by in (story.paul, story.teacher):
        with pytest.raises(NotNow):
            await take(story, by=by)
    with pytest.raises(NotFound):
        await take(story, school=await value("SELECT school FROM reservations WHERE id = $1", story.other))


@pytest.mark.parametrize("state", ["requested", "waiting", "offered", "cancelled_by_teacher", "attended"])
async def test_only_a_sure_visit_is_proposed(db, state):
    story = await a_world(state=state)
    with pytest.raises(NotNow):
        await propose(story)


async def test_a_visit_that_has_begun_is_proposed_no_more(db):
    story = await a_world()
    with pytest.raises(NotNow):
        await propose(story, now=paris("2027-03-25 09:00"))


async def test_a_visit_that_is_cancelled_meanwhile_is_taken_by_nobody_and_told_no_more(db):
    story = await a_world()
    await propose(story)
    ends = {"role": "teacher", "school": story.college, "by": story.teacher}
    await cancel(story.reservation, CancelVisit(reason="Neige"), **ends, now=NOW)
    assert MARIE not in {mail.to[0] for mail in await posted()}
    with pytest.raises(NotNow):
        await take(story)
    assert await end_unanswered(now=NOW) == 1
    assert await value("SELECT count(*) FROM events WHERE act = 'reservation_unanswered'") == 0
    assert await posted() == []


async def test_one_tap_is_enough_of_two_at_once(db):
    story = await a_world()
    await propose(story)
    token = await links(story)
    taps = [answer_by_link(token, takes=one, secret_key=SETTINGS.secret_key, now=NOW) for one in (True, False, True)]
    found = await asyncio.gather(*taps, return_exceptions=True)
    assert sorted(type(one).__name__ for one in found) == ["NoneType", "ProposalOver", "ProposalOver"]
    acts = await seen("SELECT count(*) FROM events WHERE act IN ('reservation_taken_over', 'reservation_not_taken')")
    assert acts == [(1,)]


async def test_a_link_that_this_site_never_wrote_takes_nothing(db):
    story = await a_world()
    await propose(story)
    salt = await value("SELECT handed_salt FROM reservations WHERE id = $1", story.reservation)
    token = await links(story)
    forged = (
        proposal_token(story.reservation, salt, "another secret key, long enough to be one"),
        proposal_token(story.reservation, uuid4(), SETTINGS.secret_key),
        proposal_token(story.other, salt, SETTINGS.secret_key),
        f"{token[:-4]}AAAA",
        "é",
        "",
    )
    for link in forged:
        with pytest.raises(ProposalOver):
            await answer_by_link(link, takes=True, secret_key=SETTINGS.secret_key, now=NOW)


@pytest.mark.parametrize("lycees", [1, 2])
async def test_both_halves_of_a_class_and_the_change_asked_of_one_go_together(db, lycees):
    """The halves of 4e B, a change asked of the second, and another visit of Claire's that stays hers."""
    story = await a_world()
    group = await value('SELECT "group" FROM reservations WHERE id = $1', story.reservation)
    there = story.host
    if lycees == 2:
        there = await builders.school(kind="lycee", name="Lycée Edgar Faure")
        await builders.person("host", INES, name="Inès Roy", school=there)
    above = await builders.demand(group, lines=1)
    async with transaction():
        await rows("UPDATE reservations SET demand = $2, half = 1 WHERE id = $1", story.reservation, above)
        more = {"group": group, "by": story.teacher}
        afternoon = await builders.slot(host=there, starts_at=paris("2027-03-25 14:00"))
        half = await builders.reservation(slot=afternoon, **more, demand=above, half=2, uid="r-3@technilab.example")
    later = await builders.slot(host=there, starts_at=paris("2027-04-08 14:00"))
    change = await builders.reservation(slot=later, **more, state="requested", replaces=half, demand=above, half=2)
    alone = await builders.slot(host=story.host, starts_at=paris("2027-05-20 09:00"))
    hers = await builders.reservation(slot=alone, **more)
    await propose(story, visit=half)
    assert (await proposal_of(story.reservation, now=NOW)).to_account == story.marie
    (asked,) = await posted()
    assert (asked.to, "Autre moitié" in text_of(asked)) == ([MARIE], True)
    await take(story)
    followed = "SELECT booked_by FROM reservations WHERE id = $1"
    visits = (story.reservation, half, change, hers)
    assert [await value(followed, one) for one in visits] == [story.marie] * 3 + [story.teacher]
    mails = await posted()
    both = {"r-1@technilab.example", "r-3@technilab.example"}
    told = [(mail.to[0], entries(mail)) for mail in mails if entries(mail)]
    expected = [(CLAIRE, {(uid, "CANCEL") for uid in both}), (MARIE, {(uid, "REQUEST") for uid in both})]
    at_host = both if lycees == 1 else {"r-1@technilab.example"}
    expected.append((JULES, {(uid, "REQUEST") for uid in at_host}))
    expected += [(INES, {("r-3@technilab.example", "REQUEST")})] if lycees == 2 else []
    assert sorted(told, key=str) == sorted(expected, key=str)


async def test_a_tap_at_the_last_moment_and_the_clock_do_not_both_have_their_way(db):
    story = await a_world()
    await propose(story)
    token, end = await links(story), NOW + timedelta(days=7)
    tap = answer_by_link(token, takes=True, secret_key=SETTINGS.secret_key, now=end - timedelta(seconds=1))
    tapped, ended = await asyncio.gather(tap, end_unanswered(now=end), return_exceptions=True)
    acts = await seen("SELECT act FROM events WHERE act IN ('reservation_taken_over', 'reservation_unanswered')")
    assert acts == ([("reservation_taken_over",)] if tapped is None else [("reservation_unanswered",)])
    assert ended == (0 if tapped is None else 1)
