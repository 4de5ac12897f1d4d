"""The tables of P-TECH in counts and dates: cohorts with their scheme, censuses, mentor companies, outcomes."""

from __future__ import annotations

from datetime import datetime

from booking.programme.records.find import cohort, cohort_or_none, company, lycee, scheme_or_none
from booking.programme.records.rules import Column
from booking.programme.records.sheet import OWN, Cells, RecordSheet, Sender
from workshops.ptech.check_flow import CensusCount
from workshops.ptech.enrol_cohort import enrol_cohort, relabel_cohort
from workshops.ptech.mentor import add_mentor, end_mentor
from workshops.ptech.open_scheme import close_scheme, open_scheme, tell_scheme
from workshops.ptech.record_census import record_census
from workshops.ptech.record_outcome import record_outcome
from workshops.ptech.rules import OUTCOMES, SchemeSketch
from workshops.ptech.tables import Mentor

EXITS = {
    "left_reoriented": "reorientes",
    "left_moved": "demenages",
    "left_work": "emploi",
    "left_dropout": "decroches",
    "left_other": "autres",
}
COUNTED = {
    "filles": "filles",
    "entres": "entrés en cours d'année",
    "reorientes": "réorientés",
    "demenages": "déménagés",
    "emploi": "partis en emploi",
    "decroches": "décrochés",
    "autres": "autres départs",
}
WHICH = (Column("uai", "uai", title="UAI"), Column("dispositif"), Column("rentree", "year", title="rentrée"))
OF_SCHEME = ("filiere", "ouverture", "bts_vise", "uai_bts", "convention_le", "convention_ref", "fermeture")
_FROM = """ptech_schemes p JOIN schools s ON s.id = p.school LEFT JOIN schools b ON b.id = p.bts_school
LEFT JOIN ptech_cohorts c ON c.scheme = p.id"""
COHORTS = "ptech_schemes p JOIN schools s ON s.id = p.school JOIN ptech_cohorts c ON c.scheme = p.id"


async def keep_cohort(line: Cells, sender: Sender, now: datetime) -> None:
    """A scheme and, with a rentrée, its cohort: opened or corrected."""
    host = await lycee(line["uai"])
    sketch = SchemeSketch(
        title=line["dispositif"],
        field=line["filiere"],
        opens_on=line["ouverture"],
        bts_school=await lycee(line["uai_bts"]) if line["uai_bts"] else None,
        bts_title=line["bts_vise"],
        agreement_on=line["convention_le"],
        agreement_ref=line["convention_ref"],
    )
    scheme = await scheme_or_none(line["uai"], line["dispositif"])
    if scheme is None:
        scheme = await open_scheme(sketch, school=host, by=None, now=now)
        await close_scheme(scheme, on=line["fermeture"], school=sender.school, by=None, now=now)
    else:
        await tell_scheme(scheme, sketch, closed_on=line["fermeture"], school=sender.school)
    if line["rentree"] is None:
        return
    known = await cohort_or_none(scheme, line["rentree"])
    if known is None:
        await enrol_cohort(
            scheme, entry_year=line["rentree"], label=line["cohorte"], school=sender.school, by=None, now=now
        )
    else:
        await relabel_cohort(known, label=line["cohorte"], school=sender.school, by=None, now=now)


async def keep_census(line: Cells, sender: Sender, now: datetime) -> None:
    """The counts of one October or June."""
    census = CensusCount(
        school_year=line["annee_scolaire"],
        term=line["periode"],
        present=line["presents"],
        girls=line["filles"],
        entered=line["entres"],
        note=line["explication"],
        **{code: line[name] for code, name in EXITS.items()},
    )
    await record_census(await _cohort(line), census, school=sender.school, by=None, now=now)


async def keep_mentor(line: Cells, sender: Sender, now: datetime) -> None:
    """A company that mentors a cohort, or the day it ends."""
    of, firm = await _cohort(line), await company(line["siret"])
    one = Mentor.select(Mentor.id).where(Mentor.cohort == of, Mentor.company == firm, Mentor.from_on == line["du"])
    known = await one.first()
    if known is None:
        await add_mentor(of, company=firm, from_on=line["du"], to_on=line["au"], school=sender.school, by=None, now=now)
    else:
        await end_mentor(known["id"], to_on=line["au"], school=sender.school, by=None, now=now)


