"""What a host counts to close a visit, and why the coordination reopens one."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from workshops.acts import Act, a_number, chosen, typed
from workshops.acts.health import says_of_pupil
from workshops.refusals import Invalid


class GroupHeadcount(Act, frozen=True, kw_only=True):
    """The host's own head count of a group; where it differs from the scans, `note` says why, without a name.

    30 pupils more than were announced, or than came by their badges, are a whole class more: what is above is refused.

    `girls`, some of `pupils`, may be left out. An expected group of 0 becomes a no-show: `absent` true confirms that it
    did not come, without it the answer is 422 `/problems/absence-unconfirmed` and nothing is closed.
    """

    reservation: Annotated[int, chosen("Groupe", "Its reservation's number.")] = msgspec.field(name="reservation_id")
    pupils: Annotated[int, a_number("Comptés", "Pupils counted by eye.", 0, 200)]
    adults: Annotated[int, a_number("Adultes", "Adults counted by eye.", 0, 60)]
    note: Annotated[str, typed("Précision", "Why the scans say otherwise, without a name.", most=200)] = ""
    girls: Annotated[int, a_number("Dont filles", "Girls among the pupils.", 0, 200)] | None = None
    absent: Annotated[bool, Meta(description="It did not come.")] = False


class CompanyCount(Act, frozen=True, kw_only=True):
    """With how many people a company came, 0 if it did not."""

    company: Annotated[int, chosen("Entreprise", "The company's number.")] = msgspec.field(name="company_id")
    people: Annotated[int, a_number("Personnes venues", "How many people.", 0, 50)]


class ReopenVisit(Act, frozen=True, kw_only=True):
    """Why the figures were wrong, without a name."""

    reason: Annotated[str, typed("Raison", "Why the figures were wrong: the journal keeps it.", most=200, least=1)]

    def __post_init__(self) -> None:
        super().__post_init__()
        if personal := says_of_pupil(
            "Raison", self.reason, instead="Écrivez pourquoi, sans nom : le journal le garde."
        ):
            raise Invalid({"reason": personal})
