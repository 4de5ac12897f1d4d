"""technilab rotate-secret: the site has a new key; what still needs the one before, and until when."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import click
from msgspec import Struct

from booking.commands.words import FrenchCommand, counted
from booking.mails.webhooks.subscribe import reseal_secrets
from booking.outbox.site_keys.remember import key_since
from booking.people.accounts.second_proof import reseal_phones
from booking.process.secret_key import before_of
from booking.process.settings import read_settings
from booking.visits.badge_codes.renew import BadgesToCome, badges_to_come
from booking.visits.questions.rules import QUESTIONS_LAST
from booking.visits.reservation_states import SURE_SQL
from booking.words.wording import moment
from workshops.database import rows

# For so long a server tries to deliver a mail before it says that it came back (RFC 5321, 4.5.4.1), and some days more.
RETURNS_LAST = timedelta(days=10)
# $1 now, $2 since when the key is the site's, $3 and $4 how long a question and a mail's return last: of each kind of
# thing that a former key made, how many still stand, and until when at the latest.
STANDING = f"""
SELECT 'offers' AS kind, count(*)::int AS number, max(r.hold_until) AS until FROM reservations r
WHERE r.state = 'offered' AND r.offer_salt IS NOT NULL AND r.hold_until > $1 AND EXISTS (SELECT FROM notices n
  WHERE n.kind = 'place_offered' AND n.about_kind = 'reservation' AND n.about = r.id AND n.created_at < $2)
UNION ALL SELECT 'asked', count(*)::int, max(r.starts_at) FROM reservations r
WHERE r.state IN {SURE_SQL} AND r.starts_at > $1 AND EXISTS (SELECT FROM notices n
  WHERE n.kind = 'visit_asked' AND n.about_kind = 'reservation' AND n.about = r.id AND n.created_at < $2)
UNION ALL SELECT 'proposals', count(*)::int, max(least(r.handed_until, r.starts_at)) FROM reservations r
WHERE r.handed_to IS NOT NULL AND r.handed_until > $1 AND r.starts_at > $1 AND EXISTS (SELECT FROM notices n
  WHERE n.kind = 'visit_proposed' AND n.about_kind = 'reservation' AND n.about = r.id AND n.created_at < $2)
UNION ALL SELECT 'questions', count(*)::int, max(q.last_at) + $3::interval FROM questions q
WHERE q.asked_at < $2 AND q.last_at + $3::interval > $1
UNION ALL SELECT 'drafts', count(*)::int, max(d.expires_at) FROM drafts d
WHERE d.expires_at > $1 AND d.expires_at < $2 + interval '1 hour'
UNION ALL SELECT 'sessions', count(*)::int, max(s.expires_at) FROM sessions s
WHERE s.expires_at > $1 AND s.created_at < $2
UNION ALL SELECT 'mails', count(*)::int, max(n.sent_at) + $4::interval FROM notices n
WHERE n.sent_at < $2 AND n.sent_at + $4::interval > $1
"""  # noqa: S608 - constants only
KINDS = {
    "badges": ("visite dont les badges se réimpriment", "visites dont les badges se réimpriment"),
    "offers": ("place proposée par mail", "places proposées par mail"),
    "asked": ("groupe à qui l'on demande s'il vient", "groupes à qui l'on demande s'ils viennent"),
    "proposals": ("visite proposée à un collègue", "visites proposées à un collègue"),
    "questions": ("question à un lycée", "questions à un lycée"),
    "drafts": ("brouillon", "brouillons"),
    "sessions": ("page ouverte par quelqu'un de connecté", "pages ouvertes par des gens connectés"),
    "mails": ("mail qui pourrait encore revenir", "mails qui pourraient encore revenir"),
}


class Standing(Struct, frozen=True):
    """How many things of a kind a former key made and somebody may still use, and until when at the latest."""

    kind: str
    number: int
    until: datetime | None


class Rotation(Struct, frozen=True):
    """What became of the site's secrets, and what still needs a key before."""

    before: int
    phones: Counter[str]
    receivers: Counter[str]
    badges: BadgesToCome
    standing: tuple[Standing, ...]

    @property
    def until(self) -> datetime | None:
        """When nothing needs a key before any more, as far as a date is known; None when nothing does now."""
        return max((one.until for one in self.standing if one.until is not None), default=None)


