"""What a person says of herself, on her page and through the API.

A name that others read is a name, wherever it is typed: the rule of the sign-up page is everybody's.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.people.accounts.rules import csrf_of, local_path, plain_email, plain_phone, proof_beside_mail, wait_for
from booking.people.accounts.token import issue_token
from tests import builders
from tests.booking.api.test_own import a_teacher
from tests.booking.mails.story import CLAIRE, reserved
from tests.browsing import Browser, Machine, read
from tests.builders import NOW, paris
from tests.telling import tell
from workshops.database import row, rows, value
from workshops.events.record import record
from workshops.refusals import Invalid

PROFILE = {"name": "Claire Renaud", "phone": "06.12.34.56.78"}


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
    app.state.clock = lambda: NOW
    claire = await builders.person("host", name="Claire Renaud", school=await builders.school(kind="lycee"))
    browser = await Browser(app, now=NOW).sign_in(claire)
    assert 'name="day_before" value="oui" checked>' in (await browser.get("/compte")).text
    told = {"name": "  Claire   Renaud-Petit ", "phone": "06.12.34.56.78"}
    answer = await browser.post("/compte/profil", told)
    assert answer.headers["location"] == "/compte?fait=profil-enregistre"
    kept = await row("SELECT name, phone, phone_at, unwanted FROM accounts")
    assert tuple(kept) == ("Claire Renaud-Petit", "06 12 34 56 78", NOW, ["day_before"])
    events = await rows("SELECT act, by, about, detail FROM events WHERE act LIKE 'profile%'")
    assert [tuple(one) for one in events] == [("profile_changed", claire, claire, "nom, téléphone, rappels")]
    shown = (await browser.get("/compte")).text
    assert 'value="06 12 34 56 78"' in shown
    assert 'name="day_before" value="oui">' in shown
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


async def test_a_teacher_is_reminded_of_nothing_and_the_reminders_of_her_other_role_stay_as_they_were_chosen(app):
    claire, teacher = await _teacher(app)
    host = await builders.membership(claire, "host", school=await builders.school(kind="lycee"))
    browser = await Browser(app, now=NOW).sign_in(claire, membership=host)
    await browser.post("/compte/profil", {"name": "Claire Renaud"})
    shown = read(await teacher.get("/compte"))
    assert ("Téléphone pour le jour" in shown, "Rappels par mail" in shown) == (True, False)
    await teacher.post("/compte/profil", PROFILE)
    assert await value("SELECT unwanted FROM accounts") == ["day_before"]


async def test_a_role_without_visits_is_asked_for_no_number_and_keeps_that_of_another_one(app):
    claire, browser = await _teacher(app)
    await browser.post("/compte/profil", PROFILE)
    reading = await builders.membership(claire, "inspector", departments=("25",))
    inspector = await Browser(app, now=NOW).sign_in(claire, membership=reading)
    assert "Téléphone pour le jour" not in read(await inspector.get("/compte"))
    await inspector.post("/compte/profil", {"name": "Claire R", "phone": ""})
    assert tuple(await row("SELECT name, phone FROM accounts")) == ("Claire R", "06 12 34 56 78")


async def test_a_reminder_that_is_not_wanted_does_not_come_and_an_act_is_always_told(db):
    story = await reserved()
    await rows("UPDATE accounts SET unwanted = '{week_before}' WHERE id = $1", story.teacher)
    on = {"by": None, "about_kind": "reservation", "about": story.reservation, "now": NOW}
    for act in ("visit_in_a_week", "visit_tomorrow"):
        await record(act, also=20270325, **on)
    await record("reservation_cancel", was="confirmed", state="cancelled_by_teacher", **on)
    await tell(now=NOW)
    kinds = await rows("SELECT kind FROM notices WHERE to_email = $1 ORDER BY kind", CLAIRE)
    assert [one["kind"] for one in kinds] == ["eve", "reservation_cancelled"]


async def test_a_machine_reads_and_changes_its_owner_s_profile(db):
    _, reader = await a_teacher()
    await rows("UPDATE api_tokens SET writes = true")
    asked = {"name": "Claire R", "day_phone": "0612345678", "reminders": ["day_before"], "mails": "daily"}
    answer = await reader.client.put("/me", json=asked)
    told = asked | {"day_phone": "06 12 34 56 78"}
    assert (answer.status_code, answer.json()) == (200, told)
    me = (await reader.get("/me")).json()
    assert {part: me[part] for part in told} == told
    for wrong in ({"reminders": ["all"]}, {"mails": "weekly"}):
        assert (await reader.client.put("/me", json={"name": "Claire R"} | wrong)).status_code == 422
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


WRONG = ("Cliquez http://x.example", "a@b.fr", "Gagnez 100 euros")
SAID = "écrivez-les seuls, par exemple Claire Renaud."


@pytest.fixture
def still(app):
    app.state.clock = lambda: NOW
    return app


async def someone(app, role: str, **place: int) -> Browser:
    account = await builders.person(role, f"{role}@example.org", name="Claire Renaud", **place)
    return await Browser(app, now=NOW).sign_in(account)


@pytest.mark.parametrize("name", WRONG)
async def test_on_one_s_own_page_and_by_a_key(still, name):
    claire = await someone(still, "teacher", school=await builders.school())
    page = await claire.post("/compte/profil", {"name": name, "phone": ""})
    assert (page.status_code, SAID in read(page)) == (422, True)
    token = secrets.token_urlsafe(32)
    await issue_token("teacher@example.org", token=token, now=NOW)
    sent = await Machine(still, token).client.put("/me", json={"name": name})
    assert (sent.status_code, SAID in sent.json()["errors"]["name"]) == (422, True)
    assert await value("SELECT name FROM accounts") == "Claire Renaud"


async def test_who_had_such_a_name_before_keeps_it_with_the_rest_that_she_changes(still):
    account = await builders.person("teacher", school=await builders.school(), name="claire.renaud2")
    claire = await Browser(still, now=NOW).sign_in(account)
    kept = await claire.post("/compte/profil", {"name": "claire.renaud2", "phone": "06 12 34 56 78"})
    assert (kept.status_code, await value("SELECT phone FROM accounts")) == (303, "06 12 34 56 78")


@pytest.mark.parametrize("name", WRONG)
async def test_in_an_invitation_of_the_coordination_one_or_a_pasted_list(still, name):
    nadia, college = await someone(still, "coordinator"), await builders.school()
    uai = await value("SELECT uai FROM schools WHERE id = $1", college)
    asked = {"email": "marie@example.org", "name": name, "role": "teacher", "school": uai}
    page = await nadia.post("/gestion/comptes", asked)
    assert (page.status_code, SAID in read(page)) == (422, True)
    pasted = {"lines": f"marie@example.org;enseignant;{uai};{name}"}
    assert SAID in read(await nadia.post("/gestion/comptes/invitations/liste", pasted))
    await nadia.post("/gestion/comptes/invitations/envoi", pasted)
    assert await value("SELECT count(*) FROM accounts") == 1


@pytest.mark.parametrize("name", WRONG)
async def test_in_an_invitation_of_a_lycee(still, name):
    jules = await someone(still, "host", school=await builders.school(kind="lycee"))
    page = await jules.post("/lycee/collegues", {"email": "marie@example.org", "name": name})
    assert (page.status_code, SAID in read(page)) == (422, True)
    assert await value("SELECT count(*) FROM accounts") == 1


@pytest.mark.parametrize("name", WRONG)
async def test_of_a_company_s_visitors(still, name):
    company = await builders.company()
    luc = await someone(still, "company", company=company)
    coming = await builders.attendance(slot=await builders.slot(), company=company)
    told = {"people": "2", "role": "temoignage", "visitors": f"Luc Petit\n{name}"}
    page = await luc.post(f"/venues/{coming}", told)
    assert (page.status_code, SAID in read(page)) == (422, True)
    assert await value("SELECT visitors FROM attendances") == ""


@pytest.mark.parametrize("name", WRONG)
async def test_of_a_principal(still, name):
    claire = await someone(still, "teacher", school=await builders.school(mail="ce.0250010a@ac-besancon.fr"))
    asked = {"needed": "oui", "principal_name": name, "principal_mail": "chef@example.org"}
    page = await claire.post("/mon-college", asked)
    assert (page.status_code, SAID in read(page)) == (422, True)
    assert await value("SELECT count(*) FROM schools WHERE principal_name <> ''") == 0


@pytest.mark.parametrize("name", WRONG)
async def test_of_a_company_that_asks_to_join(still, name):
    asked = {"siret": "55208131766522", "company_name": "Scierie", "commune": "Pontarlier", "email": "luc@example.org"}
    page = await Browser(still).post("/rejoindre", asked | {"contact_name": name, "proposal": "Un témoignage."})
    assert (page.status_code, SAID in read(page)) == (422, True)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "claire",
        "@ac.fr",
        "a b@ac.fr",
        "a@b@c.fr",
        "claire@-ac.fr",
        "claire@gmail",
        "claire@gmail.",
        "claire@a..fr",
        "x" * 65 + "@a.fr",
    ],
)
def test_what_cannot_be_an_address_is_refused(typed):
    with pytest.raises(Invalid) as no:
        plain_email(typed)
    assert set(no.value.errors) == {"email"}


def test_an_address_is_kept_in_one_form():
    assert plain_email("  Claire.Renaud@AC-Besancon.fr ") == "claire.renaud@ac-besancon.fr"


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("/mes-visites", "/mes-visites"),
        ("/creneaux?niveau=4e&du=2027-03-01", "/creneaux?niveau=4e&du=2027-03-01"),
        ("https://evil.example", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/a\r\nSet-Cookie: x", "/"),
        ("javascript:alert(1)", "/"),
        (None, "/"),
    ],
)
def test_after_sign_in_one_goes_to_a_path_of_ours_only(asked, kept):
    assert local_path(asked) == kept


@given(st.text(max_size=60))
def test_no_text_leads_away_from_the_site(text):
    kept = local_path(text)
    assert kept[:1] == "/" and kept[1:2] not in {"/", "\\"}


def test_the_form_token_belongs_to_one_session():
    assert csrf_of("a", "k") == csrf_of("a", "k")
    assert len({csrf_of("a", "k"), csrf_of("b", "k"), csrf_of("a", "l")}) == 3


def test_five_tries_in_a_quarter_of_an_hour_are_the_most():
    tries = [NOW - timedelta(minutes=minutes) for minutes in (1, 2, 3, 4, 5)]
    assert wait_for(tries, most=5, now=NOW) == 600
    assert wait_for(tries[:4], most=5, now=NOW) == 0
    assert wait_for([NOW - timedelta(minutes=16)] * 9, most=5, now=NOW) == 0


@pytest.mark.parametrize(
    ("role", "phone", "passkeys", "asked"),
    [
        ("host", True, True, "phone"),
        ("host", False, True, ""),
        ("coordinator", False, True, "passkey"),
        ("coordinator", True, False, "phone"),
        ("coordinator", False, False, ""),
    ],
)
def test_a_mail_is_backed_by_the_phone_else_by_a_coordinators_passkey(role, phone, passkeys, asked):
    assert proof_beside_mail(role, phone=phone, passkeys=passkeys) == asked