async def keep_outcome(line: Cells, sender: Sender, now: datetime) -> None:
    """What became of a cohort's pupils."""
    await record_outcome(
        await _cohort(line),
        kind=line["devenir"],
        school_year=line["annee_scolaire"],
        pupils=line["eleves"],
        school=sender.school,
        by=None,
        now=now,
    )


async def _cohort(line: Cells) -> int:
    return await cohort(line["uai"], line["dispositif"], line["rentree"])


def ptech_sheets() -> list[RecordSheet]:
    """The tables, in the order in which they are taken in."""
    return [
        RecordSheet(
            name="ptech-cohortes",
            title="Dispositifs et cohortes P-TECH",
            columns=(
                *WHICH[:2],
                Column("rentree", "year", needed=False, title="rentrée"),
                Column("filiere", title="filière"),
                Column("ouverture", "day"),
                Column("bts_vise", needed=False, title="BTS visé"),
                Column("uai_bts", "uai", needed=False, title="UAI du lycée du BTS"),
                Column("convention_le", "day", needed=False, title="date de la convention"),
                Column("convention_ref", needed=False, most=80, title="référence de la convention"),
                Column("fermeture", "day", needed=False),
                Column("cohorte", needed=False, most=80, title="nom de la cohorte"),
            ),
            keys=3,
            known=f"""SELECT s.uai, p.title, c.entry_year, p.field, p.opens_on, p.bts_title, b.uai, p.agreement_on,
  p.agreement_ref, p.closed_on, coalesce(c.label, '') FROM {_FROM} WHERE {OWN}
ORDER BY s.uai, p.title, c.entry_year""",  # noqa: S608 - constants only
            keep=keep_cohort,
            of=2,
            shared=OF_SCHEME,
            hint="Une ligne par cohorte, ou sans rentrée. Après « fermeture », le dispositif n'ouvre plus de cohorte.",
        ),
        RecordSheet(
            name="ptech-recensements",
            title="Recensements P-TECH",
            columns=(
                *WHICH,
                Column("annee_scolaire", "school_year", title="année scolaire"),
                Column("periode", "choice", choices={"october": "octobre", "june": "juin"}, title="période"),
                Column("presents", "count", title="présents"),
                *(Column(name, "count", title=words) for name, words in COUNTED.items()),
                Column("explication", needed=False, most=500),
            ),
            keys=5,
            known=f"""SELECT s.uai, p.title, c.entry_year, x.school_year, x.term, x.present, x.girls, x.entered,
  x.left_reoriented, x.left_moved, x.left_work, x.left_dropout, x.left_other, x.note
FROM {COHORTS} JOIN ptech_censuses x ON x.cohort = c.id WHERE {OWN}
ORDER BY s.uai, p.title, c.entry_year, x.school_year, x.term DESC""",  # noqa: S608 - constants only
            keep=keep_census,
        ),
        RecordSheet(
            name="ptech-mentors",
            title="Entreprises mentores P-TECH",
            columns=(
                *WHICH,
                Column("siret", "siret", title="SIRET"),
                Column("du", "day", title="depuis le"),
                Column("au", "day", needed=False, title="jusqu'au"),
                Column("entreprise", "info", needed=False, title="nom de l'entreprise"),
            ),
            keys=5,
            known=f"""SELECT s.uai, p.title, c.entry_year, f.siret, m.from_on, m.to_on, f.name FROM {COHORTS}
JOIN ptech_mentors m ON m.cohort = c.id JOIN companies f ON f.id = m.company WHERE {OWN}
ORDER BY s.uai, p.title, c.entry_year, f.siret, m.from_on""",  # noqa: S608 - constants only
            keep=keep_mentor,
        ),
        RecordSheet(
            name="ptech-devenirs",
            title="Devenir des élèves P-TECH",
            columns=(
                *WHICH,
                Column("annee_scolaire", "school_year", title="année scolaire"),
                Column("devenir", "choice", choices=OUTCOMES),
                Column("eleves", "count", title="élèves"),
            ),
            keys=5,
            known=f"""SELECT s.uai, p.title, c.entry_year, o.school_year, o.kind, o.pupils FROM {COHORTS}
JOIN ptech_outcomes o ON o.cohort = c.id WHERE {OWN}
ORDER BY s.uai, p.title, c.entry_year, o.school_year, o.kind""",  # noqa: S608 - constants only
            keep=keep_outcome,
        ),
    ]
