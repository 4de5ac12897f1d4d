"""Erasing what a draw keeps of what collèges asked for, once nobody replays it any more."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

from booking.visits.demands.keep import forget_answers, forget_boxes, forget_words
from workshops.database import transaction
from workshops.openings.plan import forget_files


async def forget_draws(*, held_before: datetime, over_before: date) -> Counter[str]:
    """The file of each draw that had its answers by `held_before` goes, with what each demand was told, and the boxes
    of needs; the line of needs goes with the draw, since the visits that came of it have their own.

    Who still waits keeps both until the last day of her period is `over_before`. Numbers, weights, ranks, results,
    places left and every digest stay. Returns how many files (`draw_files`) and demands (`needs`) were emptied.
    """
    async with transaction():
        openings = await forget_files(held_before=held_before)
        await forget_answers(openings)
        needs = await forget_words(over_before=over_before)
        needs |= await forget_boxes(held_before=held_before, over_before=over_before)
        return Counter(draw_files=len(openings), needs=len(needs))
