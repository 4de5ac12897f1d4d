"""What a company says of its coming, and what its lycée answers."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from booking.visits.attendance.rules import CompanyRole, WithdrawnWhy
from workshops.acts import Act, typed
from workshops.acts.health import says_of_pupil
from workshops.refusals import Invalid

MESSAGE_INSTEAD = "Les noms de vos visiteurs ont leur place sur la page de votre venue."
REASON_INSTEAD = "Écrivez pourquoi, sans nom : l'entreprise le lira."


class TellComing(Act, frozen=True, kw_only=True):
    """A company comes with some people, to do something."""

    people: Annotated[int, Meta(ge=1, le=10, description="How many people.", extra={"label": "Personnes"})]
    role: Annotated[CompanyRole, Meta(description="What for.", extra={"label": "Ce que vous ferez"})]
    message: Annotated[str, typed("Message au lycée", "Words for the lycée.", most=500, lines=True)] = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        if personal := says_of_pupil("Message au lycée", self.message, instead=MESSAGE_INSTEAD):
            raise Invalid({"message": personal})


class WithdrawComing(Act, frozen=True, kw_only=True):
    """Why a company no longer comes; a machine may say nothing."""

    why: (
        Annotated[
            WithdrawnWhy,
            Meta(description="Why.", extra={"label": "Pourquoi ne venez-vous plus", "needed": True}),
        ]
        | None
    ) = None


class NameVisitors(Act, frozen=True, kw_only=True):
    """Who comes, one a line, for the lycée's register; nobody takes them back."""

    visitors: Annotated[
        str, typed("Prénom et nom des adultes qui viennent", "Their names, one a line.", most=900, lines=True)
    ] = ""


class DeclineComing(Act, frozen=True, kw_only=True):
    """Why a lycée does not receive a company: the company reads it."""

    reason: Annotated[
        str, typed("Raison", "Why, without a name: the company reads it.", most=300, least=1, form={"venue": "Raison"})
    ]

    def __post_init__(self) -> None:
        super().__post_init__()
        if personal := says_of_pupil("Raison", self.reason, instead=REASON_INSTEAD):
            raise Invalid({"reason": personal})
