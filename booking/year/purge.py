"""What the night erases because its time is over. Doing it twice changes nothing."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from booking.calendar.feeds.give import FORGET_FEEDS
from booking.calendar.replies.forget import forget as forget_replies
from booking.outbox.notices.beat import ERASURE, take_turn
from booking.outbox.returns.mark import forget as forget_doubtful
from booking.people.accounts.invite_host import FORGET_INVITATIONS
from booking.people.accounts.sweep import FORGET_KEYS, sweep
from booking.people.applications.forget import forget_applications
from booking.people.company_requests.ask import forget_old
from booking.people.company_requests.rules import REQUESTS_LAST
from booking.people.drafts.keep import forget_drafts
from booking.people.sign_ups.rules import SignUpAnswered
from booking.people.sign_ups.sign_up import NEVER_PROVED
from booking.process.security_log import forget as forget_security_log
from booking.visits.demands.alert import forget_alerts
from booking.visits.demands.forget_files import forget_draws
from booking.visits.newcomers.answer import refuse
from booking.visits.newcomers.queries import waited_too_long
from booking.visits.phones.forget import forget_phones
from booking.visits.principals.give_outings import FORGET_PAGES
from booking.visits.questions.rules import QUESTIONS_LAST
from booking.visits.questions.write import forget_questions
from booking.visits.sharing.share import forget_shares
from booking.year.erase_files import erase_addresses, erase_mail_files, remove_lost_photos, remove_photos
from booking.year.erase_records import erase_records
from booking.year.erase_visits import erase_desk, erase_names, erase_needs, erase_texts, erase_visitors, take_photos
from booking.year.rules import (
    DELIVERIES_LAST,
    DESK_LASTS,
    DRAW_FILES_LAST,
    ERASED,
    FIRST_NAMES_LAST,
    JOURNAL_LASTS,
    KEYS_LAST,
    MAILS_LAST,
    NOBODY,
    OUR_WORDS,
    PHOTOS_LAST,
    PRINCIPALS_LAST,
    PROOFS_LAST,
    needs_before,
    year_under_way,
)
from booking.year.warn_idle import erase_idle, warn_idle
from workshops.database import rows, transaction
from workshops.events.record import record
from workshops.school_calendar.rules import paris_day
from workshops.schools.ask_visa import FORGET_PRINCIPAL
from workshops.slots.rules import OVER_SQL

# The visits where something is left to erase, $1 the moment before which they ended.
NAMED = """
SELECT DISTINCT r.slot FROM badges b JOIN reservations r ON r.id = b.reservation
WHERE (b.first_name <> '' OR b.no_photo) AND r.ends_at < $1
"""
NEEDY = "SELECT DISTINCT slot FROM reservations WHERE (needs <> '' OR needed <> '{}') AND ends_at < $1"
VISITED = """SELECT DISTINCT a.slot FROM attendances a JOIN slots s ON s.id = a.slot
WHERE a.visitors <> '' AND s.ends_at < $1"""
# From one slot to the next in an index: next to none of ten years' have any scan left, and these have many.
_SLOTS_OF = """WITH RECURSIVE of AS (
    SELECT min(slot) AS slot FROM {0}
    UNION ALL SELECT (SELECT min(slot) FROM {0} WHERE slot > of.slot) FROM of WHERE of.slot IS NOT NULL
  ) SELECT slot FROM of"""
SCANNED = f"""
SELECT id AS slot FROM slots WHERE state IN {OVER_SQL} AND ends_at < $1 AND id IN (
  ({_SLOTS_OF.format("scans")}) UNION ({_SLOTS_OF.format("presences")}) UNION SELECT slot FROM desk_links)
"""  # noqa: S608 - constants only
PHOTOGRAPHED = (
    "SELECT DISTINCT b.slot FROM builds b JOIN slots s ON s.id = b.slot WHERE b.photo <> '' AND s.ends_at < $1"
)
# As the index of what is left to erase has them.
_OURS = ", ".join("'" + words.replace("'", "''") + "'" for words in (ERASED, NOBODY))
WORDED = f"""
SELECT slot FROM reservations WHERE (visa_note <> '' OR reason <> '') AND ends_at < $1
UNION SELECT slot FROM reservations WHERE thanks <> '' AND ends_at < $1
UNION SELECT a.slot FROM attendances a JOIN slots s ON s.id = a.slot
  WHERE (a.message <> '' OR a.reason <> '') AND s.ends_at < $1
