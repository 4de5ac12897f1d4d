"""Names typed wherever a name can be typed, each one found nowhere else in the world."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path

from PIL import Image

from booking.day.checkin.acts import CompanyCount, GroupHeadcount, ReopenVisit
from booking.day.checkin.close_slot import close_slot, reopen_slot
from booking.day.checkin.record_build import record_build
from booking.day.photos.keep_photo import keep_photo
from booking.outbox.journal.count_refusal import count_refusal
from booking.people.accounts.invite_host import InviteHost, invite_host
from booking.people.accounts.sign_in import ask_link, open_session
from tests import builders
from tests.booking.year.past_year import ended
from tests.builders import paris
from workshops.builds.record import RecordBuild
from workshops.database import rows, value

GONE = (
    *("Zéphyrine", "Melchior", "Isidore", "Théodule", "Gédéon", "Euphrasie", "Barnabé", "Clotaire", "Philomène"),
    *("ondine.carpentras", "Ondine Carpentras", "gontran.delmotte", "Gontran Delmotte", "honorine.vasseur"),
    *("Honorine Vasseur", "Pétronille", "petronille.quintard", "Cunégonde", "Anselmine", "Hildegarde", "Radegonde"),
    *("Fulgence", "Sidonie", "Ambroise", "Wandrille", "Scholastique", "Apolline", "Bertille", "Célestin", "Donatien"),
    *(
        "Eudoxie",
        "Firmin",
        "Gildas",
        "Hermance",
        "Isaure",
        "Jocaste",
        "Clotaire",
        "Philomène",
        "192.0.2.77",
        "06 99 88",
    ),
    *("lazarine.vautrin", "Lazarine Vautrin", "Quitterie Ambrosi", "Philibert", "quitterie", "Mélusine", "Clodomir"),
    "Fulbert",
)
STAYS = ("solange.perrache", "Solange Perrache", "yves.marchand", "Yves Marchand")
SEEN = paris("2027-03-20 08:00")
# Of a domain that is not trusted: nobody answers her.
SIGNED_UP = """INSERT INTO sign_ups (email, name, school, next_path, asked_at, expires_at, proved_at)
VALUES ('lazarine.vautrin@example.org', 'Lazarine Vautrin', $1, '/creneaux', $2, $2, $2)"""
ASKED_TO_JOIN = """INSERT INTO company_requests (siret, company_name, commune, contact_name, email, proposal, asked_at)
VALUES ('1', 'Scierie Philibert', 'Pontarlier', 'Quitterie Ambrosi', 'quitterie@example.org', 'Avec Philibert', $1)"""
ASKED = """WITH asked AS (INSERT INTO questions (college, lycee, asked_by, state, lines, salt, teacher_hash, lycee_hash,
  asked_at, last_at) VALUES ($1, $2, $3, 'asked', 1, gen_random_uuid(), 'teacher', 'lycee', $4, $4) RETURNING id)
