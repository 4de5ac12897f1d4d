"""How long a sign-up waits, and what its links say when they are over. Pure."""

from __future__ import annotations

import re
from datetime import timedelta

from booking.people.accounts.rules import LinkSpent
from workshops.refusals import Invalid

LINK_LASTS = timedelta(hours=1)
ANSWER_LASTS = timedelta(days=30)
"""Without an answer it is erased, with all that was asked under it."""
# How often in 15 minutes the links of one collège are asked for: its mailbox reads of each of them.
TRIES_PER_SCHOOL = 20
# A collège's mailbox reads this name: it holds no address, no number, no sentence.
_NAME = re.compile(r"[^\W\d_]+\.?(?:[ '’-]{1,2}[^\W\d_]+\.?){0,7}")


class SignUpSpent(LinkSpent):
    sentence = "Ce lien a déjà servi, un plus récent le remplace, ou son heure est passée. Recommencez l'inscription."


class SignUpAnswered(LinkSpent):
    kind = "sign-up-answered"
    title = "Déjà répondu"
    sentence = "Cette inscription a déjà sa réponse, ou elle a expiré. Il n'y a plus rien à faire."


def refuse_name(name: str, *, field: str = "name") -> None:
    """Raise Invalid for what cannot be the name of a person."""
    if not _NAME.fullmatch(name):
        raise Invalid({field: "Prénom et nom : écrivez-les seuls, par exemple Claire Renaud."})