UNION SELECT t.slot FROM turnouts t JOIN slots s ON s.id = t.slot
  WHERE t.note <> '' AND t.note <> ALL ($2::text[]) AND s.ends_at < $1
UNION SELECT f.slot FROM turnouts_before f JOIN slots s ON s.id = f.slot WHERE f.note <> '' AND s.ends_at < $1
UNION SELECT b.slot FROM builds b JOIN slots s ON s.id = b.slot WHERE b.note <> '' AND s.ends_at < $1
UNION SELECT id FROM slots WHERE state = 'called_off' AND reason NOT IN ({_OURS}) AND ends_at < $1
"""  # noqa: S608 - constants only
# What nobody has been told yet stays, however old.
EVENTS = """DELETE FROM events e WHERE at < $1
  AND NOT EXISTS (SELECT FROM events_to_tell t WHERE t.event = e.id) RETURNING id"""
DELIVERIES = "DELETE FROM webhook_deliveries WHERE since < $1 RETURNING id"
REFUSALS = "DELETE FROM refusal_counts WHERE until < $1 RETURNING id"
PRINCIPALS = f"""
{FORGET_PRINCIPAL} WHERE (principal_name <> '' OR principal_mail <> '')
  AND NOT EXISTS (SELECT FROM reservations r WHERE r.school = s.id AND greatest(r.created_at, r.ends_at) >= $1)
  AND NOT EXISTS (SELECT FROM events e WHERE e.act = 'visa_setting' AND e.about = s.id AND e.at >= $1)
