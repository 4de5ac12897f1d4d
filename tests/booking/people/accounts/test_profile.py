"""What a person says of herself, on her page and through the API."""

from __future__ import annotations

import pytest

from booking.people.accounts.rules import plain_phone
from tests import builders
from tests.booking.api.test_own import a_teacher
from tests.booking.mails.story import CLAIRE, reserved
from tests.browsing import Browser, read
from tests.builders import NOW, paris
from tests.telling import tell
from workshops.database import row, rows, value
from workshops.events.record import record
from workshops.refusals import Invalid

PROFILE = {"name": "Claire Renaud", "phone": "06.12.34.56.78", "week_before": "oui", "day_before": "oui"}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        ("06 12 34 56 78", "06 12 34 56 78"),
        ("+33 6 12 34 56 78", "06 12 34 56 78"),
        ("0033612345678", "06 12 34 56 78"),
        ("+33 (0)6-12-34-56-78", "06 12 34 56 78"),
        ("+41 79 123 45 67", "+41 791234567"),
    ],
)
def test_a_number_is_kept_in_one_form(typed, kept):
    assert plain_phone(typed) == kept


@pytest.mark.parametrize("typed", ["0612", "06 12 34 56 78 90", "appelez-moi", "+0612345678", "٠٦١٢٣٤٥٦٧٨"])
def test_what_is_no_number_is_refused_in_words(typed):
    with pytest.raises(Invalid, match="par exemple 06 12 34 56 78, ou rien"):
        plain_phone(typed)


async def _teacher(app) -> tuple[int, Browser]:
    app.state.clock = lambda: NOW
    claire = await builders.person("teacher", CLAIRE, name="Claire Renaud", school=await builders.school())
    return claire, await Browser(app, now=NOW).sign_in(claire)


async def test_a_person_changes_her_name_her_number_and_her_reminders_and_the_journal_says_only_which(app):
    claire, browser = await _teacher(app)
    told = {"name": "  Claire   Renaud-Petit ", "phone": "06.12.34.56.78", "day_before": "oui"}
    answer = await browser.post("/compte/profil", told)
    assert answer.headers["location"] == "/compte?fait=profil-enregistre"
    kept = await row("SELECT name, phone, phone_at, unwanted FROM accounts")
    assert tuple(kept) == ("Claire Renaud-Petit", "06 12 34 56 78", NOW, ["week_before"])
    events = await rows("SELECT act, by, about, detail FROM events WHERE act LIKE 'profile%'")
    assert [tuple(one) for one in events] == [("profile_changed", claire, claire, "nom, téléphone, rappels")]
    shown = (await browser.get("/compte")).text
    assert 'value="06 12 34 56 78"' in shown
    assert 'name="week_before" value="oui">' in shown
    await browser.post("/compte/profil", told)
    assert await value("SELECT count(*) FROM events WHERE act LIKE 'profile%'") == 1


async def test_what_is_wrong_comes_back_as_it_was_typed_and_nothing_is_kept(app):
    _, browser = await _teacher(app)
    refused = await browser.post("/compte/profil", {"name": "Claire R", "phone": "0612"})
    assert refused.status_code == 422
    assert "Écrivez un numéro complet, par exemple 06 12 34 56 78, ou rien." in read(refused)
    assert 'value="0612"' in refused.text
    assert 'value="Claire R"' in refused.text
    assert (await browser.post("/compte/profil", {"name": " ", "phone": ""})).status_code == 422
    assert tuple(await row("SELECT name, phone FROM accounts")) == ("Claire Renaud", "")


async def test_a_host_who_changes_her_name_still_answers_for_her_workshops(app):
    app.state.clock = lambda: NOW
    lycee = await builders.school(kind="lycee")
    ana = await builders.person("host", name="Ana Roy", school=lycee)
    await builders.workshop(host=lycee, responsible="Ana Roy")
    other = await builders.workshop(responsible="Ana Roy")
    browser = await Browser(app, now=NOW).sign_in(ana)
    await browser.post("/compte/profil", {"name": "Ana Roy-Blanc", "phone": ""})
    assert await value("SELECT responsible FROM workshops WHERE school = $1", lycee) == "Ana Roy-Blanc"
    assert await value("SELECT responsible FROM workshops WHERE id = $1", other) == "Ana Roy"


