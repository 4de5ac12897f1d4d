"""Rows for the tests: each function inserts one with sensible values and returns its number.

    lycee = await school(kind="lycee")
    visit = await slot(host=lycee, starts_at=paris("2027-03-25 09:00"), seats=24)
    claire = await account("claire.renaud@ac-besancon.fr", name="Claire Renaud")
    await membership(claire, "teacher", school=college)
    booked = await reservation(slot=visit, group=await group(school=college), by=claire)

What a row needs and was not given is made on the way (a slot makes its workshop, a workshop its lycée).
"""

from __future__ import annotations

import os
import uuid
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from booking.visits.badge_codes.rules import issue_rows, token_of
from booking.visits.reservations.acts import NotePaperVisa
from workshops.database import row, rows, value
from workshops.scope import EVERYTHING, Scope
from workshops.slots.rules import deadlines_of
from workshops.tallies.count import count_in, count_out

NOW = datetime(2027, 1, 11, 8, 0, tzinfo=UTC)
SURE = ("confirmed", "locked", "attended", "no_show")
HELD = ("requested", "confirmed", "locked", "offered", "attended", "no_show")
# Schools that a test names by their real UAI stand below.
_numbers = count(101)


def whose(scope: Scope = EVERYTHING, *, by: int | None = None, now: datetime = NOW) -> dict[str, Any]:
    """For whom, by whom and when an act of records is done: for everybody, by nobody, unless said otherwise."""
    return {"scope": scope, "by": by, "now": now}


def paris(wall: str) -> datetime:
    """An instant from what a clock in France shows: paris("2027-03-25 09:00")."""
    return datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo("Europe/Paris")).astimezone(UTC)


def uai(number: int) -> str:
    """A valid UAI: of the Doubs for the first 10 000, whatever comes next for the others."""
    return f"{250000 + number:07d}" + "ABCDEFGHJKLMNPRSTUVWXYZ"[(250000 + number) % 23]


def siret(number: int) -> str:
    """A valid SIRET (Luhn over 14 digits)."""
    body = f"55208131{number:05d}"
    doubled = sum(sum(divmod(int(digit) * (2 - index % 2), 10)) for index, digit in enumerate(reversed(body)))
    return body + str(-doubled % 10)


async def _insert(table: str, **values: Any) -> int:
    names = ", ".join(f'"{name}"' for name in values)
    places = ", ".join(f"${place}" for place in range(1, len(values) + 1))
    return int(await value(f"INSERT INTO {table} ({names}) VALUES ({places}) RETURNING id", *values.values()))


# The import of a school brings its département along.
DEPARTMENTS = {"25": "Doubs", "39": "Jura", "70": "Haute-Saône", "90": "Territoire de Belfort"}
DEPARTMENT = (
    """INSERT INTO departments (code, name, academie) VALUES ($1, $2, 'Besançon') ON CONFLICT (code) DO NOTHING"""
)


async def school(*, kind: str = "college", name: str | None = None, **more: Any) -> int:
    n = next(_numbers)
    values = {
        "uai": uai(n),
        "kind": kind,
        "name": name or (f"Collège Stendhal {n}" if kind == "college" else f"Lycée Jules Haag {n}"),
        "address": "1 rue Labbé",
        "postcode": "25000",
        "commune": "Besançon",
        "department": "25",
        "lat": 47.24,
        "lon": 6.02,
        "zone": "A",
    } | more
    if values.get("principal_mail"):
        values = {"principal_confirmed_at": NOW} | values
    await rows(DEPARTMENT, values["department"], DEPARTMENTS.get(values["department"], values["department"]))
    return await _insert("schools", **values)


async def academie(**more: Any) -> None:
    """The académie that is served, as the first import sets it."""
    await _insert("academie", **{"id": 1, "name": "Besançon", "zone": "A"} | more)


async def company(*, name: str | None = None, **more: Any) -> int:
    n = next(_numbers)
    values = {"siret": siret(n), "name": name or f"Horlogerie du Doubs {n}", "trade": "Microtechniques"}
    return await _insert("companies", **values | {"commune": "Besançon", "department": "25"} | more)


async def account(email: str | None = None, *, name: str = "Claire Renaud", **more: Any) -> int:
    return await _insert("accounts", email=email or f"personne{next(_numbers)}@example.org", name=name, **more)


