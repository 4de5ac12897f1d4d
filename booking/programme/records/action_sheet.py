"""The table of mentoring actions: one that is new, told otherwise, held or called off, as on its page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from booking.programme.records.find import KnownAction, action, cohort, company
from booking.programme.records.ptech_sheets import COHORT
from booking.programme.records.rules import FIRM_NAME, SIRET, Column
from booking.programme.records.sheet import OWN, Cells, RecordSheet, Sender, act_of, columns_of
from booking.words.ptech import ACTION_STATES
from booking.words.wording import PARIS
from workshops.ptech.plan_action import ChangeAction, PlanAction, change_action, plan_action
from workshops.ptech.settle_action import CallOffAction, HoldAction, call_off_action, hold_action
from workshops.refusals import Invalid

HINT = (
    "Sans SIRET, le lycée seul. « présents » compte une action tenue, « motif d'annulation » dit pourquoi elle est"
    " annulée."
    " « numéro » vient du tableau téléchargé : il permet de changer le jour d'une action, laissez-le vide pour une"
    " nouvelle. Un jour de vacances, un jour férié, un dimanche ou une heure avant 7 h ou après 20 h : « moment"
    " confirmé » dit oui."
)
WARNING = (
    "L'invitation de chaque action à venir part par mail au lycée et à l'entreprise dès l'enregistrement. Ce"
    " fichier ne se défait pas : une action s'annule sur sa page."
)
AT = "a.starts_at AT TIME ZONE 'Europe/Paris'"
STATE = "CASE a.state {} END".format(" ".join(f"WHEN '{code}' THEN '{words}'" for code, words in ACTION_STATES.items()))


async def keep_action(line: Cells, sender: Sender, now: datetime) -> None:
    """An action, with the invitations that its page would send: planned or changed, then counted or called off."""
    if line["presents"] is not None and line["annulation"]:
        raise Invalid({"annulation": "une action annulée n'a pas d'élèves présents : videz l'une des deux cellules"})
    of = await cohort(line["uai"], line["dispositif"], line["rentree"])
    firm = None if line["siret"] is None else await company(line["siret"])
    asked = act_of(
        PlanAction,
        line,
        starts_at=datetime.combine(line["le"], line["debut"], tzinfo=PARIS),
        company=firm,
        unusual_time_meant=bool(line["confirme"]),
    )
    known = await action(of, number=line["numero"], company=firm, starts_at=asked.starts_at, title=asked.title)
    if known is None:
        await _plan(of, asked, line, sender, now)
    else:
        await _correct(known, asked, line, sender, now)


async def _plan(of: int, asked: PlanAction, line: Cells, sender: Sender, now: datetime) -> None:
    if line["numero"] is not None:
        raise Invalid({"numero": f"cette cohorte n'a pas d'action n° {line['numero']}, laissez la cellule vide"})
    if line["annulation"] and asked.starts_at > now:
        raise Invalid({"annulation": "cette action à venir n'est pas connue : il n'y a rien à annuler"})
    made = await plan_action(of, asked, uid=sender.uid(), **_whose(sender, now))
    await _settle(made, asked, line, sender, now)


async def _correct(known: KnownAction, asked: PlanAction, line: Cells, sender: Sender, now: datetime) -> None:
    if known.company != asked.company:
        raise Invalid({"siret": "l'entreprise d'une action ne change pas : annulez-la, prévoyez-en une autre"})
    counted = line["presents"] is not None
    values = {name: getattr(asked, name) for name in ChangeAction.__struct_fields__}
    # One that was held on another day than planned is moved by its count: the day is over.
    planned = ChangeAction(**values | {"starts_at": known.asked.starts_at} if counted else values)
    same = known.asked == msgspec.structs.replace(planned, unusual_time_meant=False)
    if not same or (known.state != "planned" and not counted and not line["annulation"]):
        await change_action(known.id, planned, **_whose(sender, now))
    await _settle(known.id, asked, line, sender, now)


async def _settle(number: int, asked: PlanAction, line: Cells, sender: Sender, now: datetime) -> None:
    if line["presents"] is not None:
        held = HoldAction(pupils=line["presents"], held_at=asked.starts_at, unusual_time_meant=asked.unusual_time_meant)
        await hold_action(number, held, **_whose(sender, now))
    elif line["annulation"]:
        await call_off_action(number, CallOffAction(reason=line["annulation"]), **_whose(sender, now))


def _whose(sender: Sender, now: datetime) -> dict[str, Any]:
    """Who acts: nobody by name on the command line, which leaves the journal's account empty."""
    return {"scope": sender.scope, "by": sender.by, "now": now}


def action_sheet() -> RecordSheet:
    """The table; the number that it gives out lets a line move its action to another day."""
    told = {column.name: column for column in columns_of(PlanAction)}
    return RecordSheet(
        name="ptech-actions",
        title="Actions de mentorat P-TECH",
        columns=(
            *COHORT.columns,
            SIRET,
            Column("le", "day", title="date"),
            Column("debut", "hour", title="heure de début"),
            told["intitule"],
            told["type"],
            told["lieu"],
            told["minutes"],
            told["personnes"],
            Column("presents", "count", needed=False, title="présents"),
            Column("annulation", needed=False, most=300, title="motif d'annulation"),
            Column("confirme", "meant", needed=False, title="moment confirmé"),
            Column("numero", "number", needed=False, title="numéro"),
            FIRM_NAME,
            Column("etat", "info", needed=False, title="état"),
        ),
        keys=7,
        number="numero",
        known=f"""SELECT s.uai, p.title, c.entry_year, f.siret, ({AT})::date, ({AT})::time, a.title, a.kind, a.place,
  a.minutes, a.people, a.pupils, CASE a.state WHEN 'called_off' THEN a.reason ELSE '' END, NULL, a.id, f.name, {STATE}
FROM {COHORT.rows} JOIN mentoring_actions a ON a.cohort = c.id LEFT JOIN companies f ON f.id = a.company WHERE {OWN}
ORDER BY s.uai, p.title, c.entry_year, a.starts_at, a.state <> 'called_off', a.id""",  # noqa: S608 - constants only
        keep=keep_action,
        hint=HINT,
        warning=WARNING,
        undone=False,
    )
