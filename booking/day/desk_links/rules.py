"""When a desk link opens and ends, and what is said when it does not open."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct

from booking.words.wording import moment, paris
from workshops.refusals import NotFound, Refusal

KEPT = timedelta(hours=2)
"""After the slot's end, for the last scans to leave; then the link ends and phones forget the roster."""

TOLD = timedelta(days=7)
"""After its end a link opens nothing, and whoever comes by it is told so."""


class NoSuchLink(NotFound):
    title = "Lien inconnu"
    sentence = "Ce lien d'accueil n'existe pas. Demandez au lycée de vous le montrer de nouveau."


class LinkEnded(Refusal):
    kind = "desk-link-ended"
    status = 410
    title = "Lien terminé"
    sentence = (
        "Ce lien d'accueil ne sert plus : le lycée l'a révoqué, ou la visite est passée."
        " S'il reste des badges à scanner, le lycée les scanne, ou vous donne un nouveau lien."
    )


class LinkTooEarly(Refusal):
    kind = "desk-link-too-early"
    status = 403
    title = "Trop tôt"

    def __init__(self, starts_at: datetime) -> None:
        super().__init__(f"Ce lien s'ouvre le jour de la visite, {moment(starts_at)}.")


class SlotOver(Refusal):
    kind = "slot-over"
    title = "Visite passée"
    sentence = "Cette visite est passée ou annulée : un lien d'accueil ne servirait à personne."


class Helper(Struct, frozen=True):
    """Who stands behind a desk link: someone of whom we know nothing, for one slot of one lycée.

    `csrf` binds the forms to this link.
    """

    link: int
    slot: int
    school: int
    ends_at: datetime
    csrf: str = ""


def opens_at(starts_at: datetime) -> datetime:
    """The midnight, in France, before the visit."""
    return paris(starts_at).replace(hour=0, minute=0, second=0, microsecond=0)


def link_ends_at(ends_at: datetime) -> datetime:
    """When the link opens nothing any more."""
    return ends_at + KEPT


def is_live(*, starts_at: datetime, ends_at: datetime, state: str, revoked: bool, now: datetime) -> bool:
    """Whether a link opens its desk at this moment."""
    return not revoked and state != "called_off" and opens_at(starts_at) <= now < link_ends_at(ends_at)
