"""One school year's worth of everything, for tests that look at every page."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from booking.people.accounts.rules import hash_of
from booking.visits.demands.alert import ask
from tests import builders, builders_bts1, builders_milestones, builders_ptech
from workshops.database import rows, value
from workshops.offer.rules import Search

LYCEE_UAI = "0391092A"
COMPANY_ROLE = "demonstration"


async def a_whole_world(now: datetime | None = None) -> dict[str, int]:
    """People of each role, a visit to come, one under way with a scan, one closed; the numbers by name."""
    now = (now or datetime.now(UTC)).replace(second=0, microsecond=0)
    college = await builders.school(name="Collège Stendhal")
    lycee = await builders.school(kind="lycee", name="Lycée Jules Haag", uai=LYCEE_UAI)
    to_come = await builders.school(name="Collège Pasteur", priority="REP", mail="ce.0390001a@ac-besancon.fr")
    firm = await builders.company(name="Horlogerie du Doubs")
    teacher = await builders.account("claire.renaud@example.org", name="Claire Renaud", example=True)
    host = await builders.account("helene.faivre@example.org", name="Hélène Faivre", example=True)
    guest = await builders.account("ines.caron@example.org", name="Inès Caron", example=True)
    coordinator = await builders.account("yves.marchand@example.org", name="Yves Marchand", example=True)
    membership = await builders.membership(teacher, "teacher", school=college)
    await builders.membership(await builders.account(name="Marie Perrin"), "teacher", school=college)
    waits = await builders.group(school=college, name="5e A", level="5e")
    await ask(Search(level="5e", pupils=27, km=40), group=waits, membership=membership, by=teacher, now=now)
    await builders.membership(host, "host", school=lycee)
    await builders.membership(guest, "company", company=firm)
    await builders.membership(coordinator, "coordinator")

    lamp = await builders.tech_object(name="Lampe à balancier")
    room = await builders.room(school=lycee, name="Atelier de microtechniques")
    taught = await builders.workshop(host=lycee, title="Horloge à engrenages en laiton", objects=(lamp,))
    draft = await builders.workshop(host=lycee, title="Bras robotisé", state="draft", pupils_do="", shown_only="")
    coming = await builders.slot(
        workshop=taught, starts_at=now + timedelta(days=30), seats=48, groups_max=2, room=room, company_places=4
    )
    coming_on = (now + timedelta(days=30)).date()
    tuesday = (now + timedelta(days=36 - now.weekday())).replace(hour=9, minute=0)
    series = await builders.series(await builders.slot(workshop=taught, starts_at=tuesday), workshop=taught)
    beside = await builders.slot(workshop=taught, starts_at=now + timedelta(days=30, hours=4), seats=24)
    under_way = await builders.slot(workshop=taught, starts_at=now - timedelta(minutes=30), seats=24)
    closed = await builders.slot(
        workshop=taught, starts_at=now - timedelta(days=20), seats=24, state="done", closed_at=now - timedelta(days=20)
    )

    group = await builders.group(school=college, teacher=teacher, name="4e B", pupils=24, first_names=True)
    visit = await builders.reservation(slot=coming, group=group, by=teacher, needs="Un fauteuil roulant.")
    today = await builders.reservation(slot=under_way, group=group, by=teacher)
    past = await builders.reservation(slot=closed, group=group, by=teacher, state="attended")
    await builders.reservation(
        slot=coming,
        group=await builders.group(school=college, name="3e A", level="3e"),
        by=teacher,
        state="cancelled_by_teacher",
        reason="Sortie déplacée.",
    )
    await builders.badges(visit)
    await builders.badges(today)
    attendance = await builders.attendance(slot=coming, company=firm, by=guest, role=COMPANY_ROLE)
    await builders.turnout(slot=closed, group_ref=past, school=college, counted=23, scanned=22)
    await builders.company_turnout(slot=closed, company=firm)
    asking = await builders.company(name="Lunetterie de Morez", trade="Lunetterie")
    await builders.attendance(slot=coming, company=asking, state="asked", people=1)
    await _knocking(college, now)
    await builders.target()
    await builders.notice(state="failed", attempts=1, last_error="550 5.1.1 User unknown")
    before = await builders.past_visit(lycee=lycee, college=college, held_on=(now - timedelta(days=400)).date())
    bts1 = await builders_bts1.a_whole_course(school=lycee, company=firm)
    ptech = await builders_ptech.a_whole_cohort(school=lycee, company=firm, now=now)
    shut = now + timedelta(days=50)
    await builders.slot(workshop=taught, starts_at=shut, seats=24)
    await builders_milestones.milestone(title="Bilan remis", state="done", ended_on=(now - timedelta(days=9)).date())
    return {
        **bts1,
        **ptech,
        "teacher": teacher,
        "host": host,
        "company": guest,
        "coordinator": coordinator,
        "inspector": await builders.person("inspector", departments=("25", "39")),
        "consortium": await builders.person("consortium", partner=bts1["partner"]),
        "slot": coming,
        "series": series,
        "milestone": await _a_milestone(bts1["partner"], (now - timedelta(days=18)).date()),
        "opening": await _a_draw(coming_on + timedelta(days=200), now),
        "closure": await builders.closure(school=lycee, on=shut.date()),
        "beside": beside,
        "under_way": under_way,
        "closed": closed,
        "past_visit": before,
        "group": group,
        "membership": membership,
        "reservation": visit,
        "workshop": taught,
        "draft": draft,
        "room": room,
        "firm": firm,
        "lycee": lycee,
        "object": lamp,
        "attendance": attendance,
        "college_to_come": to_come,
    }


async def _a_milestone(partner: int, due_on: date) -> int:
    """One that is late, with a proof of each kind."""
    told = {"risk": "high", "risk_words": "Une entreprise attend.", "measure": "Une autre est contactée."}
    made = await builders_milestones.milestone(title="Charte signée", due_on=due_on, owner=partner, **told)
    for kind in ("file", "link", "figure"):
        of = {"target": await value("SELECT min(id) FROM targets")} if kind == "figure" else {}
        await builders_milestones.proof(made, kind=kind, **of)
    return made


async def _a_draw(on: date, now: datetime) -> int:
    """A day whose first hour will be drawn."""
    opens_at = now + timedelta(days=1)
    drawn = {"draws_at": opens_at + timedelta(hours=1), "seed": b"s" * 32}
    return await builders.opening(opens_at=opens_at, first_on=on, last_on=on, **drawn)


async def _knocking(college: int, now: datetime) -> None:
    """Two teachers who sign up, one whose link is not used yet, and a company that asks to join."""
    link, soon = hash_of("un-lien"), now + timedelta(hours=1)
    sign_up = "INSERT INTO sign_ups (email, name, school, asked_at, expires_at, token_hash, proved_at, answer_hash)"
    await rows(
        f"{sign_up} VALUES ('n@ac-besancon.fr', 'Nora Petit', $1, $2, $3, $4, NULL, NULL)", college, now, soon, link
    )
    await rows(
        f"{sign_up} VALUES ('m@orange.example', 'Marc Petit', $1, $2, $3, NULL, $2, $4)", college, now, soon, link
    )
    asked = "INSERT INTO company_requests (siret, company_name, commune, contact_name, email, proposal, asked_at)"
    told = "'35600000000048', 'Scierie du Haut', 'Pontarlier', 'Luc Petit', 'l@example.org', 'Un témoignage.'"
    await rows(f"{asked} VALUES ({told}, $1)", now)
    await builders.person("host", "jamais@example.org", name="Ève Petit", school=await builders.school(kind="lycee"))