RETURNING id
"""  # noqa: S608 - constants only

WORDS = {
    "first_names": "prénoms",
    "signs": "signes « pas de photo »",
    "needs": "besoins d'accueil",
    "visitors": "visiteurs d'entreprises nommés",
    "presences": "présences",
    "scans": "pointages",
    "desk_links": "liens d'accueil",
    "photos": "photos d'objets",
    "texts": "remarques, raisons et messages",
    "notes": "précisions, explications et intitulés de P-TECH et BTS+1",
    "responsibles": "responsables d'un atelier qui ne sert plus",
    "demands": "références de demandes d'autres logiciels",
    "replies": "réponses d'agendas",
    "mails": "adresses de mails envoyés",
    "doubtful": "adresses dont les mails revenaient",
    "mail_files": "mails gardés en fichiers",
    "principals": "chefs d'établissement d'un collège qui ne réserve plus",
    "warned": "comptes prévenus",
    "accounts": "comptes effacés",
    "sign_ups": "inscriptions restées sans réponse",
    "requests": "demandes d'entreprises restées sans réponse",
    "keys": "clés et liens d'agenda qui ne servent plus",
    "proofs": "liens de connexion, demandes de clé d'accès, sessions et essais passés",
    "deliveries": "envois à d'autres logiciels",
    "questions": "questions à des lycées, avec leurs réponses",
    "phones": "téléphones d'un jour de visite passé",
    "alerts": "alertes finies",
    "draw_files": "fichiers de tirages",
    "shares": "créneaux envoyés à un collègue",
    "drafts": "formulaires restés sans envoi",
    "journal": "lignes du journal",
    "security": "jours du journal de sécurité",
}

Erase = Callable[[Sequence[int]], Awaitable[Counter[str]]]


class _Undone(Exception):
    """Takes back what a dry run did."""


async def purge(*, data_dir: Path, now: datetime, dry_run: bool = False) -> Counter[str]:
    """Erase what was kept long enough, and warn those whose account is next; returns how many of each.

    With `dry_run` everything is counted and nothing changes.
    """
    if not dry_run:
        counts = await _purge(data_dir, now, dry_run=False)
        await take_turn(ERASURE, at=now)
        return counts
    counts = Counter()
    try:
        async with transaction():
            counts = await _purge(data_dir, now, dry_run=True)
            raise _Undone
    except _Undone:
        return counts


async def _purge(data_dir: Path, now: datetime, *, dry_run: bool) -> Counter[str]:
    counts: Counter[str] = Counter()
    counts += await _at(NAMED, now - FIRST_NAMES_LAST, erase_names)
    counts += await _at(NEEDY, needs_before(now), erase_needs)
    counts += await _at(VISITED, needs_before(now), erase_visitors)
    counts += await _at(SCANNED, now - DESK_LASTS, erase_desk)
    counts += await _at(WORDED, year_under_way(now).begins, erase_texts, ["", *OUR_WORDS])
    counts += await erase_records(now=now)
    counts["photos"] = await _erase_photos(data_dir, now, dry_run=dry_run)
    counts["phones"] = await forget_phones(over_before=needs_before(now), now=now)
    counts["questions"] = await forget_questions(before=now - QUESTIONS_LAST)
    counts["replies"] = await forget_replies(now=now)
    counts["mails"] = await erase_addresses(before=now - MAILS_LAST, traces_before=now - JOURNAL_LASTS)
    counts["doubtful"] = await forget_doubtful(now=now)
    counts["mail_files"] = await erase_mail_files(data_dir, before=now - MAILS_LAST, dry_run=dry_run)
    counts["accounts"] = await erase_idle(now=now)
    counts["sign_ups"] = await _forget_sign_ups(now)
    counts["requests"] = await forget_old(before=now - REQUESTS_LAST)
    counts["warned"] = await warn_idle(now=now)
    counts["principals"] = len(await rows(PRINCIPALS, now - PRINCIPALS_LAST))
    counts["keys"] = len(await rows(FORGET_KEYS, now - KEYS_LAST)) + len(await rows(FORGET_FEEDS, now - KEYS_LAST))
    counts["keys"] += await forget_applications(before=now - KEYS_LAST, now=now)
    counts["keys"] += len(await rows(FORGET_PAGES, now - PROOFS_LAST))
    counts["sign_ups"] += len(await rows(FORGET_INVITATIONS, now))
    counts["proofs"] = await sweep(before=now - PROOFS_LAST)
    counts["deliveries"] = len(await rows(DELIVERIES, now - DELIVERIES_LAST))
    counts["alerts"] = await forget_alerts(now=now)
    counts += await forget_draws(held_before=now - DRAW_FILES_LAST, over_before=paris_day(now))
    counts["shares"] = await forget_shares(now=now)
    counts["drafts"] = await forget_drafts(now=now)
    counts["security"] = await asyncio.to_thread(forget_security_log, data_dir, now=now, dry_run=dry_run)
    for statement in (EVENTS, REFUSALS):
        counts["journal"] += len(await rows(statement, now - JOURNAL_LASTS))
    counts = +counts
    if told := ", ".join(f"{number} {WORDS[what]}" for what, number in counts.items() if what != "proofs"):
        await record("data_purged", by=None, about_kind="", about=None, detail=told, now=now)
    return counts


async def _at(visits: str, before: datetime, erase: Erase, *more: object) -> Counter[str]:
    async with transaction():
        slots = [one["slot"] for one in await rows(visits, before, *more)]
        return await erase(slots) if slots else Counter()


async def _forget_sign_ups(now: datetime) -> int:
    unanswered = await waited_too_long(now=now)
    for one in unanswered:
        with suppress(SignUpAnswered):
            await refuse(one, by=None, act="sign_up_lapsed", now=now)
    return len(unanswered) + len(await rows(NEVER_PROVED, now))


async def _erase_photos(data_dir: Path, now: datetime, *, dry_run: bool) -> int:
    async with transaction():
        photos = await take_photos([one["slot"] for one in await rows(PHOTOGRAPHED, now - PHOTOS_LAST)])
    if not dry_run:
        await asyncio.to_thread(remove_photos, data_dir, photos)
    lost = await remove_lost_photos(data_dir, now=now, dry_run=dry_run)
    return max(len(photos), lost) if dry_run else len(photos) + lost
