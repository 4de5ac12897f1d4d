"""Whether a draw that was held is the one that its file gives. Pure.

Of two things the list says less than the file: the order, and how many places are left. What came of a demand may be
less than what was drawn: a place that a lycée took away, a group that became busy, a demand withdrawn meanwhile.
"""

from __future__ import annotations

from msgspec import Struct

from booking.visits.draws.drawing import Drawn
from booking.visits.draws.drawing_file import Demand, Snapshot, digest_of_demand, digest_of_file
from booking.visits.draws.public_list import PublicDrawList
from booking.visits.draws.rules import Ticket, drawn_order


class Differences(Struct, frozen=True):
    """How a public list differs from what its file gives, each a number of lines.

    `lost` is no difference: what was drawn, and could not be had any more when it was given.
    """

    another_file: bool
    ranks: int
    digests: int
    results: int
    places: int
    lost: int

    @property
    def any(self) -> bool:
        """Whether it is another draw."""
        return self.another_file or bool(self.ranks + self.digests + self.results + self.places)


def wrong_ranks(public: PublicDrawList, seed: bytes) -> int:
    """How many ranks of a list are not those that the seed gives: first of demands within their collège's classes, then
    of those beyond."""
    ranked = sorted((demand for demand in public.demands if demand.rank), key=lambda demand: demand.rank or 0)
    again: list[str] = []
    for beyond in (False, True):
        tickets = [Ticket(demand.number, demand.weight) for demand in ranked if bool(demand.beyond) is beyond]
        again += [ticket.number for ticket in drawn_order(seed, tickets)]
    return sum(
        (demand.rank, demand.number) != (rank, number)
        for rank, (demand, number) in enumerate(zip(ranked, again, strict=True), start=1)
    )


def differences(public: PublicDrawList, file: Snapshot, drawn: Drawn) -> Differences:
    """What a list says otherwise than the file that was drawn again."""
    listed = {demand.number: demand for demand in public.demands if demand.rank}
    answers = {answer.number: answer for answer in drawn.answers}
    digests = {demand.number: _digest(demand) for demand in file.demands}
    gained = [number for number in listed if listed[number].result in {"placed", "offered"}]
    left = {place.slot: (place.seats, place.groups) for place in drawn.left}
    told = {place.slot_id: (place.seats_left, place.groups_left) for place in public.places_left or ()}
    return Differences(
        another_file=public.file_digest != digest_of_file(file),
        ranks=sum(
            number not in listed or number not in answers or listed[number].rank != answers[number].rank
            for number in listed | answers
        ),
        digests=sum(listed[number].digest != digests.get(number) for number in listed),
        results=sum(number not in answers or listed[number].result != answers[number].outcome for number in gained),
        places=sum(left.get(slot) != told.get(slot) for slot in left | told),
        lost=sum(
            answer.outcome != "waits" and listed[number].result in {"waits", "out"}
            for number, answer in answers.items()
            if number in listed
        ),
    )


def _digest(demand: Demand) -> str:
    return digest_of_demand(demand.salt, demand.lines, demand.pupils, demand.needs)
