"""Another date proposed from an agenda (METHOD:COUNTER) is answered once a day, with the page where it is changed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from icalendar import Calendar

from booking.calendar.replies.mailbox import read_folder
from tests import builders, builders_ptech
from tests.booking.calendar.replies.mails import SECRET, UID, by_google
from tests.booking.mails.story import posted, text_of
from tests.builders import NOW, paris
from tests.conformance.libical import restrictions_hold
from tests.smtp import Taken
from workshops.database import rows, value

pytestmark = pytest.mark.usefixtures("db")
CLAIRE, JULES, LISE, EMMA = "claire@example.org", "jules@example.org", "lise@example.org", "emma@example.org"


async def world(*, state: str = "confirmed", sequence: int = 0) -> tuple[int, int]:
    """Claire's visit at Jules's lycée, with Lise's lycée beside; returns the reservation and the slot."""
    haag, fert = [await builders.school(kind="lycee", name=f"Lycée {name}") for name in ("Jules Haag", "Victor Fert")]
    await builders.person("host", JULES, name="Jules Marchand", school=haag)
    await builders.person("host", LISE, name="Lise Perrin", school=fert)
    stendhal = await builders.school(name="Collège Stendhal")
    claire = await builders.person("teacher", CLAIRE, name="Claire Renaud", school=stendhal)
    slot = await builders.slot(host=haag, starts_at=paris("2027-03-25 09:00"))
    group = await builders.group(school=stendhal, name="4e B")
    visit = await builders.reservation(
        slot=slot, group=group, by=claire, uid=UID, sequence=sequence, state=state, school=stendhal
    )
    return visit, slot


async def proposes(folder: Path, *, now=NOW, headers: bytes = b"", **more: str) -> list[tuple[str, str]]:
    """The mail of somebody who proposes another date is read; returns all that waits to leave since then."""
    (folder / "counter.eml").write_bytes(by_google(headers=headers, **{"method": "COUNTER", **more}))
    await read_folder(folder, secret_key=SECRET, now=now)
    told = await rows("SELECT kind, to_email FROM notices ORDER BY id")
    return [(one["kind"], one["to_email"]) for one in told]


async def answer() -> Taken:
    [mail] = await posted()
    return mail


async def test_a_teacher_who_proposes_another_date_is_told_where_she_changes_it(tmp_path):
    visit, _ = await world(sequence=2)
    assert await proposes(tmp_path, sequence="SEQUENCE:2\r\n") == [("counter_declined", CLAIRE)]
    mail, page = await answer(), f"http://127.0.0.1:8000/reservations/{visit}/autre-date"
    assert (mail.to, mail.message["Subject"]) == (
        [CLAIRE],
        "Date inchangée : Découpe laser, jeudi 25 mars 2027 à 9 h 00",
    )
    assert text_of(mail).startswith("Bonjour,\n\nVotre agenda a proposé une autre date.")
    assert page in text_of(mail)
    part = mail.part("text/calendar")
    raw = part.get_payload(decode=True)
    entry = Calendar.from_ical(raw, multiple=False)
    [event] = entry.events
    assert dict(part["Content-Type"].params)["method"] == str(entry["METHOD"]) == "DECLINECOUNTER"
    assert (str(event.uid), event.sequence) == (UID, 2)
    assert str(event["COMMENT"]) == f"La date se change sur cette page : {page}"
    # libical refuses the version, which RFC 5546 asks for (3.2.8: present if it is not 0).
    assert restrictions_hold(raw.replace(b"SEQUENCE:2\r\n", b"")) == [True]


async def test_a_host_is_led_to_where_the_slot_is_moved(tmp_path):
    _, slot = await world()
    assert await proposes(tmp_path, email=JULES) == [("counter_declined", JULES)]
    assert f"http://127.0.0.1:8000/lycee/creneaux/{slot}/modification" in text_of(await answer())


async def test_a_company_is_told_whom_to_ask(tmp_path):
    _, slot = await world()
    firm = await builders.company()
    emma = await builders.person("company", EMMA, company=firm)
    await builders.attendance(slot=slot, company=firm, by=emma, uid="a-1@t.example")
    assert await proposes(tmp_path, uid="a-1@t.example", email=EMMA) == [("counter_declined", EMMA)]
    words = text_of(await answer())
    assert "C'est le lycée qui fixe la date" in words
    assert "http://127.0.0.1:8000/entreprise" in words


@pytest.mark.parametrize(
    ("who", "page"), [(JULES, "/lycee/ptech/actions/{action}"), (EMMA, "/entreprise/actions/{action}")]
)
async def test_each_side_of_a_mentoring_action_is_led_to_where_it_changes_it(tmp_path, who, page):
    haag = await builders.school(kind="lycee", name="Lycée Jules Haag")
    await builders.person("host", JULES, school=haag)
    firm = await builders.company()
    await builders.person("company", EMMA, company=firm)
    cohort = await builders_ptech.cohort(of=await builders_ptech.scheme(school=haag))
    day = paris("2027-03-25 09:00")
    action = await builders_ptech.action(cohort, starts_at=day, company=firm)
    uid = await value("SELECT uid FROM mentoring_actions")
    assert await proposes(tmp_path, uid=uid, email=who) == [("counter_declined", who)]
    assert f"http://127.0.0.1:8000{page.format(action=action)}" in text_of(await answer())


async def test_a_uid_is_answered_once_a_day_whoever_asks(tmp_path):
    await world()
    await proposes(tmp_path)
    assert await proposes(tmp_path) == [("counter_declined", CLAIRE)]
    assert await proposes(tmp_path, email=JULES) == [("counter_declined", CLAIRE)]
    tomorrow = await proposes(tmp_path, now=NOW + timedelta(days=1))
    assert tomorrow == [("counter_declined", CLAIRE), ("counter_declined", CLAIRE)]


@pytest.mark.parametrize(
    "more",
    [
        {"headers": b"Auto-Submitted: auto-replied\r\n"},
        {"headers": b"Auto-Submitted: auto-generated; owner-email=a@b.c\r\n"},
        {"email": LISE},
        {"email": "stranger@example.org"},
        {"uid": "another@technilab.example"},
        {"sequence": "SEQUENCE:1\r\n"},
    ],
)
async def test_no_machine_no_stranger_and_no_old_version_is_answered(tmp_path, more):
    await world(sequence=2)
    assert await proposes(tmp_path, **({"sequence": "SEQUENCE:2\r\n"} | more)) == []


async def test_what_says_that_it_is_no_machines_is_answered(tmp_path):
    await world()
    assert await proposes(tmp_path, headers=b"Auto-Submitted: no\r\n") == [("counter_declined", CLAIRE)]


@pytest.mark.parametrize("state", ["requested", "waiting", "cancelled_by_teacher", "attended"])
async def test_what_is_not_a_visit_to_come_has_no_date_to_change(tmp_path, state):
    await world(state=state)
    assert await proposes(tmp_path) == []


async def test_a_proposal_changes_no_visit_and_is_no_answer(tmp_path):
    await world()
    before = await rows("SELECT * FROM reservations"), await rows("SELECT * FROM slots")
    await proposes(tmp_path)
    assert (await rows("SELECT * FROM reservations"), await rows("SELECT * FROM slots")) == before
    assert await rows("SELECT * FROM replies") == []
