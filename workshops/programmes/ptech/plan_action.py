"""Plan what a company does with a cohort, or plan it otherwise."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from workshops.acts import MOST_NUMBER, Act, a_number, chosen, labelled, typed
from workshops.database import row, transaction, value
from workshops.database.row_types import insert_of
from workshops.events.record import record
from workshops.programmes.ptech.lock import changing_action, changing_cohort
from workshops.programmes.ptech.rules import (
    COHORTS_MOST,
    MINUTES_LEAST,
    MINUTES_MOST,
    PEOPLE_MOST,
    ActionKind,
    ActionKnown,
    ActionMovedBack,
    ActionSettled,
    NotMentor,
    UnusualTime,
    entry_ends_at,
    refuse_day,
    unusual,
)
from workshops.refusals import Invalid
from workshops.school_calendar.queries import day_off_of
from workshops.school_calendar.rules import paris_day
from workshops.scope import Scope

MENTORS_THEN = """
SELECT 1 FROM ptech_mentors WHERE cohort = $1 AND company = $2 AND from_on <= $3 AND (to_on IS NULL OR to_on >= $3)
"""
# What two tabs, or a form sent twice, would announce twice.
SAME = """
SELECT 1 FROM mentoring_actions WHERE cohort = $1 AND company IS NOT DISTINCT FROM $2::int AND title = $3
  AND starts_at = $4 AND state <> 'called_off'
