"""From a trial to real visits: the examples go with what only they made, what a real account touched stays."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

from booking.demo.fill import fill
from booking.demo.forget import forget_examples
from booking.people.accounts.trial import examples_standing
from booking.visits.questions.write import AskLycee, ask
from booking.year.close import close_year
from booking.year.rules import CloseYear, SchoolYear
from tests import builders, builders_ptech
from tests.booking.demo.test_fill import empty
from workshops.database import row, rows, value
from workshops.events.record import record
from workshops.slots.close import reopen
from workshops.tallies.queries import wrong_sums

NOW = datetime(2026, 11, 24, 9, 20, tzinfo=UTC)
MARKED = """SELECT table_name::text AS name FROM information_schema.columns
WHERE column_name = 'example' AND table_schema = 'public' ORDER BY 1"""
TABLES = "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
# Nobody's: what the ministry publishes, what the académie decides, what is kept of what was done, and machinery.
NOBODYS = {
    *("academie", "closures", "departments", "event_words", "events", "events_to_tell", "heartbeats", "migration"),
    *("schools", "targets", "turns", "versions", "refusal_counts", "tries"),
}
ROOMY = """SELECT id, workshop, school FROM slots WHERE example AND state = 'open' AND groups_taken = 1
  AND groups_max > 1 AND seats - seats_taken >= 12 ORDER BY id LIMIT 1"""
HELD = """SELECT sum(pupils) FROM reservations
WHERE slot = $1 AND state IN ('requested', 'confirmed', 'locked', 'offered')"""
A_VISIT = """SELECT r.id, r.booked_by, g.school, s.school FROM reservations r JOIN groups g ON g.id = r."group"
JOIN slots s ON s.id = r.slot WHERE r.state = 'confirmed' AND g.example ORDER BY r.id LIMIT 1"""
COHORT = "SELECT c.id, c.scheme FROM ptech_cohorts c JOIN ptech_mentors m ON m.cohort = c.id ORDER BY c.id LIMIT 1"
MENTORS = "SELECT m.company FROM ptech_mentors m JOIN ptech_cohorts c ON c.id = m.cohort WHERE c.scheme = $1"
TOGETHER = "SELECT booked_by FROM reservations WHERE slot = $1 AND booked_by <> $2"


async def left() -> dict[str, int]:
    """How many lines each table holds, those that hold any."""
    names = [one["name"] for one in await rows(TABLES) if one["name"] not in NOBODYS]
    counts = {name: await value(f'SELECT count(*) FROM "{name}"') for name in names}
    return {name: count for name, count in counts.items() if count}


async def marked() -> dict[str, int]:
    """How many lines of each table are marked as examples."""
    names = [one["name"] for one in await rows(MARKED)]
    counts = {name: await value(f'SELECT count(*) FROM "{name}" WHERE example') for name in names}
    return {name: count for name, count in counts.items() if count}


async def only(column: str, sql: str, *args: object) -> set[object]:
    return {one[column] for one in await rows(sql, *args)}


async def test_a_trial_that_nobody_real_touched_goes_whole_and_a_rehearsal_changes_nothing(lasting_db):
    await empty()
    await fill(NOW)
    # A closing that was begun again, and a teacher who asks a lycée about a visit and about nothing as well.
    await reopen(await value("SELECT min(id) FROM slots WHERE example AND state = 'done'"), now=NOW)
    await rows("DELETE FROM questions")
    ((visit, teacher, college, lycee),) = await rows(A_VISIT)
    for about in (visit, None):
        asked = {"slot": None, "workshop": None, "reservation": about}
        own = {"college": college, "lycee": lycee, "by": teacher, "awaiting": False}
        await ask(AskLycee(text="Par où entrer ?"), **own, **asked, salt=uuid4(), secret_key="s" * 40, now=NOW)
    schools, before = await value("SELECT count(*) FROM schools"), await left()
    official = {"head_counts": await value("SELECT count(*) FROM head_counts WHERE NOT example")}
    assert set(await marked()) == await only("name", MARKED)
    foreseen = await forget_examples(now=NOW, dry_run=True)
    assert await left() == before
    assert await forget_examples(now=NOW) == foreseen
    assert foreseen.stays == []
    assert (await left(), await marked(), await examples_standing(), await wrong_sums()) == (official, {}, 0, 0)
    assert await value("SELECT count(*) FROM schools") == schools
    assert (await forget_examples(now=NOW)).gone == {}


async def test_what_a_real_account_touched_stays_and_is_listed_with_what_it_stands_on(lasting_db):
    """A real class at an invented slot, an invented workshop and a scheme that a real host changed; a world beside."""
    await empty()
    await fill(NOW)
    (slot, workshop, lycee), *_ = await rows(ROOMY)
    college = await value("SELECT max(id) FROM schools WHERE kind = 'college'")
    claire = await builders.person("teacher", "claire@ac-besancon.fr", school=college)
    jules = await builders.person("host", "jules@ac-besancon.fr", school=lycee)
    own = await builders.workshop(host=lycee, title="Vrai atelier")
    real_slot = await builders.slot(workshop=own)
    group = await builders.group(school=college, teacher=claire, name="4e vraie", pupils=12)
    visit = await builders.reservation(slot=slot, group=group, by=claire, pupils=12)
    other = await value("SELECT max(id) FROM workshops WHERE example AND id <> $1", workshop)
    await record("workshop_changed", by=jules, about_kind="workshop", about=other, now=NOW)
    ((cohort, scheme),) = await rows(COHORT)
    await record("census_recorded", by=jules, about_kind="cohort", about=cohort, now=NOW)
    charter, uimm = await row("SELECT id, owner FROM milestones WHERE title LIKE 'Charte%'")
    await record("milestone_done", by=jules, about_kind="milestone", about=charter, now=NOW)
    real_scheme = await builders_ptech.scheme(school=lycee)
    mentors = await only("company", MENTORS, scheme)
    together = await only("booked_by", TOGETHER, slot, claire)

    told = await forget_examples(now=NOW)

    assert await examples_standing() == 0
    assert await only("id", "SELECT id FROM slots") == {slot, real_slot}
    assert await only("id", "SELECT id FROM workshops") == {workshop, other, own}
    assert await only("id", "SELECT id FROM ptech_schemes") == {scheme, real_scheme}
    assert await only("id", "SELECT id FROM milestones WHERE owner IS NOT NULL") == {charter}
    assert await only("id", "SELECT id FROM partners WHERE company IS NULL AND school IS NULL") == {uimm}
    assert await only("id", "SELECT id FROM companies") >= mentors > set()
    assert await value("SELECT booked_by FROM reservations WHERE id = $1", visit) == claire
    assert await value("SELECT seats_taken FROM slots WHERE id = $1", slot) == await value(HELD, slot) > 12
    real = {"claire@ac-besancon.fr", "jules@ac-besancon.fr"}
    assert await only("email", "SELECT email FROM accounts WHERE erased_at IS NULL") == real
    assert await only("id", "SELECT id FROM accounts WHERE erased_at IS NOT NULL") >= together > set()
    assert await only("account", "SELECT account FROM memberships") == {claire, jules}
    listed = {kind: {name for of, name in told.stays if of == kind} for kind, _ in told.stays}
    assert set(listed) >= {"slots", "workshops", "groups", "ptech_schemes", "companies"}
    assert listed["workshops"] == await only("title", "SELECT title FROM workshops WHERE id <> $1", own)
    assert listed["ptech_schemes"] == await only("title", "SELECT title FROM ptech_schemes WHERE id = $1", scheme)
    assert await wrong_sums() == 0


async def test_the_examples_of_a_year_that_was_closed_go_too_and_the_year_says_why(lasting_db, tmp_path):
    await empty()
    await fill(NOW)
    await close_year(SchoolYear(2025), CloseYear(), by=None, data_dir=tmp_path, now=NOW)
    await forget_examples(now=NOW)
    assert set(await marked()) & {"accounts", "ptech_schemes", "bts1_courses"} == set()
    reasons = await only("reason", "SELECT reason FROM year_corrections WHERE what <> 'reopened'")
    assert reasons == {"Exemples de la version d'essai retirés"}
    for knocked in ("sign_ups", "company_requests"):
        assert await value(f"SELECT count(*) FROM {knocked}") == 0
