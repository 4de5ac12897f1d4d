"""An act on a series tells each group by one mail, whatever it has reserved of it; others are told as before."""

from __future__ import annotations

from datetime import time

import pytest

from booking.visits.slot_changes.several import Shift
from tests import builders
from tests.booking.mails.story import posted, text_of
from tests.booking.mails.test_hosts import entries
from tests.booking.visits.slot_changes.test_several import Thursdays, a_group
from tests.builders import NOW, paris
from workshops.database import rows, value
from workshops.slots.call_off import CallOffSlot

CLAIRE = "4eb@example.org"


async def two_visits_of_one_group() -> tuple[Thursdays, list[str], str]:
    """4e B comes to the first and the last Thursday; the UIDs, the host's address."""
    series = await Thursdays.opened()
    first, _, last = await series.slots()
    group, _ = await a_group(first.id)
    teacher = await value("SELECT id FROM accounts WHERE email = $1", CLAIRE)
    await builders.reservation(slot=last.id, group=group, by=teacher, pupils=20)
    uids = [one["uid"] for one in await rows("SELECT uid FROM reservations ORDER BY starts_at")]
    return series, uids, str(await value("SELECT email FROM accounts WHERE id = $1", series.host))


@pytest.mark.parametrize(
    ("asked", "method", "label"),
    [
        (CallOffSlot(reason="Panne"), "CANCEL", "Annulée aussi"),
        (Shift(starts=time(14), ends=time(16)), "REQUEST", "Déplacée aussi"),
    ],
)
async def test_one_mail_to_the_teacher_and_one_to_the_lycee_bring_both_entries(db, asked, method, label):
    series, uids, host = await two_visits_of_one_group()
    await series.change(asked)
    mails = {mail.to[0]: mail for mail in await posted()}
    told = {to: sorted(entries(mail)) for to, mail in mails.items()}
    assert told == {to: sorted((method, uid) for uid in uids) for to in (CLAIRE, host)}
    assert all(f"{label} : jeudi" in text_of(mail) for mail in mails.values())
    assert await value("SELECT count(*) FROM reservations WHERE sequence = 1") == 2


async def test_two_groups_are_told_apart_and_so_is_a_group_s_visit_that_only_waits(db):
    series, _, host = await two_visits_of_one_group()
    first, middle, _ = await series.slots()
    await a_group(first.id, "5e A")
    group = await value("SELECT id FROM groups WHERE name = '4e B'")
    teacher = await value("SELECT id FROM accounts WHERE email = $1", CLAIRE)
    await builders.reservation(slot=middle.id, group=group, by=teacher, pupils=20, state="waiting")
    await series.change(CallOffSlot(reason="Panne"))
    sent = [mail.to[0] for mail in await posted()]
    assert sorted(sent) == sorted([CLAIRE, CLAIRE, "5ea@example.org", host, host])
    acts = await rows("SELECT act FROM events WHERE act LIKE 'reservation_call_off%' ORDER BY act")
    assert [one["act"] for one in acts] == [*["reservation_call_off"] * 3, "reservation_call_off_also"]


async def test_the_mail_of_a_later_act_tells_of_no_visit_that_stays(db):
    series, _, _ = await two_visits_of_one_group()
    await series.change(Shift(starts=time(14), ends=time(16)))
    await posted(now=NOW)
    await series.change(CallOffSlot(reason="Panne"), of={one.on for one in (await series.slots())[:1]})
    mails = await posted()
    assert [len(entries(mail)) for mail in mails] == [1, 1]


@pytest.mark.parametrize("waits", [0, 1])
async def test_of_two_visits_ended_at_once_the_one_whose_invitation_waits_leaves_no_agenda(db, waits):
    series, uids, _ = await two_visits_of_one_group()
    teacher = await value("SELECT id FROM accounts WHERE email = $1", CLAIRE)
    for place, one in enumerate(await rows("SELECT id FROM reservations ORDER BY starts_at")):
        told = {"about": one["id"], "about_kind": "reservation", "account": teacher, "entry": "REQUEST"}
        state = "queued" if place == waits else "sent"
        await builders.notice(
            kind="reservation_confirmed",
            to_email=CLAIRE,
            state=state,
            **told | {"next_try_at": paris("2027-06-01 08:00")},
        )
    await series.change(CallOffSlot(reason="Panne"))
    [mail] = [mail for mail in await posted() if mail.to[0] == CLAIRE]
    assert entries(mail) == [("CANCEL", uids[1 - waits])]
