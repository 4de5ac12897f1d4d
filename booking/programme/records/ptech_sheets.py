"""The tables of P-TECH: cohorts with their scheme, censuses, mentor companies, outcomes, and mentoring actions."""

from __future__ import annotations

from datetime import datetime

import msgspec
from msgspec.structs import replace

from booking.programme.records.find import KnownAction, action, cohort, cohort_or_none, company, lycee, scheme_or_none
from booking.programme.records.rules import FIRM_NAME, SIRET, UAI, UAI_OF_BTS, Column
from booking.programme.records.sheet import OWN, Cells, Owner, RecordSheet, Sender, act_of, columns_of, lines_of
from booking.words.ptech import ACTION_STATES
from booking.words.wording import PARIS
from workshops.database.row_types import values_of
from workshops.programmes.ptech.count_cohort import RecordCensus, RecordOutcome, record_census, record_outcome
from workshops.programmes.ptech.mentor import AddMentor, EndMentor, add_mentor, end_mentor
from workshops.programmes.ptech.open_scheme import (
    ChangeScheme,
    CloseScheme,
    EnrolCohort,
    OpenScheme,
    RelabelCohort,
    close_scheme,
    enrol_cohort,
    open_scheme,
    relabel_cohort,
    tell_scheme,
)
from workshops.programmes.ptech.plan_action import ChangeAction, PlanAction, change_action, plan_action
from workshops.programmes.ptech.settle_action import CallOffAction, HoldAction, call_off_action, hold_action
from workshops.programmes.ptech.tables import Mentor
from workshops.refusals import Invalid

TITLE, FIELD, OPENS_ON, BTS_TITLE, *AGREEMENT = columns_of(ChangeScheme)
ENTRY_YEAR = Column("rentree", "year", title="rentrée")
OF_SCHEME = (FIELD, OPENS_ON, BTS_TITLE, UAI_OF_BTS, *AGREEMENT, *columns_of(CloseScheme))
_SCHEMES = """ptech_schemes p JOIN schools s ON s.id = p.school LEFT JOIN schools b ON b.id = p.bts_school
LEFT JOIN ptech_cohorts c ON c.scheme = p.id"""
COHORTS = "ptech_schemes p JOIN schools s ON s.id = p.school JOIN ptech_cohorts c ON c.scheme = p.id"
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


async def _cohort(line: Cells) -> int:
    return await cohort(line["uai"], line["dispositif"], line["rentree"])


COHORT = Owner((UAI, TITLE, ENTRY_YEAR), "s.uai, p.title, c.entry_year", COHORTS, "cohort", _cohort)


async def keep_cohort(line: Cells, sender: Sender, now: datetime) -> None:
    """A scheme and, with a rentrée, its cohort: opened or corrected."""
    host = await lycee(line["uai"])
    bts_school = await lycee(line["uai_bts"]) if line["uai_bts"] else None
    closing = act_of(CloseScheme, line)
    own = sender.acts(now)
    scheme = await scheme_or_none(line["uai"], line["dispositif"])
    if scheme is None:
        scheme = await open_scheme(act_of(OpenScheme, line, bts_school=bts_school), school=host, by=None, now=now)
        await close_scheme(scheme, closing, **own)
    else:
        card = act_of(ChangeScheme, line, bts_school=bts_school)
        await tell_scheme(scheme, card, closed_on=closing.closed_on, scope=sender.scope)
    if line["rentree"] is None:
        return
    known = await cohort_or_none(scheme, line["rentree"])
    if known is None:
        await enrol_cohort(act_of(EnrolCohort, line, scheme=scheme, entry_year=line["rentree"]), **own)
    else:
        await relabel_cohort(known, act_of(RelabelCohort, line), **own)


