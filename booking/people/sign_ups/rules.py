"""How long a sign-up waits, and what its links say when they are over. Pure."""

from __future__ import annotations

from datetime import timedelta

from booking.people.accounts.rules import LinkSpent

LINK_LASTS = timedelta(hours=1)
ANSWER_LASTS = timedelta(days=30)
"""Without an answer it is erased, with all that was asked under it."""


class SignUpSpent(LinkSpent):
    sentence = "Ce lien a déjà servi, ou son heure est passée. Connectez-vous, ou recommencez l'inscription."


class SignUpAnswered(LinkSpent):
    kind = "sign-up-answered"
    title = "Déjà répondu"
    sentence = "Cette inscription a déjà sa réponse, ou elle a expiré. Il n'y a plus rien à faire."
