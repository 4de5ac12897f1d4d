"""A mentoring action in the mails and the agendas of the lycée and of the company."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import icalendar
import pytest
from msgspec.structs import replace

from booking.calendar.feeds.give import give_feed
from booking.calendar.feeds.publish import publish
from booking.calendar.feeds.queries import feed
from tests.booking.mails.story import SETTINGS, posted, text_of
from tests.booking.outbox.notices.outbox import held
from tests.builders import NOW, account, company, membership, paris, school, whose
from tests.builders_ptech import cohort, mentor, scheme
from tests.smtp import Taken
from workshops.database import rows
from workshops.programmes.ptech.plan_action import PlanAction, change_action, plan_action
from workshops.programmes.ptech.settle_action import CallOffAction, HoldAction, call_off_action, hold_action
from workshops.scope import EVERYTHING, of_company, of_school

JULES, INES = "jules@example.org", "ines@example.org"
VISIT = PlanAction(
    kind="visite", title="Visite de l'atelier", starts_at=paris("2027-03-25 09:00"), minutes=120, people=2
)


@dataclass(frozen=True)
class Story:
    school: int
    company: int
    cohort: int
    host: int
    hat: int
    guest_hat: int

    def acts(self, now: datetime = NOW) -> dict[str, Any]:
        """For whom, by whom and when an act of the lycée is done."""
        return whose(of_school(self.school), by=self.host, now=now)


async def mentored() -> Story:
    """Jules receives at Lycée Jules Haag, whose cohort of 2026 is mentored by Inès's company."""
    haag = await school(kind="lycee", name="Lycée Jules Haag")
    firm = await company(name="Horlogerie du Doubs")
    jules, ines = await account(JULES, name="Jules Marchand"), await account(INES, name="Inès Caron")
    hat, guest_hat = await membership(jules, "host", school=haag), await membership(ines, "company", company=firm)
    await membership(await account("ferme@example.org", disabled_at=NOW), "company", company=firm)
    made = await cohort(of=await scheme(school=haag, opens_on=date(2026, 9, 1)), entry_year=2026)
    await mentor(made, company=firm, from_on=date(2026, 9, 15))
    return Story(haag, firm, made, jules, hat, guest_hat)


async def planned(story: Story, asked: PlanAction = VISIT, *, company: int | None = 0, **more: object) -> int:
    """With its mentor, unless another company leads it or none."""
    asked = replace(asked, company=story.company if company == 0 else company)
    return await plan_action(story.cohort, asked, **{"uid": "m-1@t.example", **story.acts(), **more})


async def announced(story: Story) -> int:
    """Planned, and told to both sides."""
    made = await planned(story)
    await posted()
    return made


def entry_in(mail: Taken) -> tuple[str, icalendar.Event]:
    """The method and the only entry of a mail's calendar part, read by icalendar."""
    read = icalendar.Calendar.from_ical(mail.part("text/calendar").get_content())
    (event,) = read.walk("VEVENT")
    return str(read["METHOD"]), event  # type: ignore[return-value]


async def test_the_lycee_and_the_company_are_invited_each_to_its_own_page(db):
    story = await mentored()
    await planned(story)
    to_host, to_company = await posted()
    assert [str(one.message["To"]) for one in (to_host, to_company)] == [
        "Jules Marchand <jules@example.org>",
        "Inès Caron <ines@example.org>",
    ]
    assert text_of(to_host) == (
        "Bonjour,\n\n"
        "Une action de mentorat P-TECH est prévue le jeudi 25 mars 2027 à 9 h 00 : « Visite de l'atelier ».\n\n"
        "Quand : jeudi 25 mars 2027, de 9 h 00 à 11 h 00\n"
        "Où : Horlogerie du Doubs, Besançon\n"
        "Action : Visite d'entreprise : Visite de l'atelier (2 h)\n"
        "Cohorte : P-TECH Microtechniques, rentrée 2026, Lycée Jules Haag\n"
        "Entreprise : Horlogerie du Doubs, 2 personnes\n\n"
        "L'invitation jointe la met dans votre agenda. Après l'action, comptez les élèves présents sur la page de la"
        " cohorte.\n\n"
        "Ouvrir la cohorte :\n"
        f"http://127.0.0.1:8000/lycee/ptech/cohortes/{story.cohort}\n"
    )
    assert text_of(to_company).split("\n")[-2] == f"http://127.0.0.1:8000/entreprise/cohortes/{story.cohort}"
    method, event = entry_in(to_company)
    assert (method, str(event["UID"]), event["SEQUENCE"], str(event["STATUS"])) == (
        "REQUEST",
        "m-1@t.example",
        0,
        "CONFIRMED",
    )
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (paris("2027-03-25 09:00"), paris("2027-03-25 11:00"))
    assert str(event["SUMMARY"]) == "P-TECH : Visite de l'atelier, P-TECH Microtechniques, rentrée 2026"
    assert str(event["ATTENDEE"]) == "mailto:ines@example.org"


async def test_a_change_across_the_clock_change_is_the_same_entry_with_a_higher_sequence(db):
    story = await mentored()
    made = await announced(story)
    later = PlanAction(
        kind="visite",
        title="Visite de l'atelier",
        starts_at=paris("2027-03-29 14:00"),
        minutes=90,
        people=1,
        place="Horlogerie du Doubs, 3 rue des Remparts, Morteau",
    )
    await change_action(made, later, scope=of_company(story.company), by=story.host, now=NOW)
    to_host, _ = await posted()
    method, event = entry_in(to_host)
    assert (method, str(event["UID"]), event["SEQUENCE"]) == ("REQUEST", "m-1@t.example", 1)
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (paris("2027-03-29 14:00"), paris("2027-03-29 15:30"))
    assert str(event["LOCATION"]) == "Horlogerie du Doubs, 3 rue des Remparts, Morteau"
    assert "GEO" not in event


