"""What a mail says of the program by which its act was done, and to whom it acts in the name of."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from booking.mails.draft import Draft, Item, Listing
from booking.outbox.notices.rules import Claimed
from booking.process.settings import Settings
from workshops.database.row_types import row_as

# A collège's program acts in a teacher's name: whether it is the reader's, and the first time that one does.
BY_PROGRAM = """SELECT p.name, named.hers AS in_her_name, named.hers AND NOT EXISTS (
  SELECT FROM reservations r JOIN events sooner ON sooner.about_kind = 'reservation' AND sooner.about = r.id
    AND sooner.by = e.by AND sooner.program IS NOT NULL AND sooner.id < e.id AND sooner.request <> e.request
  WHERE r.booked_by = e.by) AS first
FROM events e JOIN applications p ON p.id = e.program
CROSS JOIN LATERAL (SELECT coalesce(p.role = 'teacher' AND e.by = $2, false) AS hers) named WHERE e.id = $1"""


class ByProgram(Struct, frozen=True):
    """The program by which an act was done, and whether in the reader's own name, for the first time."""

    name: str
    in_her_name: bool
    first: bool


async def with_program(notice: Claimed, draft: Draft, settings: Settings) -> Draft:
    """The mail, with the program by which its act was done, if it was."""
    by = None if notice.event is None else await row_as(ByProgram, BY_PROGRAM, notice.event, notice.account)
    if by is None:
        return draft
    who = f"le logiciel « {by.name} »{', en votre nom' if by.in_her_name else ''}"
    lists = draft.lists
    if by.first:
        choice = Item(
            "Accepter ou refuser qu'il le fasse, dans « Mon compte »", f"{settings.base_url}/compte#en-mon-nom"
        )
        lists += (
            Listing("Un logiciel de votre collège demande pour la première fois une visite en votre nom", (choice,)),
        )
    return replace(draft, lines=(*draft.lines, ("Fait par", who)), lists=lists)