async def membership(
    account: int,
    role: str,
    *,
    school: int | None = None,
    company: int | None = None,
    awaiting: bool = False,
    departments: tuple[str, ...] = (),
    partner: int | None = None,
) -> int:
    found = await value(
        """INSERT INTO memberships (account, role, school, company, awaiting, departments, partner)
           VALUES ($1, $2, $3, $4, $5, $6, $7)
           ON CONFLICT (account, role, coalesce(school, 0), coalesce(company, 0), coalesce(partner, 0))
           DO UPDATE SET role = excluded.role RETURNING id""",
        *(account, role, school, company, awaiting, departments, partner),
    )
    return int(found)


async def person(
    role: str,
    email: str | None = None,
    *,
    school: int | None = None,
    company: int | None = None,
    awaiting: bool = False,
    departments: tuple[str, ...] = (),
    partner: int | None = None,
    **more: Any,
) -> int:
    """An account that holds one role, there; returns the account's number."""
    made = await account(email, **more)
    where: dict[str, Any] = {"school": school, "company": company, "departments": departments, "partner": partner}
    await membership(made, role, **where, awaiting=awaiting)
    return made


async def _belongs(account: int | None, role: str, **where: Any) -> None:
    """Who reserves or announces is of that school or company, unless the test has said what she is."""
    if account is not None and not await value("SELECT EXISTS (SELECT FROM memberships WHERE account = $1)", account):
        await membership(account, role, **where)


async def tech_object(*, name: str | None = None, **more: Any) -> int:
    return await _insert("tech_objects", name=name or f"Lampe à balancier {next(_numbers)}", **more)


async def room(*, school: int, name: str | None = None, **more: Any) -> int:
    return await _insert("rooms", school=school, name=name or f"Atelier {next(_numbers)}", **more)


async def workshop(
    *, host: int | None = None, title: str = "Découpe laser", objects: tuple[int, ...] = (), **more: Any
) -> int:
    """A published workshop of the lycée `host`."""
    values = {
        "school": host or await school(kind="lycee"),
        "title": title,
        "summary": "Du plan à l'objet.",
        "state": "published",
        "levels": ["6e", "5e", "4e", "3e"],
        "access": "Entrée par la cour, bâtiment C.",
        "pupils_do": "Dessiner, poncer, assembler.",
        "shown_only": "La découpe laser.",
        "protective_equipment": "Lunettes et blouse prêtées.",
        "responsible": "Le directeur délégué",
    }
    made = await _insert("workshops", **values | more)
    for tech in objects:
        await _insert("workshop_objects", workshop=made, tech_object=tech)
    return made


async def slot(
    *,
    workshop: int | None = None,
    host: int | None = None,
    starts_at: datetime | None = None,
    hours: float = 3,
    seats: int = 24,
    **more: Any,
) -> int:
    """An open slot, on a Thursday of March from 9:00 to 12:00 unless said otherwise."""
    starts_at = starts_at or paris("2027-03-25 09:00")
    taught = workshop or await _workshop_of(host)
    values = {
        "workshop": taught,
        "school": await value("SELECT school FROM workshops WHERE id = $1", taught),
        "state": "open",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=hours),
        "booking_closes_at": starts_at - timedelta(days=7),
        **deadlines(starts_at),
        "levels": ["6e", "5e", "4e", "3e"],
        "seats": seats,
        "company_places": 4,
    }
    return await _insert("slots", **values | more)


def paper_visa(**said: Any) -> NotePaperVisa:
    """What a teacher says of a visa on paper."""
    return NotePaperVisa(**{"signed_by": "Mme Perrin", "signed_on": NOW.date()} | said)


def deadlines(starts_at: datetime) -> dict[str, datetime]:
    """The deadlines of a slot that was opened long before, as its row holds them."""
    told = deadlines_of(starts_at, now=starts_at - timedelta(days=60))
    return {"settles_at": told.headcount, "list_locks_at": told.list, "eve_at": told.eve}


async def _workshop_of(host: int | None) -> int:
    return await workshop(host=host)


async def series(*slots: int, workshop: int) -> int:
    """Slots of a workshop that were opened together."""
    school = await value("SELECT school FROM workshops WHERE id = $1", workshop)
    made = await _insert("series", school=school, workshop=workshop, opened_at=NOW)
    for slot in slots:
        await _insert("series_slots", series=made, slot=slot)
    return made


