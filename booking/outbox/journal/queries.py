"""What the journal tells: the latest acts, and the whole story of one thing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from workshops.shapes import rows_as

# Acts and counted refusals bear numbers of one sequence: each gives its latest, and the latest of both are told.
_NARROWED = """WHERE j.id < $1 AND ($3 = '' OR j.about_kind = $3)
  AND strpos(lower(concat_ws(' ', a.name, a.email)), lower($4)) > 0 ORDER BY j.id DESC LIMIT $2"""
LATEST = f"""
(SELECT j.id, j.at, j.act, j.account, coalesce(a.name, '') AS name, j.about_kind, j.about,
   coalesce(w.words, j.detail) AS detail, 1 AS often, NULL AS until
 FROM journal j LEFT JOIN accounts a ON a.id = j.account LEFT JOIN journal_words w ON w.entry = j.id {_NARROWED})
UNION ALL
(SELECT j.id, j.at, j.act, nullif(j.account, 0), coalesce(a.name, ''), j.about_kind,
   CASE j.about_kind WHEN 'account' THEN nullif(j.account, 0) END, j.detail, j.often, j.until
 FROM refusal_counts j LEFT JOIN accounts a ON a.id = j.account {_NARROWED})
ORDER BY id DESC LIMIT $2"""  # noqa: S608 - constants only
FIRST_PAGE = 2**63 - 1


@dataclass(frozen=True)
class Told:
    """One line of the journal; `name` is empty for the system and for an account that was erased.

    A refusal was met `often`, from `at` `until` then.
    """

    id: int
    at: datetime
    act: str
    account: int | None
    name: str
    about_kind: str
    about: int | None
    detail: str
    often: int
    until: datetime | None


async def latest(*, limit: int = 50, before: int = FIRST_PAGE, about_kind: str = "", who: str = "") -> list[Told]:
    """The latest acts, the newest first; the last one's `id` is the `before` of the next page.

    Those on one kind of thing only, or of people whose name or address holds `who`.
    """
    return await rows_as(Told, LATEST, before, limit, about_kind, who.strip())