async def test_a_change_of_nothing_tells_nobody(db):
    story = await mentored()
    made = await announced(story)
    await change_action(made, VISIT, **story.acts())
    assert await posted() == []
    assert [act for (act,) in await rows("SELECT act FROM events ORDER BY id")] == ["action_planned"]


async def test_what_is_called_off_leaves_the_agendas(db):
    story = await mentored()
    made = await announced(story)
    await call_off_action(made, CallOffAction(reason="Machine en panne"), **story.acts())
    to_host, to_company = await posted()
    assert str(to_company.message["Subject"]) == ("Mentorat P-TECH annulé : Visite de l'atelier, jeudi 25 mars 2027")
    assert "Motif : Machine en panne\n" in text_of(to_host)
    method, event = entry_in(to_host)
    assert (method, str(event["STATUS"]), event["SEQUENCE"]) == ("CANCEL", "CANCELLED", 1)


async def test_no_cancel_goes_to_somebody_whose_invitation_never_left(db):
    story = await mentored()
    made = await planned(story)
    await call_off_action(made, CallOffAction(reason="Trop tôt"), **story.acts())
    assert await posted() == []


async def test_a_visit_of_the_same_number_does_not_stop_the_cancel(db):
    story = await mentored()
    made = await announced(story)
    await rows(
        """INSERT INTO notices (kind, to_email, about, once, created_at, next_try_at)
           VALUES ('reservation_received', $1, $2, 'held back', $3, $4)""",
        JULES,
        made,
        NOW,
        NOW + timedelta(days=9),
    )
    await call_off_action(made, CallOffAction(reason="Machine en panne"), **story.acts())
    assert sorted(str(one.message["To"]) for one in await posted()) == [
        "Inès Caron <ines@example.org>",
        "Jules Marchand <jules@example.org>",
    ]


async def test_an_action_already_over_is_written_down_and_told_to_nobody(db):
    story = await mentored()
    past = PlanAction(kind="visite", title="Visite", starts_at=paris("2026-11-02 09:00"), minutes=60)
    made = await planned(story, past)
    assert await hold_action(made, HoldAction(pupils=20), **story.acts()) == story.cohort
    assert await held("kind") == []


async def test_a_stage_is_told_by_its_first_day_and_its_whole_length(db):
    story = await mentored()
    stage = PlanAction(kind="stage", title="Stage", starts_at=paris("2027-05-17 08:30"), minutes=2100)
    await planned(story, stage)
    mail, _ = await posted()
    assert text_of(mail).split("\n")[4:6] == [
        "Quand : à partir du lundi 17 mai 2027, 8 h 30",
        "Durée : 35 h par élève, en tout",
    ]
    _, event = entry_in(mail)
    assert event["DTEND"].dt == paris("2027-05-17 15:30")


async def test_a_lycee_alone_invites_its_hosts_only(db):
    story = await mentored()
    await planned(story, company=None)
    (mail,) = await posted()
    assert str(mail.message["To"]) == "Jules Marchand <jules@example.org>"


@pytest.mark.parametrize(("hat", "path"), [("hat", "/lycee/ptech/cohortes/"), ("guest_hat", "/entreprise/cohortes/")])
async def test_both_follow_their_actions_in_the_agenda_they_subscribe_to(db, hat, path):
    story = await mentored()
    made = await planned(story)
    account_of = await rows("SELECT account FROM memberships WHERE id = $1", getattr(story, hat))
    await give_feed(getattr(story, hat), account=account_of[0][0], token="secret", now=NOW)
    followed = await feed("secret", now=NOW)
    (line,) = followed.lines
    assert (line.uid, line.state, line.path) == ("m-1@t.example", "planned", f"{path}{story.cohort}")
    await call_off_action(made, CallOffAction(reason="Machine en panne"), scope=EVERYTHING, by=story.host, now=NOW)
    followed = await feed("secret", now=NOW)
    assert [one.state for one in followed.lines] == ["called_off"]


async def test_another_lycees_and_another_companys_agendas_do_not_show_it(db):
    story = await mentored()
    await planned(story)
    for role, place in (("host", {"school": await school(kind="lycee")}), ("company", {"company": await company()})):
        someone = await account()
        await give_feed(await membership(someone, role, **place), account=someone, token=role, now=NOW)
        followed = await feed(role, now=NOW)
        assert followed.lines == []


async def test_a_followed_action_is_dated_by_its_last_change_and_leaves_thirty_days_after_it_is_called_off(db):
    story = await mentored()
    made = await planned(story)
    await give_feed(story.hat, account=story.host, token="secret", now=NOW)

    async def followed(after: timedelta) -> list[tuple[str, int, str]]:
        found = await feed("secret", now=NOW + after)
        assert found is not None
        read = icalendar.Calendar.from_ical(publish(found, SETTINGS, now=NOW + after).body)
        return [(str(one["UID"]), one["SEQUENCE"], f"{one['DTSTAMP'].dt:%d/%m}") for one in read.walk("VEVENT")]

    assert await followed(timedelta()) == [("m-1@t.example", 0, "11/01")]
    later = NOW + timedelta(days=2)
    await call_off_action(made, CallOffAction(reason="Machine en panne"), scope=EVERYTHING, by=story.host, now=later)
    assert await followed(timedelta(days=31)) == [("m-1@t.example", 1, "13/01")]
    assert await followed(timedelta(days=32, hours=1)) == []
