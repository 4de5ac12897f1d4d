"""What a company says of its coming, and what its lycée answers."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from msgspec import Meta

from booking.visits.attendance.rules import CompanyRole, WithdrawnWhy
from workshops.acts import Act, typed
from workshops.acts.health import says_of_pupil

MESSAGE_INSTEAD = "Les noms de vos visiteurs ont leur place sur la page de votre venue."
REASON_INSTEAD = "Écrivez pourquoi, sans nom : l'entreprise le lira."


class TellComing(Act, frozen=True, kw_only=True):
    """A company comes with some people, to do something."""

    people: Annotated[int, Meta(ge=1, le=10, description="How many people.", extra={"label": "Personnes"})]
    role: Annotated[CompanyRole, Meta(description="What for.", extra={"label": "Ce que vous ferez"})]
    message: Annotated[
        str,
        typed(
            "Message au lycée",
            "Words for the lycée.",
            most=500,
            lines=True,
            check=partial(says_of_pupil, "Message au lycée", instead=MESSAGE_INSTEAD),
        ),
    ] = ""


class WithdrawComing(Act, frozen=True, kw_only=True):
    """Why a company no longer comes; a machine may say nothing."""

    why: (
        Annotated[
            WithdrawnWhy,
            Meta(description="Why.", extra={"label": "Pourquoi ne venez-vous plus", "needed": True}),
        ]
        | None
    ) = None


class ChangeComing(TellComing, frozen=True, kw_only=True):
    """The same once it is announced, with who comes, one a line, for the lycée's register; nobody takes them back."""

    visitors: Annotated[
        str, typed("Prénom et nom des adultes qui viennent", "Their names, one a line.", most=900, lines=True)
    ] = ""


class DeclineComing(Act, frozen=True, kw_only=True):
    """Why a lycée does not receive a company: the company reads it."""

    reason: Annotated[
        str,
        typed(
            "Raison",
            "Why, without a name: the company reads it.",
            most=300,
            least=1,
            form={"venue": "Raison"},
            check=partial(says_of_pupil, "Raison", instead=REASON_INSTEAD),
        ),
    ]
