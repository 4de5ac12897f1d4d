"""What the examples' people wait for: to be told of a slot, to be let in, as a teacher's colleague or a company."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from booking.demo.settle import Cast, siret_of
from booking.people.company_requests.ask import AskToJoin, ask_to_join
from booking.people.sign_ups.sign_up import AskSignUp, ask_sign_up, prove
from booking.visits.demands.alert import ask
from booking.words.wording import school_year_of
from workshops.database import rows
from workshops.offer.rules import Search

# The classes of this year without a visit, the first of each teacher.
UNSERVED = """
SELECT DISTINCT ON (m.id) m.id AS membership, g.id, g.level, g.pupils, g.teacher, g.school
FROM groups g JOIN memberships m ON m.account = g.teacher AND m.school = g.school AND m.role = 'teacher'
WHERE g.id = ANY ($1::int[]) AND NOT EXISTS (SELECT FROM reservations r WHERE r."group" = g.id) ORDER BY m.id, g.id
"""
KM = (20, 40, 60)


async def keep_searches(cast: Cast, *, now: datetime) -> None:
    """One class of each teacher whose classes are not all served, near, farther or far from her collège."""
    this_year = [group.id for group in cast.groups if group.school_year == school_year_of(now)]
    for number, group in enumerate(await rows(UNSERVED, this_year)):
        search = Search(
            level=group["level"], pupils=group["pupils"], km=float(KM[number % len(KM)]), college=group["school"]
        )
        await ask(search, group=group["id"], membership=group["membership"], by=group["teacher"], now=now)


# Of the networks that are nobody's (RFC 5737): its tries are forgotten like any.
ADDRESS = "192.0.2.10"
NEWCOMER = ("Agathe Lemoine", "agathe.lemoine@example.org")
COMPANY = {
    "company_name": "Décolletage du Plateau (exemple)",
    "commune": "Maîche",
    "contact_name": "Hugo Marchal",
    "email": "hugo.marchal@example.org",
    "proposal": "Deux décolleteurs montrent un tour et témoignent devant les groupes.",
}


async def knock(cast: Cast, *, draw: Random, now: datetime) -> None:
    """She has opened her mailed link; her address is none of the académie's, so that nothing is open to her yet."""
    name, email = NEWCOMER
    school, token, at = cast.groups[0].school.id, draw.randbytes(16).hex(), now - timedelta(hours=20)
    newcomer = AskSignUp(name=name, email=email, school=school)
    await ask_sign_up(newcomer, token=token, next_path="/creneaux", address=ADDRESS, now=at)
    link = {"session_id": draw.randbytes(16).hex(), "answer_token": draw.randbytes(16).hex(), "browser": ""}
    await prove(token, **link, address=ADDRESS, now=at + timedelta(minutes=4))
    await ask_to_join(AskToJoin(siret=siret_of(len(cast.companies)), **COMPANY), address=ADDRESS, now=at)
