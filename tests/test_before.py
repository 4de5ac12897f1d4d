"""The bench of an older version beside this one's, in one table."""

from __future__ import annotations

from tests.load.before import table
from tests.load.client import Figure


def line(per_second: float, *took: float) -> Figure:
    return Figure(per_second, *took, statuses={})


OLDER = {"live": line(20000, 0.4, 0.5, 0.6), "page": line(2000, 3, 4, 5), "gone since": line(100, 3, 4, 5)}
OURS = {"live": line(10000, 0.4, 0.5, 0.6), "page": line(6000, 1, 2, 3), "new since": line(90, 9, 9.9, 11)}


def test_each_operation_is_there_once_with_what_either_side_has_of_it():
    faster = OURS | {"page": line(8000, 0.5, 1, 1.5)}
    assert table([OLDER] * 3, [OURS, faster, OURS])[2:] == [
        "| live | 20 000 | 0.4, 0.5, 0.6 ms | 10 000 | 0.4, 0.5, 0.6 ms | 0.50 (0.50 to 0.50) |",
        "| page | 2 000 | 3.0, 4.0, 5.0 ms | 6 000 | 1.0, 2.0, 3.0 ms | 3.00 (3.00 to 4.00) |",
        "| new since | - | - | 90 | 9.0, 9.9, 11.0 ms | - |",
        "| gone since | 100 | 3.0, 4.0, 5.0 ms | - | - | - |",
    ]
