"""Which académie this Technilab serves, and under which marks it speaks."""

from __future__ import annotations

from msgspec import convert

from workshops.academie.rules import LABELS, Mark, Served
from workshops.database import row
from workshops.database.row_types import rows_as

# One row of a small table and the names beside it: read where it is needed, so that no process keeps what has changed.
SERVED = f"""
SELECT {", ".join(f"a.{name}" for name in LABELS)},
       ARRAY(SELECT ARRAY[d.code, d.name] FROM departments d
             WHERE CASE WHEN a.departments <> '{{}}' THEN d.code = ANY (a.departments)
                        ELSE coalesce(a.name, d.academie) = d.academie END
             ORDER BY d.code) AS offered
FROM (SELECT) once LEFT JOIN academie a ON true
"""  # noqa: S608 - names of columns only
MARKS = "SELECT which, alternative, width, height, picture FROM academie_marks ORDER BY which"
# Whether an address is of one of the networks that a coordinator has listed.
LISTED = """EXISTS (SELECT FROM academie listing, unnest(listing.networks) AS listed_line
  WHERE split_part(listed_line, ' ', 1)::cidr >>= {address})"""


async def academie() -> Served:
    """The académie as it is set now, in one statement; empty before the first import of its schools."""
    found = await row(SERVED)
    assert found is not None  # noqa: S101 - it is left joined to a row
    told = {name: value for name, value in dict(found).items() if value is not None}
    return convert(told | {"offered": dict(found["offered"])}, Served)


async def marks() -> list[Mark]:
    """Those that are shown, the académie's first."""
    return await rows_as(Mark, MARKS)
