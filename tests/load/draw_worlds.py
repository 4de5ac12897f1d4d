"""`python -m tests.load.draw_worlds [10000]`: random worlds, drawn twice, and what may be said of a draw tried in each.

The same as the suite does with a few hundred. Exit code 1 where somebody else draws otherwise, where another order of
its lines would have given a group what it likes better, or where a choice of lines before a sentence that covers them
changed whether it is placed.
"""

from __future__ import annotations

import sys
import time

from tests.booking.visits.draws.worlds import Tried, try_worlds

WORLDS = 10_000
AT_ONCE = 100


def main(worlds: int) -> int:
    tried, since = Tried(), time.monotonic()
    for first in range(0, worlds, AT_ONCE):
        try_worlds(range(first, min(first + AT_ONCE, worlds)), tried)
        if sys.stderr.isatty() or tried.worlds % 1000 == 0 or tried.worlds == worlds:
            end = "\r" if sys.stderr.isatty() and tried.worlds < worlds else "\n"
            print(f"{tried.worlds} of {worlds} worlds, {time.monotonic() - since:.0f} s", end=end, file=sys.stderr)
    choices = tried.choices
    print(f"{tried.worlds} worlds drawn twice: {len(tried.differences)} differences")
    print(f"{tried.orders} orders of a group's own lines: {len(tried.better_orders)} that it likes better")
    print(f"{choices.tried} lists before a sentence that covers them: {len(choices.by_slots)} of slots that changed")
    print(f"  whether a group was placed, {len(choices.by_pairs)} of pairs that a sentence proposes")
    print("Pairs that no sentence proposes, which placed a group for which it found nothing, by why it does not:")
    for why, count in choices.by_other_pairs.most_common():
        print(f"  {count:6} {why}")
    wrong = [*tried.differences, *tried.better_orders, *choices.by_slots, *choices.by_pairs]
    print(*wrong[:20], sep="\n", end="\n" if wrong else "")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else WORLDS))
