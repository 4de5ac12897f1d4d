"""The tables of those who make a BTS+1 course: its partners, and the BTS whose graduates may enter."""

from __future__ import annotations

from datetime import datetime

from booking.programme.records.bts1_sheets import WHICH, Cells
from booking.programme.records.find import company, consortium_member, course, lycee
from booking.programme.records.rules import Column
from booking.programme.records.sheet import OWN, RecordSheet, Sender
from workshops.bts1.add_partner import add_feeder, add_partner
from workshops.bts1.rules import KINDS
from workshops.refusals import Invalid

_COURSES = "bts1_courses c JOIN schools s ON s.id = c.school"
NAMED_TWICE = "Laissez « partenaire » vide quand le SIRET est donné : le nom est celui de l'entreprise."


async def keep_partner(line: Cells, sender: Sender, now: datetime) -> None:
    """Someone makes the course with the lycée: a company by its SIRET, a member of the consortium, another body."""
    of = await course(line["uai"], line["formation"])
    kind, name, siret = line["type"], line["partenaire"], line["siret"]
    if siret is not None and name:
        raise Invalid({"partenaire": NAMED_TWICE})
    firm = None if siret is None else await company(siret)
    member = await consortium_member(kind, name) if name else None
    await add_partner(of, kind=kind, name=name, company=firm, partner=member, school=sender.school, by=None, now=now)


async def keep_feeder(line: Cells, sender: Sender, now: datetime) -> None:
    """A BTS leads to the course, of one lycée or of any."""
    of = await course(line["uai"], line["formation"])
    taught_at = await lycee(line["uai_bts"]) if line["uai_bts"] else None
    await add_feeder(of, bts=line["bts"], taught_at=taught_at, school=sender.school, by=None, now=now)


def maker_sheets() -> list[RecordSheet]:
    """The tables, in the order in which they are taken in."""
    return [
        RecordSheet(
            name="bts1-partenaires",
            title="Partenaires des formations BTS+1",
            columns=(
                *WHICH,
                Column("type", "choice", choices=KINDS),
                Column("partenaire", needed=False, most=160),
                Column("siret", "siret", needed=False),
                Column("entreprise", "info", needed=False),
            ),
            keys=5,
            known=f"""SELECT s.uai, c.title, t.kind, CASE WHEN t.company IS NULL THEN t.name ELSE '' END, f.siret,
  CASE WHEN t.company IS NULL THEN '' ELSE t.name END FROM {_COURSES}
JOIN bts1_partners t ON t.course = c.id LEFT JOIN companies f ON f.id = t.company WHERE {OWN}
ORDER BY s.uai, c.title, t.kind, t.name""",  # noqa: S608 - constants only
            keep=keep_partner,
            hint="Une entreprise connue par son SIRET, sans « partenaire » ; un autre organisme par son nom.",
        ),
        RecordSheet(
            name="bts1-bts",
            title="BTS qui mènent aux formations BTS+1",
            columns=(*WHICH, Column("bts", most=160), Column("uai_bts", "uai", needed=False)),
            keys=4,
            known=f"""SELECT s.uai, c.title, t.bts, b.uai FROM {_COURSES}
JOIN bts1_feeders t ON t.course = c.id LEFT JOIN schools b ON b.id = t.school WHERE {OWN}
ORDER BY s.uai, c.title, t.bts, b.uai""",  # noqa: S608 - constants only
            keep=keep_feeder,
            hint="Sans « UAI du lycée du BTS », le BTS de tout lycée.",
        ),
    ]
