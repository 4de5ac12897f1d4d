"""Two users of one database: MIGRATE_URL's owns the tables, DATABASE_URL's acts on them and undoes none of its traces.

Whoever takes over the pages or the worker then has what acts need: the journal only grows, what was declared final
stays, nothing is emptied whole and no guard is turned off.
"""

from __future__ import annotations

import os
from contextlib import suppress
from urllib.parse import parse_qs, unquote, urlsplit

from asyncpg import Record
from asyncpg.exceptions import UndefinedFunctionError, UndefinedObjectError
from msgspec import Struct

from workshops.database import current_engine, row, rows, value
from workshops.refusals import Refusal

# Nobody rewrites a line of these: it stays as it came, or goes. A test compares both lists with every statement.
NEVER_REWRITTEN = frozenset(
    {
        "application_tokens",
        *("closures", "company_turnouts", "drafts", "event_words", "events", "final_reports", "funding_sums"),
        *("head_counts", "lycees_without_sections", "milestone_proof_files", "milestone_proofs", "not_me_links"),
        *("passkey_challenges", "question_lines", "scans", "school_facts", "september_asked", "series_slots"),
        *("shares", "visit_columns", "workshop_objects", "year_corrections", "year_figures"),
    }
)
# Lines that an act takes back, or that the night or the end of a year erases; no line of another table ever goes. Those
# of `events` stay a year, which their trigger holds.
LET_GO = frozenset(
    {
        *("absence_questions", "academie_marks", "accounts", "api_tokens", "approvals", "badges", "bts1_courses"),
        *("bts1_feeders", "bts1_intakes", "bts1_mobilities", "bts1_partners", "bts1_steps", "class_numbers"),
        *("closures", "company_requests", "company_turnouts", "declared_figures", "demands", "desk_links"),
        *("application_tokens", "application_secrets", "applications"),
        *(
            "doubtful_addresses",
            "drafts",
            "event_words",
            "events",
            "events_to_tell",
            "feeds",
            "first_answers",
            "groups",
        ),
        *("head_counts", "heartbeats", "host_invitations", "imports", "lycees_without_sections", "memberships"),
        *("milestone_proofs", "milestones", "near_alerts", "not_me_links", "notices", "openings", "outing_pages"),
        *("partners", "passkey_challenges", "passkeys", "past_visits", "presences", "ptech_censuses"),
        *("first_answers",),
        *("ptech_cohorts", "ptech_mentors", "ptech_outcomes", "ptech_schemes", "put_offs", "questions"),
        *("refusal_counts", "replies", "rescue_codes", "reservations", "scans", "schools", "second_proofs"),
        *("september_hands", "sessions", "shares", "sign_in_links", "sign_ups", "slot_hosts", "targets", "tries"),
        *("turnouts", "visit_columns", "webhook_deliveries", "webhooks", "workshop_objects", "workshop_pictures"),
    }
)
# Piccolo's list of what ran.
ONLY_READ = frozenset({"migration"})
ONE_AT_A_TIME = 7266
# In one block, which sees only tables of ours: an extension's may stand beside them, and be nobody's to give. What is
# right already is left alone, so that nothing is written where nothing has changed.
GRANT = """DO $technilab$
DECLARE
  acting CONSTANT text := {acting};
  only_read CONSTANT text[] := {only_read};
  never_rewritten CONSTANT text[] := {never_rewritten};
  let_go CONSTANT text[] := {let_go};
  it record;
  this text;
  has text[];
  needs text[];
BEGIN
  PERFORM pg_advisory_xact_lock({alone});
  IF pg_has_role(current_user, (SELECT nspowner FROM pg_namespace WHERE nspname = 'public'), 'USAGE') THEN
    EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', acting);
    REVOKE CREATE ON SCHEMA public FROM PUBLIC;
    EXECUTE format('REVOKE CREATE ON SCHEMA public FROM %I', acting);
  END IF;
  IF pg_has_role(current_user, (SELECT datdba FROM pg_database WHERE datname = current_database()), 'USAGE') THEN
    EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('REVOKE CREATE, TEMPORARY ON DATABASE %I FROM %I', current_database(), acting);
  END IF;
  FOR it IN
    SELECT c.oid, c.relname::text AS name, c.relkind, c.relacl, c.relowner FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
      AND pg_has_role(current_user, c.relowner, 'USAGE')
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    ORDER BY c.relname
  LOOP
    needs := CASE
      WHEN it.relkind = 'S' THEN ARRAY['USAGE']
      WHEN it.relkind IN ('v', 'm') OR it.name = ANY (only_read) THEN ARRAY['SELECT']
      ELSE ARRAY['INSERT', 'SELECT'] || CASE WHEN it.name = ANY (never_rewritten) THEN '{{}}' ELSE ARRAY['UPDATE'] END
        || CASE WHEN it.name = ANY (let_go) THEN ARRAY['DELETE'] ELSE '{{}}' END
    END;
    SELECT coalesce(array_agg(a.privilege_type), '{{}}') INTO has
    FROM aclexplode(it.relacl) a JOIN pg_roles r ON r.oid = a.grantee WHERE r.rolname = acting;
    IF NOT (has @> needs AND has <@ needs) THEN
      this := format('%s public.%I', CASE it.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, it.name);
      EXECUTE format('REVOKE ALL ON %s FROM %I', this, acting);
      EXECUTE format('GRANT %s ON %s TO %I', array_to_string(needs, ', '), this, acting);
    END IF;
  END LOOP;
  EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE ON TABLES TO %I', acting);
  EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO %I', acting);
END $technilab$"""


