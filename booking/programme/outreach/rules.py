"""When a collège may be invited, and what its letter names. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from msgspec import Struct

from workshops.acts import Act, typed
from workshops.refusals import Refusal

LYCEES_NAMED = 3
BEFORE_A_REMINDER = timedelta(days=14)


# Which collèges a list keeps, by its word in an address.
CAME, NOT_YET, NEVER, UNCOVERED, WAITING, SILENT = (
    *("venus", "pas-venus", "jamais-venus"),
    *("sans-visite", "attente", "relance"),
)
WHO = {
    "": "Tous",
    CAME: "Venus pendant cette période",
    NOT_YET: "Pas venus pendant cette période",
    NEVER: "Jamais venus",
    UNCOVERED: "Dont des élèves de 3e n'ont pas été reçus",
    WAITING: "Dont une classe attend un créneau",
    SILENT: "Écrits il y a deux semaines, sans visite depuis",
}


class CollegesAsked(Struct, frozen=True):
    """Which public collèges to list: what is empty leaves all in. `who` is a word of WHO; `distance` the band of the
    partner lycée nearest to them."""

    who: str = ""
    department: str = ""
    words: str = ""
    priorities: tuple[str, ...] = ()
    setting: str = ""
    distance: str = ""

    def keeps(self, *, priority: str, rural: bool | None, without: int, came: bool) -> bool:
        """Whether a collège is one of them, as far as its own facts and its pupils say: those of its 3e `without` a
        visit, and whether some `came` in the period."""
        return (
            (not self.priorities or priority in self.priorities)
            and self.setting in {"", {True: "rural", False: "urban", None: "unknown"}[rural]}
            and self.who not in ({NOT_YET} if came else {CAME})
            and (self.who != UNCOVERED or without > 0)
        )


class WriteToCollege(Act, frozen=True, kw_only=True):
    """The coordinator's own words in a letter, if any."""

    words: Annotated[str, typed("Vos mots", "A paragraph added to the letter.", most=600, lines=True)] = ""


class NoAddress(Refusal):
    kind = "no-address"
    title = "Pas d'adresse"
    sentence = "L'annuaire ne donne pas d'adresse mail à ce collège. Écrivez-lui autrement, ou complétez l'annuaire."


class AlreadyInvited(Refusal):
    kind = "already-invited"
    title = "Déjà invité"
    sentence = "Ce collège a déjà reçu une invitation cette année scolaire."


class AlreadyComing(Refusal):
    kind = "already-coming"
    title = "Ce collège vient"
    sentence = "Ce collège a une visite réservée : il n'a pas besoin d'invitation."


class NothingOpen(Refusal):
    kind = "nothing-open"
    title = "Aucun créneau ouvert"
    sentence = "Aucun lycée n'a de place libre en ce moment : l'invitation n'aurait rien à proposer."


class ToCome(Struct, frozen=True):
    """What stands beside a public collège of a list. `nearest` is the nearest partner lycée, `km` as the crow flies.

    `booked_at` is its first visit ahead, `coming`: it has one or waits for a place; `invited_at` is this school year's
    letter, `mail_state` what became of it.
    """

    id: int
    uai: str
    name: str
    commune: str
    department: str
    priority: str
    rural: bool | None
    mail: str
    nearest: str | None
    nearest_lycee: int | None
    km: float | None
    booked_at: datetime | None
    coming: bool
    invited_at: datetime | None
    mail_state: str | None

    @property
    def may_invite(self) -> bool:
        """Whether a letter may leave for it now."""
        return bool(self.mail) and not self.coming and self.invited_at is None


class OpenLycee(Struct, frozen=True):
    """A lycée with free places: how far from a collège, how many slots, the first one."""

    id: int
    name: str
    commune: str
    km: float | None
    slots: int
    first_at: datetime


class Addressee(Struct, frozen=True):
    """A collège as its letter needs it. `coming`: it has a visit ahead."""

    id: int
    name: str
    commune: str
    mail: str
    coming: bool
    invited_at: datetime | None


class CollegeLetter(Struct, frozen=True):
    """A letter to the collège `school`: the coordinator's own words, and whom to answer."""

    school: int
    words: str
    from_name: str
    from_email: str


def refuse_to_invite(college: Addressee, lycees: list[OpenLycee]) -> None:
    """A letter goes to a collège that has no visit ahead, once a school year, and has something to propose.

    Raises AlreadyInvited, AlreadyComing, NoAddress, NothingOpen.
    """
    if college.invited_at is not None:
        raise AlreadyInvited
    if college.coming:
        raise AlreadyComing
    if "@" not in college.mail:
        raise NoAddress
    if not lycees:
        raise NothingOpen