async def head_count(*, school: int, pupils: int, level: str = "4e", school_year: int = 2026) -> int:
    """So many pupils of a level of a collège."""
    return await _insert("head_counts", school=school, school_year=school_year, level=level, pupils=pupils)


async def opening(
    *, opens_at: datetime, first_on: date = date(2027, 3, 1), last_on: date = date(2027, 3, 31), **more: Any
) -> int:
    """A period, March unless said otherwise, whose slots may be reserved from a moment on."""
    return await _insert("openings", first_on=first_on, last_on=last_on, opens_at=opens_at, **more)


async def closure(*, school: int, on: date, until: date | None = None, label: str = "Portes ouvertes") -> int:
    """A day on which a lycée receives nobody, whatever is open then, or all of them `until` another one."""
    return await _insert("closures", kind="closure", label=label, school=school, first_on=on, last_on=until or on)


async def holidays(first_on: date, last_on: date, *, zone: str = "A") -> int:
    """School holidays of a zone, both days included."""
    return await _insert("closures", kind="holiday", label="Vacances", zone=zone, first_on=first_on, last_on=last_on)


async def past_visit(*, lycee: int, college: int, held_on: date, pupils: int = 22, **more: Any) -> int:
    """A visit held before Technilab, in the sums as well."""
    values = {"lycee": lycee, "college": college, "held_on": held_on, "level": "4e", "pupils": pupils}
    made = await _insert("past_visits", **values | {"group_label": "4e B", "source": "Tableau du lycée"} | more)
    await count_in(-made)
    return made


async def group(
    *,
    school: int | None = None,
    teacher: int | None = None,
    name: str | None = None,
    pupils: int = 24,
    level: str = "4e",
    **more: Any,
) -> int:
    values = {
        "school": school or await _college(),
        "teacher": teacher,
        "name": name or f"4e {next(_numbers)}",
        "level": level,
        "pupils": pupils,
        "school_year": "2026-2027",
    }
    return await _insert("groups", **values | more)


async def _college() -> int:
    return await school(kind="college")


def new_uid() -> str:
    """Of an entry in an agenda."""
    return f"reservation-{uuid.uuid4()}@technilab.example"


async def reservation(
    *,
    slot: int,
    group: int,
    by: int | None = None,
    state: str = "confirmed",
    pupils: int = 24,
    adults: int = 2,
    **more: Any,
) -> int:
    """A group at a slot; it holds its seats there when its state does. Of a `line` or a `half` it has a demand."""
    visit = await row("SELECT starts_at, ends_at FROM slots WHERE id = $1", slot)
    values = {
        "uid": new_uid(),
        "slot": slot,
        "group": group,
        "school": await value("SELECT school FROM groups WHERE id = $1", group),
        "booked_by": by,
        "state": state,
        "pupils": pupils,
        "adults": adults,
        "starts_at": visit["starts_at"],
        "ends_at": visit["ends_at"],
        "badge_salt": uuid.uuid4(),
        "confirmed_at": NOW if state in SURE else None,
    }
    if more.keys() & {"line", "half"} and "demand" not in more:
        more["demand"] = await demand(group, lines=max(2, more.get("line", 1)))
    made = await _insert("reservations", **values | more)
    await _belongs(by, "teacher", school=(values | more)["school"])
    if state in HELD:
        await value(
            "UPDATE slots SET seats_taken = seats_taken + $2, groups_taken = groups_taken + 1 WHERE id = $1",
            slot,
            pupils,
        )
    return made


async def demand(group: int, *, lines: int = 2, **more: Any) -> int:
    """What a group asked for above its reservations."""
    school = await value("SELECT school FROM groups WHERE id = $1", group)
    values = {"group": group, "school": school, "lines": lines, "asked_at": NOW}
    return await _insert("demands", **values | more)


async def attendance(
    *,
    slot: int,
    company: int,
    by: int | None = None,
    state: str = "announced",
    people: int = 2,
    role: str = "temoignage",
    **more: Any,
) -> int:
    """A company at a slot; it holds its places there while it is asked or announced."""
    values = {
        "uid": f"attendance-{uuid.uuid4()}@technilab.example",
        "slot": slot,
        "company": company,
        "announced_by": by,
        "state": state,
        "people": people,
        "role": role,
        "confirmed_at": None if state == "asked" else NOW,
    }
    made = await _insert("attendances", **values | more)
    await _belongs(by, "company", company=company)
    if state in ("asked", "announced"):
        await value("UPDATE slots SET company_places_taken = company_places_taken + $2 WHERE id = $1", slot, people)
    return made


