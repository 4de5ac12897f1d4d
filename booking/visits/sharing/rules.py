"""When a slot may be shown, and how long it is remembered. Pure."""

from __future__ import annotations

from datetime import timedelta

from workshops.refusals import Refusal

# As long as the mail that tells it.
SHARES_LAST = timedelta(days=30)


class NothingToShare(Refusal):
    kind = "nothing-to-share"
    title = "Plus rien à montrer"
    sentence = "Ce créneau n'est plus ouvert, ou n'a plus de place. Cherchez-en un autre."


class AlreadyShared(Refusal):
    kind = "already-shared"
    title = "Déjà envoyé"
    sentence = "Vous avez déjà envoyé ce créneau à ce collègue."
