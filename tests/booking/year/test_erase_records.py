"""When the words of records go: on the day that the public page says, and no count with them."""

from __future__ import annotations

from datetime import date, timedelta

from booking.day.checkin.acts import ReopenVisit
from booking.day.checkin.close_slot import reopen_slot
from booking.outbox.journal.queries import latest
from booking.year.purge import purge
from tests import builders, builders_bts1, builders_ptech
from tests.builders import NOW, paris
from workshops.database import row, rows, value
from workshops.programmes.bts1.draft_course import ChangeCourse, change_course
from workshops.scope import of_school

DAY = timedelta(days=1)
LAST_DAY, NEXT_DAY = paris("2028-07-31 04:17"), paris("2028-08-01 04:17")


async def test_the_explanation_of_a_gap_goes_with_the_next_school_year_and_the_gap_stays_explained(db, tmp_path):
    cohort = await builders_ptech.cohort()
    kept = {"note": "Paul est revenu", "recorded_at": paris("2026-10-05 10:00")}
    number = await builders_ptech.census(cohort, 2026, **kept)
    told = "SELECT note, present FROM ptech_censuses WHERE id = $1"
    assert (await purge(data_dir=tmp_path, now=LAST_DAY))["notes"] == 0
    assert tuple(await row(told, number) or ()) == ("Paul est revenu", 24)
    assert (await purge(data_dir=tmp_path, now=NEXT_DAY))["notes"] == 1
    assert tuple(await row(told, number) or ()) == ("Texte effacé", 24)
    assert (await purge(data_dir=tmp_path, now=NEXT_DAY))["notes"] == 0


async def test_a_note_of_a_course_counts_from_the_day_it_was_written(db, tmp_path):
    lycee = await builders.school(kind="lycee")
    course = await builders_bts1.course(school=lycee)
    card = {"title": "Bachelor Horlogerie", "note": "Voir Paul"}
    own = {"scope": of_school(lycee), "by": None}
    await change_course(course, ChangeCourse(field="Horlogerie", **card), now=paris("2026-09-10 10:00"), **own)
    await change_course(course, ChangeCourse(field="Précision", **card), now=paris("2028-07-01 10:00"), **own)
    await purge(data_dir=tmp_path, now=LAST_DAY)
    assert await value("SELECT note FROM bts1_courses") == "Voir Paul"
    await purge(data_dir=tmp_path, now=NEXT_DAY)
    assert await value("SELECT note FROM bts1_courses") == ""


async def test_an_action_is_called_by_its_kind_and_has_no_place_any_more(db, tmp_path):
    cohort = await builders_ptech.cohort()
    await builders_ptech.action(cohort, title="Visite chez Paul", starts_at=paris("2027-02-04 09:00"), place="Chez lui")
    told = "SELECT title, place, minutes FROM mentoring_actions"
    await purge(data_dir=tmp_path, now=LAST_DAY)
    before = await row(told)
    await purge(data_dir=tmp_path, now=NEXT_DAY)
    after = await row(told)
    assert before is not None and after is not None
    assert (before["title"], after["title"], after["place"]) == ("Visite chez Paul", "Visite d'entreprise", "")
    assert after["minutes"] == before["minutes"]


async def test_why_a_visit_was_reopened_leaves_the_journal_with_the_school_year_and_its_line_stays(db, tmp_path):
    slot = await builders.slot(state="done")
    boss = await builders.account()
    await reopen_slot(slot, ReopenVisit(reason="Un groupe oublié"), account=boss, now=paris("2027-06-01 10:00"))
    for night, words in ("2027-07-31 04:17", "Un groupe oublié"), ("2027-08-01 04:17", ""):
        await purge(data_dir=tmp_path, now=paris(night))
        (told,) = [one for one in await latest() if one.act == "slot_reopened"]
        assert (told.account, told.about, told.detail) == (boss, slot, words)