async def keep_mentor(line: Cells, sender: Sender, now: datetime) -> None:
    """A company that mentors a cohort, or the day it ends."""
    of, firm = await _cohort(line), await company(line["siret"])
    asked = act_of(AddMentor, line, company=firm)
    own = sender.acts(now)
    same = Mentor.select(Mentor.id).where(Mentor.cohort == of, Mentor.company == firm, Mentor.from_on == asked.from_on)
    known = await same.first()
    if known is None:
        await add_mentor(of, asked, **own)
    else:
        await end_mentor(known["id"], EndMentor(to_on=asked.to_on), **own)


def ptech_sheets() -> list[RecordSheet]:
    """The tables, in the order in which they are taken in."""
    return [
        RecordSheet(
            name="ptech-cohortes",
            title="Dispositifs et cohortes P-TECH",
            columns=(UAI, TITLE, replace(ENTRY_YEAR, needed=False), *OF_SCHEME, *columns_of(EnrolCohort)),
            keys=3,
            known=f"""SELECT s.uai, p.title, c.entry_year, p.field, p.opens_on, p.bts_title, b.uai, p.agreement_on,
  p.agreement_ref, p.closed_on, coalesce(c.label, '') FROM {_SCHEMES} WHERE {OWN}
ORDER BY s.uai, p.title, c.entry_year""",  # noqa: S608 - constants only
            keep=keep_cohort,
            of=2,
            shared=tuple(column.name for column in OF_SCHEME),
            hint="Une ligne par cohorte, ou sans rentrée. Après « fermeture », le dispositif n'ouvre plus de cohorte.",
        ),
        lines_of(
            COHORT,
            "ptech_censuses",
            RecordCensus,
            record_census,
            name="ptech-recensements",
            title="Recensements P-TECH",
            keys=2,
            order="t.school_year, t.term DESC",
        ),
        RecordSheet(
            name="ptech-mentors",
            title="Entreprises mentores P-TECH",
            columns=(*COHORT.columns, replace(SIRET, needed=True), *columns_of(AddMentor), FIRM_NAME),
            keys=5,
            known=f"""SELECT s.uai, p.title, c.entry_year, f.siret, m.from_on, m.to_on, f.name FROM {COHORTS}
JOIN ptech_mentors m ON m.cohort = c.id JOIN companies f ON f.id = m.company WHERE {OWN}
ORDER BY s.uai, p.title, c.entry_year, f.siret, m.from_on""",  # noqa: S608 - constants only
            keep=keep_mentor,
        ),
        lines_of(
            COHORT,
            "ptech_outcomes",
            RecordOutcome,
            record_outcome,
            name="ptech-devenirs",
            title="Devenir des élèves P-TECH",
            keys=2,
        ),
        _action_sheet(),
    ]


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
    made = await plan_action(of, asked, uid=sender.uid(), **sender.acts(now, named=True))
    await _settle(made, asked, line, sender, now)


async def _correct(known: KnownAction, asked: PlanAction, line: Cells, sender: Sender, now: datetime) -> None:
    if known.company != asked.company:
        raise Invalid({"siret": "l'entreprise d'une action ne change pas : annulez-la, prévoyez-en une autre"})
    counted = line["presents"] is not None
    values = values_of(ChangeAction, asked)
    # One that was held on another day than planned is moved by its count: the day is over.
    planned = ChangeAction(**values | {"starts_at": known.asked.starts_at} if counted else values)
    same = known.asked == msgspec.structs.replace(planned, unusual_time_meant=False)
    if not same or (known.state != "planned" and not counted and not line["annulation"]):
        await change_action(known.id, planned, **sender.acts(now, named=True))
    await _settle(known.id, asked, line, sender, now)


async def _settle(number: int, asked: PlanAction, line: Cells, sender: Sender, now: datetime) -> None:
    if line["presents"] is not None:
        held = HoldAction(pupils=line["presents"], held_at=asked.starts_at, unusual_time_meant=asked.unusual_time_meant)
        await hold_action(number, held, **sender.acts(now, named=True))
    elif line["annulation"]:
        await call_off_action(number, CallOffAction(reason=line["annulation"]), **sender.acts(now, named=True))


def _action_sheet() -> RecordSheet:
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