async def badges(reservation: int, *, numbers: int | None = None, kind: str = "pupil") -> list[str]:
    """The badges of a reservation, one per pupil unless said otherwise; returns their tokens, the first first."""
    booked = await row("SELECT badge_salt, pupils FROM reservations WHERE id = $1", reservation)
    places = range(1, (numbers or booked["pupils"]) + 1)
    hashes, codes = issue_rows(os.environ["SECRET_KEY"], booked["badge_salt"], kind, places)
    await value(
        """INSERT INTO badges (reservation, kind, number, token_hash, short_code)
           SELECT $1, $2, * FROM unnest($3::int[], $4::bytea[], $5::text[])""",
        reservation,
        kind,
        list(places),
        hashes,
        codes,
    )
    return [token_of(os.environ["SECRET_KEY"], booked["badge_salt"], kind, number) for number in places]


async def notice(*, kind: str = "invited", state: str = "queued", **more: Any) -> int:
    """A mail in the outbox, due at NOW."""
    values = {
        "kind": kind,
        "to_email": "claire.renaud@example.org",
        "to_name": "Claire Renaud",
        "about": 1,
        "once": f"{kind}:{next(_numbers)}",
        "state": state,
        "created_at": NOW,
        "next_try_at": NOW,
    }
    return await _insert("notices", **values | more)


async def webhook(*, membership: int, url: str, acts: tuple[str, ...], **more: Any) -> int:
    """A subscription of another program."""
    values = {"membership": membership, "url": url, "acts": list(acts), "label": "Emploi du temps", "created_at": NOW}
    return await _insert("webhooks", **values | {"salt": uuid.uuid4().bytes} | more)


async def turnout(*, slot: int, school: int | None = None, counted: int = 23, **more: Any) -> int:
    """A group that came to a closed slot, as the host counted it."""
    values = {
        "slot": slot,
        "group_ref": next(_numbers),
        "school": school or await _college(),
        "group_label": "4e B",
        "level": "4e",
        "announced": 24,
        "scanned": counted,
        "counted": counted,
        "came": counted > 0,
    }
    await count_out(slot)
    made = await _insert("turnouts", **values | more)
    await count_in(slot)
    return made


async def company_turnout(*, slot: int, company: int, people: int = 2) -> int:
    """A company that came to a closed slot."""
    known = await row("SELECT siret, name FROM companies WHERE id = $1", company)
    assert known is not None
    await count_out(slot)
    made = await _insert("company_turnouts", slot=slot, people=people, **dict(known))
    await count_in(slot)
    return made


async def build(*, slot: int, tech_object: int, group_ref: int, made: int = 24, **more: Any) -> int:
    """What one group of a closed slot made of an object."""
    values = {"slot": slot, "group_ref": group_ref, "tech_object": tech_object, "made": made}
    await count_out(slot)
    built = await _insert("builds", **values | {"finished": made, "working": made, "taken_home": made} | more)
    await count_in(slot)
    return built


async def target(*, programme: str = "technilab", metric: str = "pupils", **more: Any) -> int:
    """What the programme must reach: 6 000 pupils in five years unless said otherwise."""
    values = {
        "programme": programme,
        "metric": metric,
        "label": "Collégiens accueillis",
        "unit": "élèves",
        "target": 6000,
        "note": "",
        "from_on": date(2025, 9, 1),
        "to_on": date(2030, 8, 31),
    }
    return await _insert("targets", **values | more)


async def sent_mails(number: int, *, event: int) -> None:
    """Mails that left long ago, each to a mailbox of its own."""
    await rows(
        """INSERT INTO notices (kind, to_email, to_name, about_kind, about, once, event, state, attempts, mail,
          next_try_at, created_at, sent_at)
        SELECT 'reservation_confirmed', 'mail' || n || '@example.org', '', 'reservation', n, 'sent before ' || n, $2,
          'sent', 1, n, $3, $3, $3 FROM generate_series(1, $1) n""",
        number,
        event,
        NOW,
    )
