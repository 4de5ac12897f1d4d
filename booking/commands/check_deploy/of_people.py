"""Who could open everything, and who answers for the data."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct

from booking.commands.check_deploy.finding import Finding, Rule
from booking.commands.words import counted
from booking.people.accounts.trial import examples_standing
from booking.process.settings import Settings
from workshops.academie.queries import academie
from workshops.database import row

# A coordinator reads everything: half a year without her is an account that waits for somebody else.
IDLE = timedelta(days=183)
COORDINATORS = """
SELECT count(*) FILTER (WHERE proved) AS proved,
  count(*) FILTER (WHERE coalesce(last_seen_at, created_at) < $1) AS idle
FROM (SELECT DISTINCT a.id, a.last_seen_at, a.created_at,
        EXISTS (SELECT FROM second_proofs p WHERE p.account = a.id)
          OR EXISTS (SELECT FROM passkeys k WHERE k.account = a.id) AS proved
      FROM accounts a JOIN memberships m ON m.account = a.id AND m.role = 'coordinator'
      WHERE a.disabled_at IS NULL AND NOT a.example) coordinator"""


class People(Struct, frozen=True):
    """`proved` coordinators have a second proof, `idle` ones have not come for long; `examples` are invented people;
    `answers`: somebody answers for the data, whose officer is `dpo`."""

    examples: int
    proved: int
    idle: int
    answers: bool
    dpo: str
    trial: bool


async def look(settings: Settings, *, now: datetime) -> People:
    found = await row(COORDINATORS, now - IDLE)
    assert found is not None  # noqa: S101 - an aggregate always gives a row
    return People(
        examples=await examples_standing(),
        proved=found["proved"],
        idle=found["idle"],
        answers=bool((await academie()).operator or settings.operator),
        dpo=settings.dpo,
        trial=settings.demo,
    )


def examples(seen: People) -> Finding | None:
    if not seen.examples or seen.trial:
        return None
    told = counted(seen.examples, "compte d'exemple est encore là", "comptes d'exemple sont encore là")
    return Finding("Exemples", told, "technilab forget-examples --dry-run, puis technilab forget-examples")


def proofs(seen: People) -> Finding | None:
    if seen.proved:
        return None
    return Finding(
        "Coordination",
        "personne n'y a de deuxième preuve",
        "technilab invite ADRESSE --role coordinator, puis qu'elle se connecte et enregistre son téléphone",
    )


def idle(seen: People) -> Finding | None:
    if not seen.idle:
        return None
    told = counted(seen.idle, "compte qui peut tout n'a", "comptes qui peuvent tout n'ont")
    return Finding(
        "Comptes de coordination",
        f"{told} pas servi depuis six mois",
        "Fermez-le à la page /gestion/comptes, ou demandez-lui de se connecter",
    )


def operator(seen: People) -> Finding | None:
    if seen.answers:
        return None
    return Finding("OPERATOR", "/confidentialite ne dit pas qui répond des données", "Dites-le à /gestion/reglages")


def officer(seen: People) -> Finding | None:
    if seen.dpo:
        return None
    return Finding("DPO", "/confidentialite ne donne pas de délégué à la protection des données", "Donnez sa boîte")


RULES: tuple[Rule[People], ...] = (examples, proofs, idle, operator, officer)