@click.command(cls=FrenchCommand)
@click.option(
    "--anew",
    is_flag=True,
    help="Crée d'autres badges là où plus aucune clé ne les fait : ceux déjà imprimés ne servent plus.",
)
def rotate_secret(anew: bool) -> None:
    """Seal by the new key what can be, and say what needs the one before; done twice, it changes nothing."""
    settings = read_settings()
    told = asyncio.run(rotate(settings.secret_key, anew=anew, now=datetime.now(UTC)))
    for line in said(told, anew=anew):
        click.echo(line)


async def rotate(secret_key: str, *, anew: bool = False, now: datetime) -> Rotation:
    """Seal anew what outlives a key, and count what was made by those before and is not over."""
    since = await key_since(secret_key, now=now)
    phones, receivers = await reseal_phones(secret_key), await reseal_secrets(secret_key)
    badges = await badges_to_come(secret_key, anew=anew, now=now)
    standing = [Standing("badges", badges.former, badges.until)]
    if before_of(secret_key):
        found = await rows(STANDING, now, since, QUESTIONS_LAST, RETURNS_LAST)
        standing += [Standing(**dict(one)) for one in found]
    kept = tuple(one for one in standing if one.number)
    return Rotation(len(before_of(secret_key)), phones, receivers, badges, kept)


def said(told: Rotation, *, anew: bool) -> list[str]:
    """The lines that say it."""
    lines = []
    if sealed := [
        counted(number, *words)
        for number, words in (
            (told.phones["sealed"], ("téléphone", "téléphones")),
            (told.receivers["sealed"], ("secret de logiciel", "secrets de logiciels")),
        )
        if number
    ]:
        lines.append(f"Gardé désormais sous la nouvelle clé : {', '.join(sealed)}.")
    if told.receivers["turning"]:
        many = counted(told.receivers["turning"], "logiciel prévenu n'a pas", "logiciels prévenus n'ont pas")
        lines.append(f"{many} encore pris leur nouveau secret : les envois portent les deux signatures.")
    lines += _lost(told, anew=anew)
    if not told.before:
        return [*lines, "SECRET_KEY_BEFORE n'est pas donnée : rien n'attend une clé d'avant."]
    if told.standing:
        lines.append("A encore besoin de la clé d'avant :")
        lines += [
            f"  {one.number:>7}  {KINDS[one.kind][one.number > 1]}, jusqu'au {moment(one.until)}"
            for one in told.standing
            if one.until is not None
        ]
    if waiting := told.phones["wait"] + told.receivers["wait"]:
        lines.append(
            f"{counted(waiting, 'secret est', 'secrets sont')} d'une des clés d'avant sans que l'on sache laquelle : un"
            " téléphone le dit à son prochain code, un logiciel prend son nouveau secret sur sa page."
        )
    if told.until is None:
        return [*lines, "SECRET_KEY_BEFORE peut être retirée."]
    return [*lines, f"SECRET_KEY_BEFORE peut être retirée après le {moment(told.until)}."]


def _lost(told: Rotation, *, anew: bool) -> list[str]:
    """What no key opens any more, and how it is made anew."""
    lines = []
    if told.badges.lost:
        visits = counted(told.badges.lost, "visite", "visites")
        lines.append(
            f"{visits} : d'autres badges sont créés, ceux qui étaient imprimés ne servent plus."
            if anew
            else f"{visits} : aucune clé ne fait plus leurs badges. Imprimés, ils servent ; pour en imprimer d'autres,"
            " lancez technilab rotate-secret --anew, après quoi les anciens ne servent plus."
        )
    if told.phones["lost"]:
        phones = counted(told.phones["lost"], "téléphone n'est plus reconnu", "téléphones ne sont plus reconnus")
        lines.append(f"{phones} : un code sur papier ou une clé d'accès le remplace, ou technilab forget-phone.")
    if told.receivers["lost"]:
        many = counted(told.receivers["lost"], "logiciel prévenu a perdu", "logiciels prévenus ont perdu")
        lines.append(f"{many} son secret : qui l'a abonné en prend un nouveau sur sa page.")
    return lines