INSERT INTO question_lines (question, side, text, at) SELECT id, 'teacher', 'Pour Mélusine et son car', $4 FROM asked"""
KEY = {"idempotency_key": "firmin-1", "asked": "gildas"}


@dataclass(frozen=True)
class Seeded:
    """Who goes on using Technilab, and who never comes back."""

    active: list[int]
    idle: list[int]


async def seed(data_dir: Path) -> Seeded:
    """A visit in March 2027 with everything that people write about it."""
    lycee, firm = await builders.school(kind="lycee"), await builders.company(name="Zénith Montres")
    college = await builders.school(
        needs_approval=True, principal_name="Pétronille Quintard", principal_mail="petronille.quintard@example.org"
    )
    ondine = await person("ondine.carpentras", "Ondine Carpentras", "teacher", school=college)
    honorine = await person("honorine.vasseur", "Honorine Vasseur", "host", school=lycee)
    gontran = await person("gontran.delmotte", "Gontran Delmotte", "company", company=firm)
    solange = await person("solange.perrache", "Solange Perrache", "teacher", school=college)
    boss = await person("yves.marchand", "Yves Marchand", "coordinator")
    clock = await builders.tech_object()
    taught = await builders.workshop(host=lycee, objects=(clock,), responsible="Hermance Vuillemin")
    slot = await builders.slot(workshop=taught)
    group = await builders.group(school=college, teacher=ondine, name="4e B")
    visit = await builders.reservation(
        slot=slot,
        group=group,
        by=ondine,
        needs="Fauteuil de Melchior",
        visa_note="Vu par Isidore",
        thanks="Merci à Isidore",
        **KEY,
    )
    await builders.demand(group, sentence=2, asked_at=SEEN, ended_at=SEEN, **KEY)
    await builders.badges(visit)
    await rows("UPDATE badges SET first_name = 'Zéphyrine' WHERE reservation = $1 AND number = 7", visit)
    off = await builders.slot(
        workshop=taught, starts_at=paris("2027-04-01 09:00"), state="called_off", reason="Euphrasie est malade"
    )
    await _draw(group)
    cancelled = {"state": "cancelled_by_teacher", "reason": "Théodule et Gédéon absents", "by": solange}
    await builders.reservation(slot=off, group=await builders.group(school=college, teacher=solange), **cancelled)
    coming = {"message": "Barnabé viendra", "reason": "Pas Clotaire", "visitors": "Sidonie Lagarde", "by": gontran}
    attendance = await builders.attendance(slot=slot, company=firm, **coming)
    await rows(
        """INSERT INTO replies (attendance, account, answer, comment, answered_at)
        VALUES ($1, $2, 'DECLINED', 'Clodomir ne peut pas', $3)""",
        attendance,
        gontran,
        SEEN,
    )
    await rows(
        "INSERT INTO doubtful_addresses (email, said, since) VALUES ('ondine.carpentras@example.org', '550', $1)", SEEN
    )
    now = await ended(slot)
    mine = {"account": honorine, "school": lycee, "now": now}
    made = {"made": 3, "finished": 2, "working": 1, "taken_home": 1, "note": "Celle de Philomène"}
    await record_build(visit, RecordBuild(tech_object=clock, **made), **mine)
    built = await value("SELECT id FROM builds")
    await keep_photo(built, slot=slot, content=_signed_photo("Cunégonde"), name="f" * 32, data_dir=data_dir, **mine)
    came = [CompanyCount(company=firm, people=2)]
    for note in ("Anselmine sans badge", "Hildegarde sans badge"):
        await close_slot(
            slot, headcounts=[GroupHeadcount(reservation=visit, pupils=20, adults=2, note=note)], companies=came, **mine
        )
        if note.startswith("Anselmine"):
            await reopen_slot(slot, ReopenVisit(reason="Radegonde oubliée"), account=boss, now=now)
    await rows("UPDATE accounts SET phone = '06 99 88 77 66', phone_at = $2 WHERE id = $1", ondine, SEEN)
    await invite_host(
        InviteHost(email="bertille.roussot@example.org", name="Bertille Roussot"),
        school=lycee,
        uai=await value("SELECT uai FROM schools WHERE id = $1", lycee),
        by=honorine,
        token="a colleague's link",
        now=SEEN,
    )
    await _letters(college, boss)
    await rows(SIGNED_UP, college, SEEN)
    await rows(ASKED_TO_JOIN, SEEN)
    await rows(ASKED, college, lycee, ondine, SEEN)
    await _records(lycee)
    await _mails(ondine)
    await ask_link("ondine.carpentras@example.org", token="t" * 43, next_path="/", address="192.0.2.77", now=now)
    await open_session(ondine, session_id="s", browser="Le téléphone de Wandrille", now=now)
    await count_refusal("access_denied", account=ondine, about_kind="address", detail="/gestion", now=now)
    await _keys(ondine)
    (data_dir / "erreur.txt").write_text("asyncpg.DataError: Key (name)=(Scholastique)")
    return Seeded(active=[solange, boss], idle=[ondine, honorine, gontran])


async def _draw(group: int) -> None:
    """What a draw that was held keeps of a demand."""
    held = {"opens_at": paris("2027-01-11 10:00"), "first_on": date(2027, 5, 3), "last_on": date(2027, 5, 28)}
    hours = {name: paris("2027-01-11 11:00") for name in ("draws_at", "frozen_at", "ranked_at", "drawn_at")}
    opening = await builders.opening(**held, **hours, seed=bytes(32), file=b"what all asked for", file_digest=bytes(32))
    said = {"needs": "Une rampe pour Fulbert", "needed": ["step_free:1"], "answer": b"what it saw", "salt": "5a17"}
    await builders.demand(group, opening=opening, number="0" * 16, rank=1, result="waits", **said)


async def person(mail: str, name: str, role: str, **where: int) -> int:
    account = await builders.person(role, f"{mail}@example.org", name=name, created_at=SEEN, last_seen_at=SEEN, **where)
    return account


async def _letters(college: int, boss: int) -> None:
    letter = "INSERT INTO college_invitations (school, school_year, words, invited_by, invited_at)"
    await rows(f"{letter} VALUES ($1, 2026, 'De la part de Fulgence', $2, $3)", college, boss, SEEN)


async def _records(lycee: int) -> None:
    """The notes of a cohort's census, of an action and of a course, and why the lycée is closed."""
    scheme = await value(
        "INSERT INTO ptech_schemes (school, title, field, opens_on) VALUES ($1, 'T', 'F', '2025-09-01') RETURNING id",
        lycee,
    )
    cohort = await value("INSERT INTO ptech_cohorts (scheme, entry_year) VALUES ($1, 2025) RETURNING id", scheme)
    action = """INSERT INTO mentoring_actions (cohort, kind, title, place, starts_at, minutes, state, reason, uid)
       VALUES ($1, 'visite', 'Chez Apolline', 'Chez Bertille', $2, 60, 'called_off', 'Sidonie ne peut pas', 'u')"""
    await rows(action, cohort, SEEN)
    census = """INSERT INTO ptech_censuses (cohort, school_year, term, present, note, recorded_at)
       VALUES ($1, 2026, 'october', 24, 'Célestin est revenu', $2)"""
    await rows(census, cohort, SEEN)
    course = "INSERT INTO bts1_courses (school, title, note, noted_at) VALUES ($1, 'C', 'Voir Donatien', $2)"
    await rows(course, lycee, SEEN)
    closed = """INSERT INTO closures (kind, school, label, first_on, last_on)
       VALUES ('closure', $1, 'Fête d''Eudoxie', '2027-04-02', '2027-04-02')"""
    await rows(closed, lycee)