async def test_the_reminders_of_another_role_stay_as_they_were_chosen(app):
    claire, _ = await _teacher(app)
    await rows("UPDATE accounts SET unwanted = '{week_before}'")
    host = await builders.membership(claire, "host", school=await builders.school(kind="lycee"))
    browser = await Browser(app, now=NOW).sign_in(claire, membership=host)
    assert "Une semaine avant" not in read(await browser.get("/compte"))
    await browser.post("/compte/profil", {"name": "Claire Renaud"})
    assert await value("SELECT unwanted FROM accounts") == ["week_before", "day_before"]


async def test_a_reminder_that_is_not_wanted_does_not_come_and_an_act_is_always_told(db):
    story = await reserved()
    await rows("UPDATE accounts SET unwanted = '{week_before}' WHERE id = $1", story.teacher)
    on = {"by": None, "about_kind": "reservation", "about": story.reservation, "now": NOW}
    for act in ("visit_in_a_week", "visit_tomorrow"):
        await record(act, also=20270325, **on)
    await record("reservation_cancel", was="confirmed", state="cancelled_by_teacher", **on)
    await tell(now=NOW)
    kinds = await rows("SELECT kind FROM notices WHERE to_email = $1 ORDER BY kind", CLAIRE)
    assert [one["kind"] for one in kinds] == ["reminder_1", "reservation_cancelled"]


async def test_a_machine_reads_and_changes_its_owner_s_profile(db):
    _, reader = await a_teacher()
    await rows("UPDATE api_tokens SET writes = true")
    answer = await reader.client.put(
        "/me", json={"name": "Claire R", "day_phone": "0612345678", "reminders": ["day_before"]}
    )
    told = {"name": "Claire R", "day_phone": "06 12 34 56 78", "reminders": ["day_before"]}
    assert (answer.status_code, answer.json()) == (200, told)
    me = (await reader.get("/me")).json()
    assert {part: me[part] for part in told} == told
    wrong = await reader.client.put("/me", json={"name": "Claire R", "reminders": ["all"]})
    assert wrong.status_code == 422
    await rows("UPDATE api_tokens SET writes = false")
    assert (await reader.client.put("/me", json={"name": "Autre"})).status_code == 403


async def test_the_night_after_erases_a_number_when_no_other_visit_is_ahead(db, tmp_path):
    from booking.year.purge import purge  # noqa: PLC0415 - heavy

    story = await reserved()
    await rows("UPDATE accounts SET phone = '06 12 34 56 78', phone_at = $1", NOW)
    held = "SELECT array_agg(id ORDER BY id) FROM accounts WHERE phone <> ''"
    host = await value("SELECT id FROM accounts WHERE id <> $1", story.teacher)
    await purge(data_dir=tmp_path, now=paris("2027-03-25 23:00"))
    assert sorted(await value(held)) == sorted([story.teacher, host])
    later = await builders.slot(host=story.host, starts_at=paris("2027-04-08 09:00"))
    await builders.reservation(slot=later, group=await builders.group(school=story.college))
    await rows("UPDATE slots SET groups_taken = 1")
    await purge(data_dir=tmp_path, now=paris("2027-03-26 04:17"))
    assert await value(held) == [host]
    await purge(data_dir=tmp_path, now=paris("2027-04-09 04:17"))
    assert await value(held) is None


async def test_a_number_that_no_visit_asked_for_is_erased_after_twelve_months(db, tmp_path):
    from booking.year.purge import purge  # noqa: PLC0415 - heavy

    await builders.account(phone="06 12 34 56 78", phone_at=NOW, last_seen_at=paris("2028-01-10 08:00"))
    await purge(data_dir=tmp_path, now=paris("2028-01-10 04:17"))
    assert await value("SELECT phone FROM accounts") == "06 12 34 56 78"
    await purge(data_dir=tmp_path, now=paris("2028-01-12 04:17"))
    assert await value("SELECT phone FROM accounts") == ""
