"""Who waits for an answer in the examples: a colleague of the first teacher, and a company of nobody yet."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from booking.demo.settle import Cast, siret_of
from booking.people.company_requests.ask import AskToJoin, ask_to_join
from booking.people.sign_ups.sign_up import AskSignUp, ask_sign_up, prove

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
