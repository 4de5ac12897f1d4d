"""A plain question or a plain write of one table goes through Piccolo's builder, whose columns tools check."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.sql import every_statement
from tests.architecture.test_fragments import folder_of_each_table

# What the builder says as well: one table, columns compared with what is given or with a constant, no function, no
# cast, no order, nothing joined or locked.
_COLUMN = r'(?:\w\.)?(?:[a-z_]+|"\w+")'
_GIVEN = r"(?:\$\d+|'[^']*'|\d+|true|false|NULL)"
_ASKED = (
    rf"(?:(?:NOT )?{_COLUMN}|{_COLUMN} (?:=|<>|<=?|>=?) {_GIVEN}|{_COLUMN} IS (?:NOT )?NULL"
    rf"|{_COLUMN} (?:NOT )?IN \({_GIVEN}(?:, {_GIVEN})*\))"
)
_WHERE = rf" WHERE {_ASKED}(?: AND {_ASKED})*"
_COLUMNS = rf"{_COLUMN}(?:, {_COLUMN})*"
_BACK = rf"(?: RETURNING {_COLUMNS})?"
_ONE = r"[a-z]\w+(?: \w)?"
PLAIN = re.compile(
    rf"SELECT (?:1|{_COLUMNS}) FROM {_ONE}{_WHERE}(?: LIMIT 1)?"
    rf"|SELECT count\(\*\) FROM {_ONE}(?:{_WHERE})?"
    rf"|SELECT EXISTS \(SELECT(?: 1)? FROM {_ONE}(?:{_WHERE})?\)"
    rf"|DELETE FROM {_ONE}(?:{_WHERE})?{_BACK}"
    rf"|UPDATE {_ONE} SET {_COLUMN} = {_GIVEN}(?:, {_COLUMN} = {_GIVEN})*(?:{_WHERE})?{_BACK}"
    rf"|INSERT INTO {_ONE} \({_COLUMNS}\) VALUES \({_GIVEN}(?:, {_GIVEN})*\){_BACK}"
)
# Files of which each plain statement stays as text, and why.
STAYS = {
    "a booking, a move, a mail, a session: what compiling costs would count": {
        "booking/mails/webhooks/deliver.py",
        "booking/outbox/notices/deliver.py",
        "booking/people/accounts/calling.py",
        "booking/people/applications/queries.py",
        "booking/visits/reservations/transition.py",
        "booking/visits/reservations/change_headcount.py",
        "booking/visits/reservations/move.py",
        "booking/visits/reservations/wait.py",
    },
    "its table stands on a floor that may not be imported from there": {
        "booking/day/desk_links/queries.py",
        "booking/programme/past_visits/queries.py",
        "booking/visits/badge_codes/issue.py",
        "booking/visits/groups/register.py",
        "booking/visits/slot_changes/queries.py",
        "workshops/catalogue/add_room.py",
    },
    "made of the same columns as the statement beside it": {
        "workshops/programmes/ptech/plan_action.py",
        "workshops/schools/ask_visa.py",
    },
    "one of a list that is run in turn": {"booking/people/accounts/sweep.py", "workshops/partners/welcome.py"},
    "fills a dataclass, or asks PostgreSQL's own tables": {"booking/commands/backup.py", "booking/year/queries.py"},
}


def test_a_plain_statement_of_one_table_goes_through_the_builder():
    found = _texts()
    reasoned = set().union(*STAYS.values())
    assert {file: sql for file, sql in found.items() if file not in reasoned} == {}
    assert reasoned - set(found) == set()


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1 FROM rooms WHERE id = $1 AND NOT closed LIMIT 1",
        "SELECT id, name FROM groups g WHERE g.teacher = $1 AND state IN ('a', 'b')",
        "SELECT count(*) FROM questions WHERE asked_by = $1 AND asked_at > $2",
        "SELECT EXISTS (SELECT FROM accounts)",
        "DELETE FROM demands WHERE id = $1 AND met_at IS NULL RETURNING id",
        "UPDATE schools SET rural = $2, closed = false WHERE id = $1 RETURNING id",
        "INSERT INTO feeds (token_hash, membership) VALUES ($1, $2) RETURNING id",
    ],
)
def test_what_the_builder_says_as_well_is_recognised(sql: str):
    assert PLAIN.fullmatch(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT id FROM slots WHERE id = $1 FOR UPDATE",
        "SELECT min(starts_at) FROM slots WHERE state <> 'draft'",
        "SELECT r.id FROM reservations r JOIN slots s ON s.id = r.slot WHERE r.id = $1",
        "UPDATE slots SET seats_taken = seats_taken + $2 WHERE id = $1",
        "INSERT INTO tries (bucket) VALUES ($1) ON CONFLICT DO NOTHING",
        "WITH gone AS (DELETE FROM demands WHERE id = $1) SELECT 1",
    ],
)
def test_what_only_sql_says_is_left_alone(sql: str):
    assert not PLAIN.fullmatch(sql)


def _texts() -> dict[str, str]:
    """A plain statement of each file that has one, but those that an act of another subject is composed of."""
    plain = [(sent.file, " ".join(sent.sql.split())) for sent in every_statement() if sent.sql and sent.shape is None]
    plain = [(file, sql) for file, sql in plain if PLAIN.fullmatch(sql)]
    composed = {sql for file, sql in plain if _home(sql) not in {None, Path(file).parent}}
    return {file: sql for file, sql in plain if sql not in composed}


def _home(sql: str) -> Path | None:
    """The folder of the table that a statement writes."""
    written = re.match(r"(?:DELETE FROM|UPDATE|INSERT INTO) (\w+)", sql)
    return folder_of_each_table().get(written[1]) if written else None
