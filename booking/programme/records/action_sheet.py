"""The table of mentoring actions: one that is new, told otherwise, held or called off, as on its page."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from booking.programme.records.find import KnownAction, action, cohort, company
from booking.programme.records.ptech_sheets import COHORTS, WHICH
from booking.programme.records.rules import Column
from booking.programme.records.sheet import OWN, Cells, RecordSheet, Sender
from booking.words.ptech import ACTION_KINDS, ACTION_STATES
from booking.words.wording import PARIS
from workshops.ptech.plan_action import change_action, plan_action
from workshops.ptech.rules import ActionSketch
from workshops.ptech.settle_action import call_off_action, hold_action
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
    sketch = _sketch(line)
    known = await action(of, number=line["numero"], company=firm, starts_at=sketch.starts_at, title=sketch.title)
    if known is None:
        await _plan(of, sketch, firm, line, sender, now)
    else:
        await _correct(known, sketch, firm, line, sender, now)


def _sketch(line: Cells) -> ActionSketch:
    return ActionSketch(
        kind=line["type"],
        title=line["intitule"],
        starts_at=datetime.combine(line["le"], line["debut"], tzinfo=PARIS),
        minutes=line["minutes"],
        people=line["personnes"],
        place=line["lieu"],
    )


async def _plan(of: int, sketch: ActionSketch, firm: int | None, line: Cells, sender: Sender, now: datetime) -> None:
    if line["numero"] is not None:
        raise Invalid({"numero": f"cette cohorte n'a pas d'action n° {line['numero']}, laissez la cellule vide"})
    if line["annulation"] and sketch.starts_at > now:
        raise Invalid({"annulation": "cette action à venir n'est pas connue : il n'y a rien à annuler"})
    sure = bool(line["confirme"])
    made = await plan_action(of, sketch, company=firm, uid=sender.uid(), sure=sure, **_whose(sender, now))
    await _settle(made, line, sketch.starts_at, sender, now)


async def _correct(
    known: KnownAction, sketch: ActionSketch, firm: int | None, line: Cells, sender: Sender, now: datetime
) -> None:
    if known.company != firm:
        raise Invalid({"siret": "l'entreprise d'une action ne change pas : annulez-la, prévoyez-en une autre"})
    counted = line["presents"] is not None
    # One that was held on another day than planned is moved by its count: the day is over.
    planned = replace(sketch, starts_at=known.sketch.starts_at) if counted else sketch
    if known.sketch != planned or (known.state != "planned" and not counted and not line["annulation"]):
        await change_action(known.id, planned, sure=bool(line["confirme"]), **_whose(sender, now))
    await _settle(known.id, line, sketch.starts_at, sender, now)


async def _settle(number: int, line: Cells, at: datetime, sender: Sender, now: datetime) -> None:
    if line["presents"] is not None:
        sure = bool(line["confirme"])
        await hold_action(number, pupils=line["presents"], held_at=at, sure=sure, **_whose(sender, now))
    elif line["annulation"]:
        await call_off_action(number, reason=line["annulation"], **_whose(sender, now))


def _whose(sender: Sender, now: datetime) -> dict[str, Any]:
    """Who acts: nobody by name on the command line, which leaves the journal's account empty."""
    return {"school": sender.school, "by": sender.by, "now": now}


def action_sheet() -> RecordSheet:
    """The table; the number that it gives out lets a line move its action to another day."""
    return RecordSheet(
        name="ptech-actions",
        title="Actions de mentorat P-TECH",
        columns=(
            *WHICH,
            Column("siret", "siret", needed=False, title="SIRET"),
            Column("le", "day", title="date"),
            Column("debut", "hour", title="heure de début"),
            Column("intitule", title="intitulé"),
            Column("type", "choice", choices=ACTION_KINDS),
            Column("lieu", needed=False, most=160),
            Column("minutes", "count", title="durée en minutes"),
            Column("personnes", "count"),
            Column("presents", "count", needed=False, title="présents"),
            Column("annulation", needed=False, most=300, title="motif d'annulation"),
            Column("confirme", "meant", needed=False, title="moment confirmé"),
            Column("numero", "number", needed=False, title="numéro"),
            Column("entreprise", "info", needed=False, title="nom de l'entreprise"),
            Column("etat", "info", needed=False, title="état"),
        ),
        keys=7,
        number="numero",
        known=f"""SELECT s.uai, p.title, c.entry_year, f.siret, ({AT})::date, ({AT})::time, a.title, a.kind, a.place,
  a.minutes, a.people, a.pupils, CASE a.state WHEN 'called_off' THEN a.reason ELSE '' END, NULL, a.id, f.name, {STATE}
FROM {COHORTS} JOIN mentoring_actions a ON a.cohort = c.id LEFT JOIN companies f ON f.id = a.company WHERE {OWN}
ORDER BY s.uai, p.title, c.entry_year, a.starts_at, a.state <> 'called_off', a.id""",  # noqa: S608 - constants only
        keep=keep_action,
        hint=HINT,
        warning=WARNING,
        undone=False,
    )
