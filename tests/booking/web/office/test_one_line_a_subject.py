"""À faire has one line a subject, each of which ends: done, or put off to a day by a coordinator."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape

import pytest

from booking.mails.digests import ask_for_digests
from tests import builders, builders_bts1, builders_ptech
from tests.booking.mails.story import posted, text_of
from tests.browsing import Browser, read
from tests.builders import NOW, paris
from workshops.database import rows, value
from workshops.programmes.ptech.follow_cohort import follow
from workshops.scope import EVERYTHING

PAGE = "/gestion/a-faire"
HEADS = "INSERT INTO head_counts (school, school_year, level, pupils) VALUES ($1, 2026, '3e', 20)"
LINE = re.compile(r'<li id="a-faire-([a-z_]+)"[^>]*>(.*?)</li>', re.DOTALL)


def lines(page: str) -> dict[str, str]:
    """The words of each line that waits, by its subject."""
    waiting = page.split('id="remis"', maxsplit=1)[0]
    return {kind: " ".join(unescape(re.sub(r"<[^>]+>", " ", told)).split()) for kind, told in LINE.findall(waiting)}


@pytest.fixture
async def beating(db) -> None:
    """The worker sends."""
    await rows("INSERT INTO heartbeats (name, beat_at) VALUES ('worker', $1)", NOW)


async def at(app, now) -> None:
    """It is this hour, and the worker still sends."""
    app.state.clock = lambda: now
    await rows("UPDATE heartbeats SET beat_at = $1", now)


async def attended(name: str, **more) -> int:
    """A lycée that has a host."""
    lycee = await builders.school(kind="lycee", name=name, commune="Besançon", **more)
    await builders.membership(await builders.account(), "host", school=lycee)
    return lycee


async def counted_college(name: str, **more) -> int:
    """A collège whose head counts are known."""
    college = await builders.school(name=name, **more)
    await rows(HEADS, college)
    return college


async def empty_slots(lycee: int, number: int) -> None:
    for n in range(number):
        await builders.slot(host=lycee, starts_at=NOW + timedelta(days=6, hours=n))


async def test_twelve_empty_slots_of_two_lycees_are_one_line_that_leads_to_their_list(office, beating):
    await counted_college("Collège Stendhal", mail="ce.0250001r@ac-besancon.fr")
    for name, number in (("Lycée Adler", 7), ("Lycée Zola", 5)):
        await empty_slots(await attended(name), number)
    shown = await office.get(PAGE)
    told = lines(shown.text)
    assert list(told) == ["empty"]
    assert told["empty"].startswith("12 créneaux sans groupe")
    listed = read(await office.get(f"{PAGE}/empty"))
    assert "Lycée Adler, Besançon : 7 créneaux sans groupe" in listed
    assert "Lycée Zola, Besançon : 5 créneaux sans groupe" in listed
    assert f'href="{PAGE}/empty"' in shown.text


async def test_empty_slots_whose_letter_is_sent_ask_no_longer_until_a_reminder_may_leave(app, office, beating):
    college = await counted_college("Collège Stendhal", mail="ce.0250001r@ac-besancon.fr")
    other = await counted_college("Collège Diderot", department="39", mail="ce.0390001r@ac-besancon.fr")
    await empty_slots(await attended("Lycée Adler"), 2)
    assert list(lines((await office.get(PAGE)).text)) == ["empty"]
    sent = "INSERT INTO college_invitations (school, school_year, invited_at) VALUES ($1, 2026, $2)"
    await rows(sent, other, NOW)
    await at(app, NOW + timedelta(minutes=1))
    assert list(lines((await office.get(PAGE)).text)) == ["empty"]
    await rows(sent, college, NOW)
    await at(app, NOW + timedelta(minutes=2))
    assert lines((await office.get(PAGE)).text) == {}
    await rows("UPDATE college_invitations SET invited_at = invited_at - interval '15 days'")
    await at(app, NOW + timedelta(minutes=3))
    assert list(lines((await office.get(PAGE)).text)) == ["empty"]


async def test_what_funders_and_classes_lose_is_told(app, office, beating):
    """Each subject has one thing of it here, and one that is as it should be beside it."""
    lycee = await attended("Lycée Jules Haag")
    scheme = await builders_ptech.scheme(school=lycee)
    silent, dead = await builders.company(name="Horlogerie"), await builders.company(name="Lunettes")
    lacking, whole = [await builders_ptech.cohort(of=scheme, entry_year=year) for year in (2025, 2024)]
    mentors = [silent, dead, await builders.company(name="Outillage")]
    for one in (lacking, whole):
        for company in mentors:
            await builders_ptech.mentor(one, company=company, from_on=date(2026, 9, 1))
            last = NOW - timedelta(days=130 if (one, company) == (whole, silent) else 20)
            await builders_ptech.action(one, company=company, starts_at=last, state="held", pupils=20)
    await builders_ptech.census(lacking, 2025, present=24)
    await builders_ptech.census(whole, 2024, present=24)
    await builders_ptech.census(whole, 2024, "june", present=20)
    await builders_ptech.census(whole, 2025, present=19, left_moved=1)
    await builders_ptech.census(whole, 2026, present=19)
    told_course = await builders_bts1.opened(school=lycee, title="Bachelor Horlogerie", on=date(2025, 9, 1))
    await builders_bts1.intake(told_course, 2025, enrolled=12)
    await builders.target(from_on=date(2026, 9, 1))
    waits = await builders.slot(host=lycee, starts_at=NOW + timedelta(days=60), seats=24)
    await builders.reservation(slot=waits, group=await builders.group(pupils=24), pupils=24)
    await builders.reservation(slot=waits, group=await builders.group(pupils=26), pupils=26, state="waiting")
    told = lines((await office.get(PAGE)).text)
    assert list(told) == ["waiting", "census", "intake", "gap", "target", "quiet", "heads"]
    assert told["waiting"].startswith("1 classe attend un créneau 26 élèves")
    assert told["census"].startswith("P-TECH Microtechniques, cohorte 2025 : octobre 2026")
    assert told["intake"].startswith("Bachelor Horlogerie : rentrée 2026")
    assert "Il manque 4 élèves : 24 en octobre 2024, 0 entré, 0 sorti, 20 en juin 2025." in told["gap"]
    assert told["target"].startswith("Collégiens accueillis : 0 sur ")
    assert told["quiet"].startswith("Horlogerie, cohorte 2024")
    assert told["heads"].startswith("2 collèges sans effectif")
    for kind in told:
        listed = (await office.get(f"{PAGE}/{kind}")).text
        for address in re.findall(r'href="(/[^"#]*)', listed[listed.index("<h1>") : listed.index("<footer")]):
            assert (await office.get(unescape(address))).status_code == 200, address
    page = await follow(whole, now=NOW, scope=EVERYTHING)
    assert [one.name for one in page.to_complete(doubted=(), now=NOW).silent] == ["Horlogerie"]
    assert [one.sentence for one in page.gaps] == [
        "Il manque 4 élèves : 24 en octobre 2024, 0 entré, 0 sorti, 20 en juin 2025."
    ]

    # Each ends when it is done.
    await rows("UPDATE reservations SET state = 'cancelled_by_teacher' WHERE state = 'waiting'")
    await builders_ptech.census(lacking, 2026, present=24)
    await builders_bts1.intake(told_course, 2026, enrolled=12)
    await rows("UPDATE ptech_censuses SET note = 'Une classe fermée' WHERE cohort = $1 AND term = 'june'", whole)
    await rows("DELETE FROM targets")
    soon = NOW + timedelta(days=9)
    await builders_ptech.action(whole, company=silent, starts_at=soon)
    counted = await rows("SELECT id FROM schools WHERE kind = 'college'")
    for one in counted:
        await rows(HEADS, one["id"])
    await at(app, NOW + timedelta(minutes=1))
    assert lines((await office.get(PAGE)).text) == {}


async def test_in_october_a_census_is_not_missing_yet(app, nadia, beating):
    await builders_ptech.cohort(of=await builders_ptech.scheme(school=await attended("Lycée Adler")), entry_year=2026)
    for on, missing in ((paris("2026-10-31 12:00"), False), (paris("2026-11-01 12:00"), True)):
        await at(app, on)
        there = await Browser(app, now=on).sign_in(nadia)
        assert ("census" in lines((await there.get(PAGE)).text)) is missing


async def put_off(office, kind: str, until: str):
    return await office.post(f"{PAGE}/{kind}/report", {"until": until})


async def test_a_line_is_put_off_to_a_day_visibly_and_taken_up_again(app, office, nadia, beating):
    for _ in range(2):
        await builders.notice(state="failed")
    assert list(lines((await office.get(PAGE)).text)) == ["failed"]
    done = await put_off(office, "failed", "2027-01-20")
    assert done.headers["location"] == f"{PAGE}?fait=point-remis"
    shown = await office.get(PAGE)
    assert lines(shown.text) == {}
    assert "Remis à plus tard" in read(shown)
    assert "2 mails en échec Remis au mercredi 20 janvier 2027 par Nadia Perrin" in read(shown)
    (event,) = await rows("SELECT by, about_kind, detail FROM events WHERE act = 'to_do_put_off'")
    assert tuple(event) == (nadia, "coordination", "Mails en échec, au mercredi 20 janvier 2027")

    # One more asks at once; the same two ask on that day.
    await builders.notice(state="failed")
    assert lines((await office.get(PAGE)).text)["failed"].startswith("3 mails en échec")
    await rows("DELETE FROM notices WHERE id = (SELECT max(id) FROM notices)")
    for on, asks in ((paris("2027-01-19 23:30"), False), (paris("2027-01-20 00:30"), True)):
        await at(app, on)
        there = await Browser(app, now=on).sign_in(nadia)
        assert ("failed" in lines((await there.get(PAGE)).text)) is asks

    await at(app, NOW)
    assert lines((await office.get(PAGE)).text) == {}
    back = await office.post(f"{PAGE}/failed/reprise")
    assert back.headers["location"] == f"{PAGE}?fait=point-repris"
    assert list(lines((await office.get(PAGE)).text)) == ["failed"]
    assert await value("SELECT detail FROM events WHERE act = 'to_do_taken_up'") == "Mails en échec"
    assert (await office.post(f"{PAGE}/failed/reprise")).status_code == 404


@pytest.mark.parametrize(
    ("kind", "until", "status"),
    [
        ("failed", "2027-01-11", 422),
        ("failed", "2027-07-12", 422),
        ("failed", "demain", 422),
        ("failed", "", 422),
        ("silent", "2027-01-20", 409),
        ("nothing", "2027-01-20", 404),
        ("late", "2027-01-20", 404),
    ],
)
async def test_what_cannot_be_put_off_is_refused_in_words(office, beating, kind, until, status):
    await rows("DELETE FROM heartbeats")
    await builders.notice(state="failed")
    answer = await put_off(office, kind, until)
    assert answer.status_code == status
    if status == 422:
        assert "Choisissez un jour à venir, dans les six mois." in read(answer)
    assert await value("SELECT count(*) FROM put_offs") == 0


async def test_monday_s_mail_tells_the_same_lines(office, nadia, beating):
    await builders.notice(state="failed", kind="invited")
    lycee = await attended("Lycée Adler")
    await counted_college("Collège Stendhal", mail="ce.0250001r@ac-besancon.fr")
    await empty_slots(lycee, 3)
    await builders.reservation(
        slot=await builders.slot(host=lycee, starts_at=paris("2027-01-08 09:00")),
        group=await builders.group(),
        pupils=23,
    )
    await put_off(office, "failed", "2027-01-20")
    titles = [told.split(" Remettre")[0] for told in lines((await office.get(PAGE)).text).values()]
    await ask_for_digests(now=NOW)
    mails = {str(mail.message["To"]): mail for mail in await posted()}
    told = text_of(mails["Nadia Perrin <nadia@example.org>"])
    items = re.findall(r"^- (.*)$", told, re.MULTILINE)
    assert len(items) == len(titles) == 3
    for item, title in zip(items, titles, strict=True):
        assert title.startswith(item)
    assert "mail en échec" not in told


async def test_every_subject_has_a_list_of_its_own_and_no_two_share_a_name(office, beating):
    from booking.mails.digest.to_do import SUBJECTS  # noqa: PLC0415

    kinds = [one.kind for one in SUBJECTS]
    assert len(set(kinds)) == len(kinds)
    for kind in kinds:
        assert (await office.get(f"{PAGE}/{kind}")).status_code == 200
    assert (await office.get(f"{PAGE}/nothing")).status_code == 404
