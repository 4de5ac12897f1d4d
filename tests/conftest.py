"""Real PostgreSQL for every test that asks for `db`; each xdist worker has a database of its own."""

from __future__ import annotations

import gc
import os
import tempfile
from collections.abc import Generator
from contextlib import ExitStack

from tests import database
from tests.pooler import in_front_of

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))[:12]
DATABASE = f"test_{RUN}_{WORKER}"
_open = ExitStack()
# Whatever a test does is done by who acts, who may do no more than `technilab migrate` lets; what a test writes by hand
# beyond that, it writes as the owner (`tests/owner.py`).
URL = database.clone(DATABASE)
os.environ["DATABASE_URL"] = database.acting(URL)
if os.environ.pop("POOLED", ""):
    os.environ["DATABASE_URL"] = _open.enter_context(in_front_of(os.environ["DATABASE_URL"]))
os.environ["PICCOLO_CONF"] = "booking.piccolo_conf"
os.environ["DEMO"] = "1"
os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix=f"technilab-{WORKER}-")
os.environ["SECRET_KEY"] = "a secret of the tests, long enough to be one"
os.environ["BASE_URL"] = "http://127.0.0.1:8000"
for unset in ("SMTP_URL", "REDIS_URL", "TRUSTED_PROXIES", "IMAP_URL", "REPLIES_DIR", "PYTHONDONTWRITEBYTECODE"):
    os.environ.pop(unset, None)

import asyncpg  # noqa: E402
import hypothesis  # noqa: E402
import pytest  # noqa: E402
from xdist.scheduler import LoadScopeScheduling  # noqa: E402

from tests.command_line import PATIENCE  # noqa: E402
from tests.owner import by_owner  # noqa: E402
from workshops.database import batching, current_engine, open_pool, pool, rows  # noqa: E402
from workshops.database.hosts import Hosts  # noqa: E402

# What is slow is measured in a benchmark: on a busy machine a time limit would find faults where there are none.
hypothesis.settings.register_profile("technilab", deadline=None)
hypothesis.settings.load_profile("technilab")
# As a replica, so that a line that may never be deleted goes all the same. A big table is truncated: its dead lines
# would slow what comes next.
FORGET = """
CREATE OR REPLACE FUNCTION forget_the_test() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    -- Read to its end before anything is emptied: a table that is still read cannot be truncated.
    written text[] := ARRAY(WRITTEN);
    one text;
BEGIN
    IF current_setting('session_replication_role') <> 'replica' THEN
        PERFORM set_config('session_replication_role', 'replica', true);
    END IF;
    FOREACH one IN ARRAY written LOOP
        IF pg_relation_size(one::regclass) > 1000000 THEN
            EXECUTE format('TRUNCATE %I CASCADE', one);
        ELSE
            EXECUTE format('DELETE FROM %I', one);
        END IF;
    END LOOP;
    -- A replica's writing raises no version.
    INSERT INTO versions (scope, raised) SELECT 0, 1 WHERE NOT EXISTS (SELECT FROM versions);
    UPDATE versions SET raised = raised + 1;
    PERFORM setval(format('%I.%I', schemaname, sequencename)::regclass, 1, false)
        FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL AND sequencename <> 'versions_id_seq';
END $$
"""
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT IN ('migration', 'versions')"
EMPTYING = {"session_replication_role": "replica", "deadlock_timeout": "30s"}
_emptying: list[asyncpg.Connection] = []
SPREAD = ("tests/booking/commands/", "tests/browser/")
LONG = ("tests/deploy/", "tests/faults/", "tests/fuzz/", "tests/journeys/")


class Shared(LoadScopeScheduling):
    """Which tests go to one worker: those of a file, which may share what it made, and those of the one cluster.

    A browser's tests share nothing, and each takes long: they go one by one.
    """

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith("tests/deploy/"):
            return "tests/deploy"
        return nodeid if nodeid.startswith("tests/browser/") else nodeid.partition("::")[0]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log) -> Shared:
    config.option.loadscopereorder = False
    return Shared(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes one worker longest begins first, so that no other waits for it at the end. What waits for processes
    to start and to end, and pages, which have the processors work, are spread among the others; one worker alone keeps
    a file's tests together, which may share what it made."""
    if WORKER == "main":
        return
    sorts = [[one for one in items if _sort(one) == sort] for sort in (*SPREAD, "")]
    placed = [(n / len(some), one) for some in sorts for n, one in enumerate(some)]
    items[:] = [one for one in items if _sort(one) is None] + [one for _, one in sorted(placed, key=lambda at: at[0])]


def _sort(item: pytest.Item) -> str | None:
    if item.nodeid.startswith(LONG):
        return None
    return next((folder for folder in SPREAD if item.nodeid.startswith(folder)), "")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """The thousands of tests found stay until the end: nothing is won by looking through them again and again."""
    gc.disable()
    found = yield
    gc.freeze()
    gc.enable()
    return found


def pytest_sessionfinish() -> None:
    _open.close()
    database.drop(DATABASE)


@pytest.fixture(scope="session")
async def _pool():
    current_engine().owner = Hosts(URL)
    # 200 who ask at once wait as long as a busy machine takes.
    pool.ACQUIRE_TIMEOUT = batching.ANSWERED_WITHIN = PATIENCE
    async with open_pool(size=12):
        # What the migrations counted is forgotten too: the first test begins as every other does.
        await forget_all()
        yield
        await _emptying[-1].close()


@pytest.fixture
async def db(_pool):
    """An empty, migrated database: what a test writes is gone after it."""
    yield current_engine()
    await forget_all()


@pytest.fixture(scope="module")
async def lasting_db(_pool):
    """The same for a whole module, whose tests read what took long to write and change nothing that others read."""
    yield current_engine()
    await forget_all()


async def forget_all() -> None:
    """Empty what a test wrote and nothing else: truncating every table takes ten times a small test's own time.

    By a session that is a replica and stays one: one that becomes it plans all its statements anew, twice. Where it
    crosses the last act of a process that was killed, PostgreSQL ends that act.
    """
    if not _emptying or _emptying[-1].is_closed():
        _emptying.append(await asyncpg.connect(URL, server_settings=EMPTYING))
        tables = [row["tablename"] for row in await rows(TABLES)]
        written = (f"SELECT '{table}' AS name WHERE EXISTS (SELECT 1 FROM {table})" for table in tables)
        await _emptying[-1].execute(FORGET.replace("WRITTEN", " UNION ALL ".join(written)))
    await _emptying[-1].execute("SELECT forget_the_test()")


@pytest.fixture
async def years_to_come(_pool):
    """For a test that purges at a moment to come: PostgreSQL, whose clock nobody moves, lets the journal's lines go."""
    guards = [(table, f"{table}_kept") for table in ("events", "refusal_counts")]
    for table, guard in guards:
        await by_owner(f"ALTER TABLE {table} DISABLE TRIGGER {guard}")
    yield
    for table, guard in guards:
        await by_owner(f"ALTER TABLE {table} ENABLE TRIGGER {guard}")


@pytest.fixture(scope="session")
def _app():
    from tests.application import assembled  # noqa: PLC0415 - tests of one subject need no whole application

    return assembled()


@pytest.fixture
async def app(_app, db):
    """The application on the test's database; `app.state.clock = lambda: NOW` moves its clock."""
    _app.state.clock = None
    _app.state.readiness.forget()
    yield _app
    _app.state.clock = None