class NoSuchUser(Refusal):
    """DATABASE_URL names a user that PostgreSQL does not know."""

    kind = "no-such-user"
    title = "Compte de la base inconnu"

    def __init__(self, user: str) -> None:
        super().__init__(
            f"PostgreSQL ne connaît pas « {user} », que nomme DATABASE_URL : créez ce compte, puis relancez technilab"
            " migrate."
        )


def acting_user() -> str:
    """The user of DATABASE_URL, where MIGRATE_URL names another one; empty where one owns and acts."""
    acts, owns = (user_of(os.environ.get(name, "")) for name in ("DATABASE_URL", "MIGRATE_URL"))
    return acts if acts and owns and acts != owns else ""


def user_of(url: str) -> str:
    """The user that a database's address names; empty where it names none."""
    parts = urlsplit(url)
    return unquote(parts.username or "") or (parse_qs(parts.query).get("user") or [""])[-1]


def granting(acting: str) -> str:
    """The statement that gives the acting user what acts need, and takes the rest away; run by the tables' owner."""
    lists = {"only_read": ONLY_READ, "never_rewritten": NEVER_REWRITTEN, "let_go": LET_GO}
    told = {name: f"'{{{','.join(sorted(names))}}}'" for name, names in lists.items()}
    quoted = "'" + acting.replace("'", "''") + "'"
    return GRANT.format(acting=quoted, alone=ONE_AT_A_TIME, **told)


async def give_rights(acting: str) -> None:
    """Give the acting user its rights on every table that stands, and on those to come; asked as their owner.

    Raises NoSuchUser.
    """
    owner = await current_engine().get_new_connection()
    try:
        await owner.execute(granting(acting))
    except UndefinedObjectError:
        raise NoSuchUser(acting) from None
    finally:
        await owner.close()


def needed(table: str, *, view: bool = False) -> set[str]:
    """What acts need on a table of this name, or on a view."""
    if view or table in ONLY_READ:
        return {"SELECT"}
    rights = {"SELECT", "INSERT"}
    if table not in NEVER_REWRITTEN:
        rights.add("UPDATE")
    if table in LET_GO:
        rights.add("DELETE")
    return rights


class TooMuch(Struct, frozen=True):
    """Something that the acting user may do and no act needs: in words, and of which tables, if of any."""

    what: str
    tables: tuple[str, ...] = ()


OF_A_TABLE = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "TRIGGER", "REFERENCES")
# Whether a right was given to the session's user, to a role that it may be, or to all.
MAY = f"""SELECT c.relname::text AS name, c.relkind IN ('v', 'm') AS view,
  pg_has_role(current_user, c.relowner, 'MEMBER') AS owns,
  ARRAY(SELECT may FROM unnest(ARRAY{list(OF_A_TABLE)}) AS may WHERE has_table_privilege(c.oid, may)) AS may
FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
ORDER BY c.relname"""  # noqa: S608 - constants only
# What is no table's: to be more than a user, and to make things.
IS = """SELECT rolsuper AS super, rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls OR EXISTS (
    SELECT FROM pg_roles given WHERE pg_has_role(current_user, given.oid, 'MEMBER') AND given.rolname IN (
      'pg_write_all_data', 'pg_maintain', 'pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files')
  ) AS powers,
  has_schema_privilege('public', 'CREATE') OR has_database_privilege(current_database(), 'CREATE') AS makes
FROM pg_roles WHERE rolname = current_user"""
# It can be given since PostgreSQL 15.
SILENCES = "SELECT has_parameter_privilege('session_replication_role', 'SET')"


async def may_too_much() -> list[TooMuch]:
    """What this session's user may do beyond what acts need; nothing where its rights are those of `granting`."""
    user, tables = await row(IS), await rows(MAY)
    if user is None or user["super"]:
        return [TooMuch("tout, sur tout le serveur")]
    if owned := tuple(one["name"] for one in tables if one["owns"]):
        return [TooMuch("réécrire le journal, enlever ses gardes, supprimer les tables, qui sont à lui", owned)]
    found = []
    if user["powers"]:
        found.append(TooMuch("agir sur le serveur : comptes, bases ou fichiers"))
    if user["makes"]:
        found.append(TooMuch("créer des tables"))
    with suppress(UndefinedFunctionError):
        if await value(SILENCES):
            found.append(TooMuch("faire taire les gardes du journal (session_replication_role)"))
    for what, rights in (
        ("vider des tables d'un coup", {"TRUNCATE"}),
        ("poser des déclencheurs ou des renvois", {"TRIGGER", "REFERENCES"}),
        ("réécrire ce qui ne change jamais", {"UPDATE"}),
        ("effacer ce qui ne s'efface jamais", {"DELETE"}),
        ("écrire là où rien ne s'écrit", {"INSERT"}),
    ):
        if of := tuple(one["name"] for one in tables if rights & _beyond(one)):
            found.append(TooMuch(what, of))
    return found


def _beyond(table: Record) -> set[str]:
    return set(table["may"]) - needed(table["name"], view=table["view"])


async def lacking() -> list[str]:
    """The tables on which this session's user may not do what acts need; `technilab migrate` gives it."""
    return [one["name"] for one in await rows(MAY) if needed(one["name"], view=one["view"]) - set(one["may"])]
