"""The bench of an older version beside this one's, in one table."""

from __future__ import annotations

from tests.load.before import rows_of, table

OLDER = """GET /health/live                                20000/s   1.000  p95    0.5 ms   goal -
page of slots                                    2000/s   0.100  p95    4.0 ms   goal 0.40  {500: 3}
gone since                                        100/s   0.005  p95    4.0 ms   goal -
"""
OURS = """GET /health/live                                10000/s   1.000  p95    0.5 ms   web 80 µs
page of slots                                    6000/s   0.600  p95    1.0 ms  web 120 µs
page of slots, behind the cache (wrk)           47350/s   goal 30 000/s
new since                                          90/s   0.009  p95    9.9 ms  web 120 µs
"""


def test_each_row_is_there_once_with_what_either_side_has_of_it():
    faster = OURS.replace("6000/s   0.600", "8000/s   0.800")
    assert [" ".join(line.split()) for line in table(rows_of([OLDER]), rows_of([OURS, faster, OURS]))] == [
        "a second, and the share of /health/live before now ratio",
        "GET /health/live 20000/s 1.000 10000/s 1.000 0.50",
        "page of slots 2000/s 0.100 6000/s 0.600 3.00",
        "new since - 90/s 0.009 -",
        "gone since 100/s 0.005 - -",
    ]
