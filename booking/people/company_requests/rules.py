"""What a company's request holds, and how long it waits. Pure."""

from __future__ import annotations

from datetime import timedelta

from workshops.refusals import Refusal

REQUESTS_LAST = timedelta(days=90)
# In 15 minutes, for a mail and for an address: nothing proves whose the mail is before the coordination answers.
TRIES = (3, 10)


class RequestAnswered(Refusal):
    kind = "request-answered"
    status = 410
    title = "Déjà répondu"
    sentence = "Cette demande a déjà sa réponse, ou elle est effacée."