async def _mails(ondine: int) -> None:
    for state in ("queued", "sent", "failed"):
        told = {"to_email": "ondine.carpentras@example.org", "to_name": "Ondine Carpentras", "about": ondine}
        await builders.notice(state=state, last_error="550 <ondine.carpentras@example.org>", created_at=SEEN, **told)


async def _keys(ondine: int) -> None:
    device = """INSERT INTO passkeys (account, credential_id, public_key, label, created_at)
       VALUES ($1, '1', '2', 'Portable d''Isaure', $2)"""
    await rows(device, ondine, SEEN)
    await rows(
        """INSERT INTO api_tokens (token_hash, account, membership, label, created_at)
           SELECT 'k', account, id, 'Ordinateur d''Ambroise', $2 FROM memberships WHERE account = $1""",
        ondine,
        SEEN + timedelta(days=1),
    )
    program = """INSERT INTO webhooks (membership, label, url, acts, salt, created_at)
       SELECT id, 'Emploi du temps de Jocaste', 'https://jocaste.example.org/', '{}', 's', $2
       FROM memberships WHERE account = $1 RETURNING id"""
    await rows(
        """INSERT INTO applications (name, role, school, permissions, client_id, made_by, made_at, ended_at)
           SELECT 'Cahier de Philomène', role, school, '{visits.keep}', 'philomene', account, $2, $2
           FROM memberships WHERE account = $1 AND role = 'teacher'""",
        ondine,
        SEEN,
    )
    answered = """INSERT INTO first_answers (account, key, asked, status, location, body, created_at)
        VALUES ($1, 'clotaire-1', '', 201, '/api/v1/groups/1', '{"name": "4e de Clotaire"}', $2)"""
    await rows(answered, ondine, SEEN)
    missed = """INSERT INTO webhook_deliveries (webhook, about_kind, about, since, next_try_at, last_error)
       VALUES ($1, 'webhook', $1, $2, $2, 'Le logiciel a répondu 500.')"""
    await rows(missed, await value(program, ondine, SEEN), SEEN)


def _signed_photo(artist: str) -> bytes:
    """A photo whose EXIF says who took it."""
    exif, sent = Image.Exif(), BytesIO()
    exif[0x013B] = artist
    Image.new("RGB", (64, 48), "red").save(sent, "JPEG", exif=exif)
    return sent.getvalue()


def nights(first: datetime, last: datetime) -> list[datetime]:
    """One night out of ten between two moments: a longer test would learn nothing more."""
    count = (last - first).days // 10
    return [first + timedelta(days=10 * number) for number in range(count + 1)]
