"""No column that could hold words escapes: each is said to be emptied, and is, or it is said why it may stay."""

from __future__ import annotations

import zlib
from datetime import datetime
from pathlib import Path

from booking.mails.write import writer
from booking.outbox.notices.deliver import deliver
from booking.outbox.notices.mail_files import FileMailer
from booking.process.settings import read_settings
from booking.year.purge import purge
from booking.year.tell_durations import tell_durations
from tests.booking.year.dump import dump
from tests.booking.year.inventory import ERASED, KEPT, NEVER_PERSONAL
from tests.booking.year.seeds import SEEN, nights, seed
from tests.builders import paris
from tests.owner import by_owner
from tests.telling import tell
from workshops.database import rows, value

# Whatever is neither a number, a truth, a moment nor a random key can hold a name.
COLUMNS = """
SELECT table_name || '.' || column_name AS column FROM information_schema.columns
WHERE table_schema = 'public' AND table_name <> 'migration' AND data_type NOT IN ('integer', 'smallint', 'bigint',
  'boolean', 'date', 'timestamp with time zone', 'uuid', 'double precision', 'real', 'numeric')
"""
# A code out of a list takes no other word, a digest or what is sealed is not text.
UNTYPED = {
    *("badges.short_code", "scans.result", "desk_links.token_hash", "events.about_kind", "builds.photo"),
    *("refusal_counts.about_kind", "reservations.needed", "tries.at", "drafts.sealed"),
    *("demands.answer", "demands.needed", "openings.file"),
}
GUARDS = {"events": "events_append_only", "refusal_counts": "refusal_counts_grow"}


def columns(classes: dict[str, set[str]]) -> list[str]:
    return sorted(column for held in classes.values() for column in held)


async def test_every_column_that_could_hold_words_is_classed_once(db):
    found = {one["column"] for one in await rows(COLUMNS)}
    classed = columns(ERASED) + columns(KEPT) + columns(NEVER_PERSONAL)
    assert (found - set(classed), set(classed) - found) == (set(), set())
    assert len(classed) == len(found)


def test_the_public_page_has_the_line_of_every_class():
    told = {one.what for chapter in tell_durations() for one in chapter.lines}
    assert sorted({*ERASED, *KEPT} - told) == []


def mark(column: str) -> str:
    """A word that is found nowhere else; it begins with no letter of a digest."""
    return f"q{zlib.crc32(column.encode()):08x}"


async def test_a_name_typed_in_any_column_that_is_said_to_be_emptied_is_gone(db, tmp_path):
    await seed(tmp_path)
    typed = sorted(set(columns(ERASED)) - UNTYPED)
    for column in typed:
        await _type(column)
    words = {column: mark(column) for column in typed}
    told = dump()
    assert [column for column, word in words.items() if word not in told] == []
    await rows("DELETE FROM memberships WHERE role = 'coordinator'")
    for now in nights(SEEN, paris("2031-06-01 04:17")):
        await _live(tmp_path, now)
    told = dump() + "".join(str(file) for file in tmp_path.rglob("*"))
    assert [column for column, word in words.items() if word in told] == []


async def _type(column: str) -> None:
    """Put a word wherever somebody wrote something; there must be such a row."""
    table, name = column.split(".")
    typed = "$1 || '-' || id || '@example.org'" if name in {"email", "to_email", "principal_mail"} else "$1 || id"
    for guarded, guard in GUARDS.items():
        await by_owner(f"ALTER TABLE {guarded} DISABLE TRIGGER {guard}")
    try:
        touched = f"UPDATE \"{table}\" SET {name} = {typed} WHERE {name} <> '' RETURNING id"
        assert await by_owner(touched, mark(column)) != [], column
    finally:
        for guarded, guard in GUARDS.items():
            await by_owner(f"ALTER TABLE {guarded} ENABLE TRIGGER {guard}")


async def _live(data_dir: Path, now: datetime) -> None:
    settings = read_settings()
    await tell(now=now)
    await deliver(FileMailer(data_dir / "mail"), writer(settings), mail_from=settings.mail_from, now=now)
    await purge(data_dir=data_dir, now=now)
    assert await value("SELECT count(*) FROM groups") > 0