"""
NAMED = """
SELECT s.title || ', rentrée ' || c.entry_year FROM ptech_cohorts c JOIN ptech_schemes s ON s.id = c.scheme
WHERE c.id = $1
"""
# An action is called by its kind from then on: $1 before when it was held, $2 and $3 the kinds and their words.
FORGET_TITLES = """
UPDATE mentoring_actions a SET title = k.words, place = ''
FROM unnest($2::varchar[], $3::varchar[]) AS k (kind, words)
WHERE k.kind = a.kind AND a.starts_at < $1 AND (a.title <> k.words OR a.place <> '') RETURNING a.id
"""


StartsAt = Annotated[
    datetime,
    Meta(
        tz=True,
        description="When it begins.",
        extra={"label": "Date de l'action", "form": {"starts_on": "Date", "starts": "Heure"}},
    ),
]
Minutes = Annotated[
    int,
    a_number(
        "Durée pour un élève",
        "What one pupil lives in all.",
        MINUTES_LEAST,
        MINUTES_MOST,
        form={"hours": "Heures par élève", "minutes": "et minutes"},
        sentence=f"Durée pour un élève : de {MINUTES_LEAST} minutes à {MINUTES_MOST // 60} heures.",
        column=("minutes", "durée en minutes"),
    ),
]
UnusualTimeMeant = Annotated[
    bool,
    labelled(
        "C'est bien le moment voulu",
        "A day off, a Sunday or an odd hour is meant.",
        form={"sure": "C'est bien le moment voulu"},
    ),
]


class ChangeAction(Act, frozen=True, kw_only=True):
    """A mentoring action: `minutes` is what one pupil lives in all, `starts_at` carries its offset.

    A day off of the lycée, a Sunday, an hour before 7 or after 20 is refused (unusual-time) unless
    `unusual_time_meant`.
    """

    kind: Annotated[ActionKind, labelled("Type d'action", "What it is.", column=("type", "type"))]
    title: Annotated[str, typed("Intitulé", "Its name, without a pupil's.", least=1, most=120, column="intitule")]
    starts_at: StartsAt
    minutes: Minutes
    people: Annotated[
        int, a_number("Personnes de l'entreprise", "Who come.", 0, PEOPLE_MOST, column=("personnes", "personnes"))
    ] = 1
    place: Annotated[
        str,
        typed(
            "Lieu",
            "Where; empty: at the company for a visit or an internship, else at the lycée.",
            most=160,
            column="lieu",
        ),
    ] = ""
    unusual_time_meant: UnusualTimeMeant = False


PLANNED = [name for name in ChangeAction.__struct_fields__ if name != "unusual_time_meant"]
TELLING = ("cohort", "company", "uid", "created_at", "changed_at")
PLAN = insert_of("mentoring_actions", *TELLING, row_type=ChangeAction, but=("unusual_time_meant",))
AS_PLANNED = f"({', '.join(PLANNED)})", "({})".format(", ".join(f"${place + 4}" for place in range(len(PLANNED))))
# Agendas are told again of what they show: the time, the place, the title; people and minutes stand there too. What no
# agenda holds keeps the SEQUENCE of its first telling.
CHANGE = """
UPDATE mentoring_actions SET {0} = {1}, sequence = sequence + $2::int, changed_at = $3
WHERE id = $1 AND {0} IS DISTINCT FROM {1} RETURNING sequence
""".format(*AS_PLANNED)


class PlanAction(ChangeAction, frozen=True, kw_only=True):
    """A lycée or a coordinator names the company that leads it, or none; a company leads its own. The cohorts `also`
    named have the same action, each with its own entry and its own pupils to count."""

    company: Annotated[int, chosen("Entreprise", "The company that leads it.")] | None = msgspec.field(
        name="company_id", default=None
    )
    also: Annotated[
        tuple[Annotated[int, Meta(ge=0, le=MOST_NUMBER)], ...],
        Meta(
            max_length=COHORTS_MOST,
            description="The other cohorts that have it too.",
            extra={"label": "Aussi avec", "choice": True},
        ),
    ] = msgspec.field(name="also_cohort_ids", default=())


async def plan_action(
    cohort: int, asked: PlanAction, *, scope: Scope, uid: str, by: int | None, now: datetime, tell: bool = True
) -> int:
    """An action is on the calendar of a cohort, led by one of its mentors of that day or by the lycée alone.

    Its invitation leaves, unless it is over already: one written down afterwards enters no agenda. A company that
    announces it leads it, and a cohort that it does not mentor is not its own. `tell` is False for the examples.
    Where other cohorts have it too, all of them do or none. Returns the action's number with the first cohort. Raises
    Invalid, NotFound, NotMentor, ActionKnown, UnusualTime.
    """
    who: Any = {"scope": scope, "by": by, "now": now, "tell": tell}
    async with transaction():
        made = await _plan(cohort, asked, uid=uid, **who)
        for other in dict.fromkeys(one for one in asked.also if one != cohort):
            try:
                await _plan(other, asked, uid=f"{other}-{uid}", **who)
            except (NotMentor, ActionKnown) as no:
                named = await value(NAMED, other)
                raise Invalid({"also": f"{named} : {no.sentence[:1].lower()}{no.sentence[1:]}"}) from None
    return made


async def _plan(
    cohort: int, asked: PlanAction, *, scope: Scope, uid: str, by: int | None, now: datetime, tell: bool
) -> int:
    led_by = scope.company or asked.company
    async with changing_cohort(cohort, scope=scope, by=by, now=now, mentored=True) as known:
        refuse_day("starts_at", "Date de l'action", paris_day(asked.starts_at), entry_year=known.entry_year)
        await refuse_stranger(cohort, led_by, asked.starts_at)
        if await value(SAME, cohort, led_by, asked.title, asked.starts_at) is not None:
            raise ActionKnown
        sure = asked.unusual_time_meant
        await refuse_unless_sure(sure, asked.starts_at, asked.minutes, school=known.school)
        made = int(await value(PLAN, cohort, led_by, uid, now, now, *_columns(asked)))
        if tell:
            act = "action_planned" if entry_ends_at(asked.starts_at, asked.minutes) > now else "action_noted"
            await record(act, by=by, about_kind="action", about=made, words=asked.title, now=now)
        return made


async def change_action(action: int, asked: ChangeAction, *, scope: Scope, by: int | None, now: datetime) -> int | None:
    """Plan it otherwise: agendas follow, and what was the same tells nobody.

    Returns the SEQUENCE of its calendar entry, None when nothing changed. Raises Invalid, NotFound, ActionSettled,
    ActionMovedBack, NotMentor, UnusualTime for another moment than before that is rarely meant, unless it is said to
    be.
    """
    async with changing_action(action, scope=scope, by=by, now=now) as known:
        if known.state != "planned":
            raise ActionSettled
        if asked.starts_at != known.starts_at and asked.starts_at <= now:
            raise ActionMovedBack
        refuse_day("starts_at", "Date de l'action", paris_day(asked.starts_at), entry_year=known.entry_year)
        await refuse_stranger(known.cohort, known.company, asked.starts_at)
        same = (asked.starts_at, asked.minutes) == (known.starts_at, known.minutes)
        sure = asked.unusual_time_meant or same
        await refuse_unless_sure(sure, asked.starts_at, asked.minutes, school=known.school)
        tells = known.in_agendas or entry_ends_at(asked.starts_at, asked.minutes) > now
        changed = await row(CHANGE, action, int(tells), now, *_columns(asked))
        if changed is None:
            return None
        act = "action_changed" if tells else "action_corrected"
        await record(act, by=by, about_kind="action", about=action, words=asked.title, now=now)
        return int(changed["sequence"])


async def refuse_stranger(cohort: int, company: int | None, starts_at: datetime) -> None:
    """Raise NotMentor for a company that does not mentor the cohort on that day."""
    if company is not None and await value(MENTORS_THEN, cohort, company, paris_day(starts_at)) is None:
        raise NotMentor


def _columns(asked: ChangeAction) -> tuple[object, ...]:
    return tuple(getattr(asked, name) for name in PLANNED)


async def refuse_unless_sure(sure: bool, starts_at: datetime, minutes: int, *, school: int) -> None:
    """Raise UnusualTime for an action out of the lycée's days and hours, unless whoever plans it is `sure`."""
    if sure:
        return
    if why := unusual(starts_at, minutes, await day_off_of(school, paris_day(starts_at))):
        raise UnusualTime(why)
