"""The tables of P-TECH in counts and dates: cohorts with their scheme, censuses, mentor companies, outcomes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec.structs import replace

from booking.programme.records.find import cohort, cohort_or_none, company, lycee, scheme_or_none
from booking.programme.records.rules import FIRM_NAME, SIRET, UAI, UAI_OF_BTS, Column
from booking.programme.records.sheet import OWN, Cells, Owner, RecordSheet, Sender, act_of, columns_of, lines_of
from workshops.ptech.count_cohort import RecordCensus, RecordOutcome, record_census, record_outcome
from workshops.ptech.mentor import AddMentor, EndMentor, add_mentor, end_mentor
from workshops.ptech.open_scheme import (
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
from workshops.ptech.tables import Mentor

TITLE, FIELD, OPENS_ON, BTS_TITLE, *AGREEMENT = columns_of(ChangeScheme)
ENTRY_YEAR = Column("rentree", "year", title="rentrée")
OF_SCHEME = (FIELD, OPENS_ON, BTS_TITLE, UAI_OF_BTS, *AGREEMENT, *columns_of(CloseScheme))
_SCHEMES = """ptech_schemes p JOIN schools s ON s.id = p.school LEFT JOIN schools b ON b.id = p.bts_school
LEFT JOIN ptech_cohorts c ON c.scheme = p.id"""
COHORTS = "ptech_schemes p JOIN schools s ON s.id = p.school JOIN ptech_cohorts c ON c.scheme = p.id"


async def _cohort(line: Cells) -> int:
    return await cohort(line["uai"], line["dispositif"], line["rentree"])


COHORT = Owner((UAI, TITLE, ENTRY_YEAR), "s.uai, p.title, c.entry_year", COHORTS, "cohort", _cohort)


async def keep_cohort(line: Cells, sender: Sender, now: datetime) -> None:
    """A scheme and, with a rentrée, its cohort: opened or corrected."""
    host = await lycee(line["uai"])
    bts_school = await lycee(line["uai_bts"]) if line["uai_bts"] else None
    closing = act_of(CloseScheme, line)
    own: dict[str, Any] = {"scope": sender.scope, "by": None, "now": now}
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
    own: dict[str, Any] = {"scope": sender.scope, "by": None, "now": now}
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
    ]
