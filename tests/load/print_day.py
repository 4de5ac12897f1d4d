"""`make bench`: a lycée's whole day of badges in one PDF, on one core, and what it takes of memory."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from uuid import UUID

from booking.day.badges.presets import PRESETS
from booking.day.badges.rules import PrintedBadge, PrintedDivider, PrintedGroup, face_of
from booking.day.badges.sheet import badge_sheet
from booking.visits.badge_codes.rules import places_of, short_code_of, token_of
from booking.words.wording import mark

SALT = UUID("5c0ffee0-0000-4000-8000-000000000001")
SECRET = "a secret of the bench, long enough to be one"
PUPILS, ADULTS = 24, 2
KILOBYTES_A_MEGABYTE = 1024


def a_day(groups: int) -> Iterator[PrintedBadge | PrintedDivider]:
    """The pile as the host's page makes it: each badge is derived as it is drawn."""
    kinds, numbers = places_of(PUPILS, ADULTS)
    for n in range(groups):
        group = PrintedGroup(f"4e {n}", mark(n), "Lycée Jules Haag", "jeudi 25 mars 2027")
        yield PrintedDivider(group, "9 h à 12 h", "Découpe laser", "Collège Stendhal", "24 élèves, 2 adultes")
        for kind, number in zip(kinds, numbers, strict=True):
            token = token_of(SECRET, UUID(int=SALT.int + n), kind, number)
            yield PrintedBadge(face_of(kind, number), token, short_code_of(token), group, kind=kind)


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KILOBYTES_A_MEGABYTE


def main() -> None:
    """The same day, then one ten times longer: the pages that are drawn are not kept, only the file is."""
    badge_sheet(a_day(1), preset=PRESETS["a4"])
    before = peak_megabytes()
    for groups in (30, 300):
        began = time.process_time()
        pdf = badge_sheet(a_day(groups), preset=PRESETS["a4"])
        spent, peak = time.process_time() - began, peak_megabytes()
        print(
            f"badges of a day, {groups} groups of {PUPILS} on A4"
            f"      {spent:5.2f} s of CPU, {len(pdf) / 1e6:.1f} MB, peak memory + {peak - before:.0f} MB"
            f"{'   goal 3 s' if groups == 30 else ''}"
        )


if __name__ == "__main__":
    main()
