"""The examples' consortium: real public bodies, the lycées and the invented companies of the trial."""

from __future__ import annotations

from datetime import date, datetime

from booking.demo.bts1 import months_from_rentree
from booking.demo.read_files import read_tables
from booking.demo.settle import Cast, invite_example
from workshops.partners.rules import PartnerKind
from workshops.partners.welcome import WelcomePartner, welcome

JOINED = -24
LYCEE = "Reçoit les collégiens et porte des formations."
# Who reads for the university.
MEMBER = "Gérard Lhomme"
COMPANY = "Vient aux visites, accueille et mentore."


async def gather_consortium(cast: Cast, *, now: datetime) -> dict[str, int]:
    """Welcome every partner; returns the number of each public body by its kind."""

    def joined(months: int) -> date:
        return months_from_rentree(months, now=now)

    bodies, university = {}, ""
    for entry in read_tables("consortium"):
        asked = WelcomePartner(
            kind=PartnerKind(entry["type"]),
            name=entry["nom"],
            role=entry["role"],
            web=entry["site"],
            from_on=joined(entry["mois"]),
        )
        bodies[entry["type"]] = await welcome(asked, example=True, by=None, now=now)
        university = entry["nom"] if entry["type"] == "universite" else university
    for lycee in cast.lycees.values():
        asked = WelcomePartner(kind=PartnerKind.LYCEE, school=lycee.id, role=LYCEE, from_on=joined(JOINED))
        await welcome(asked, example=True, by=None, now=now)
    for number, company in enumerate(cast.companies):
        since = joined(JOINED + number)
        asked = WelcomePartner(kind=PartnerKind.ENTREPRISE, company=company.place, role=COMPANY, from_on=since)
        await welcome(asked, example=True, by=None, now=now)
    await invite_example(MEMBER, role="consortium", partner=university, now=now)
    return bodies