async def test_the_closures_of_a_lycee_go_with_their_school_year_and_the_holidays_stay(db, tmp_path):
    lycee = await builders.school(kind="lycee")
    closed = "INSERT INTO closures (kind, school, label, first_on, last_on) VALUES ($1, $2, $3, $4, $4)"
    await rows(closed, "closure", lycee, "Obsèques de Paul", date(2027, 7, 31))
    await rows(closed, "closure", lycee, "Portes ouvertes", date(2027, 8, 1))
    await rows(closed, "public_holiday", None, "Ascension", date(2027, 5, 6))
    await purge(data_dir=tmp_path, now=paris("2027-08-01 04:17"))
    left = [one["label"] for one in await rows("SELECT label FROM closures ORDER BY label")]
    assert left == ["Ascension", "Portes ouvertes"]


async def test_who_answers_for_a_workshop_is_forgotten_a_year_after_its_last_slot_and_it_is_withdrawn(db, tmp_path):
    old = paris("2026-09-01 10:00")
    serves, idle = [await builders.workshop(created_at=old) for _ in range(2)]
    over = {"created_at": old, "state": "done"}
    await builders.slot(workshop=idle, starts_at=NOW, **over)
    await builders.slot(workshop=serves, starts_at=NOW + 30 * DAY, **over)
    told = "SELECT responsible, state FROM workshops WHERE id = $1"
    counts = await purge(data_dir=tmp_path, now=NOW + 366 * DAY)
    assert counts["responsibles"] == 1
    assert tuple(await row(told, idle) or ()) == ("", "withdrawn")
    assert tuple(await row(told, serves) or ()) == ("Le directeur délégué", "published")


async def test_the_reference_of_a_demand_goes_after_thirty_days(db, tmp_path):
    asked = {"idempotency_key": "paul-1", "asked": "empreinte", "created_at": NOW}
    visit = await builders.reservation(slot=await builders.slot(), group=await builders.group(), **asked)
    told = "SELECT idempotency_key, asked FROM reservations WHERE id = $1"
    await purge(data_dir=tmp_path, now=NOW + 30 * DAY)
    assert tuple(await row(told, visit) or ()) == ("paul-1", "empreinte")
    await purge(data_dir=tmp_path, now=NOW + 31 * DAY)
    assert tuple(await row(told, visit) or ()) == (None, "")


async def test_the_reference_of_a_demand_without_a_reservation_goes_after_thirty_days_too(db, tmp_path):
    group = await builders.group()
    demand = await builders.demand(group, sentence=2, idempotency_key="paul-1", asked="empreinte", asked_at=NOW)
    told = "SELECT idempotency_key, asked FROM demands WHERE id = $1"
    await purge(data_dir=tmp_path, now=NOW + 30 * DAY)
    assert tuple(await row(told, demand) or ()) == ("paul-1", "empreinte")
    await purge(data_dir=tmp_path, now=NOW + 31 * DAY)
    assert tuple(await row(told, demand) or ()) == (None, "")


async def test_a_file_of_records_is_no_longer_undone_once_words_that_it_replaced_have_gone(db, tmp_path):
    course = await builders_bts1.course(school=await builders.school(kind="lycee"))
    await rows(
        "UPDATE bts1_courses SET note = 'Voir Paul', noted_at = $2 WHERE id = $1", course, paris("2026-09-10 10:00")
    )
    kept = "INSERT INTO imports (kind, at, by, made, before, after) VALUES ($1, $2, 1, '{}', 'Paul', '')"
    await rows(kept, "records", paris("2028-07-30 10:00"))
    await purge(data_dir=tmp_path, now=LAST_DAY)
    assert await value("SELECT before FROM imports") == "Paul"
    await purge(data_dir=tmp_path, now=NEXT_DAY)
    assert await value("SELECT count(*) FROM imports") == 0
    await rows(kept, "schools", paris("2026-09-10 10:00"))
    await purge(data_dir=tmp_path, now=NEXT_DAY)
    assert await value("SELECT kind FROM imports") == "schools"
