"""A table is written where its subject stands: an act of another subject is composed of that subject's fragments."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.architecture.sql import ROOT, every_statement

WRITES = re.compile(
    r"""\bINSERT\s+INTO\s+"?(?P<inserted>\w+)
      | \bDELETE\s+FROM\s+"?(?P<deleted>\w+)
      | (?<!FOR\s)(?<!KEY\s)(?<!DO\s)\bUPDATE\s+"?(?P<updated>\w+)""",
    re.VERBOSE,
)
# A badge points to a reservation, whose acts issue it: what writes it stands below both, its table above.
WRITTEN_IN = {"badges": Path("booking/visits/badge_codes")}
# What is told of an act is written with it everywhere.
TOLD = {"events", "events_to_tell", "event_words", "notices", "refusal_counts", "webhook_deliveries"}
# Which act is composed of which subject's fragments.
COMPOSED: dict[str, set[str]] = {
    "booking/day/badges/write_on_badges.py": {
        "booking.visits.badge_codes.issue.FORGET_NAMES_OF_GROUP",
        "booking.visits.badge_codes.issue.WRITE_NAMES",
        "booking.visits.badge_codes.issue.MARK_PHOTOS",
        "booking.visits.groups.register.CHOOSE_NAMES",
    },
    "booking/demo/fill.py": {
        "booking.visits.reservations.transition.PUT_WITH_THEIR_SLOT",
        "workshops.slots.move.PUT_AT",
    },
    "booking/demo/forget.py": {
        "booking.people.accounts.sweep.BURY",
        "booking.people.applications.forget.FORGET_MADE_BY",
        "booking.people.accounts.sweep.FORGET_RIGHTS",
        "booking.people.passkeys.keep.FORGET_PASSKEYS",
    },
    "booking/demo/settle.py": {"booking.people.accounts.sign_in.CAME"},
    "booking/people/passkeys/keep.py": {
        "booking.people.accounts.invite_host.WITHDRAW_SENT",
        "booking.people.accounts.second_proof.SPEND_NOT_ME",
        "booking.people.accounts.second_proof.FORGET_PHONE_SINCE",
    },
    "booking/people/sign_ups/sign_up.py": {
        "booking.people.accounts.invite.KEEP_ACCOUNT",
        "booking.people.accounts.invite.KEEP_AWAITING",
    },
    "booking/visits/newcomers/answer.py": {
        "booking.people.accounts.invite.BELONGS",
        "booking.people.accounts.invite.KEEP_ACCOUNT",
        "booking.people.accounts.invite.KEEP_MEMBERSHIP",
        "booking.people.accounts.sweep.BURY",
        "booking.people.accounts.sweep.FORGET_RIGHTS",
        "booking.people.accounts.sign_out.WITHDRAW",
        "booking.people.drafts.keep.FORGET_OF",
        "booking.people.passkeys.keep.FORGET_PASSKEYS",
        "booking.people.sign_ups.sign_up.ANSWERED",
        "booking.visits.groups.register.FORGET_GROUPS",
        "booking.visits.groups.register.FORGET_TEACHER",
        "booking.visits.questions.write.FORGET_OF_COLLEGE",
    },
    "booking/visits/handovers/hand_on.py": {
        "booking.visits.reservations.transition.PROPOSED",
        "booking.visits.reservations.transition.PROPOSED_NO_MORE",
    },
    "booking/visits/handovers/take_over.py": {
        "booking.visits.groups.register.TAUGHT_BY",
        "booking.visits.reservations.transition.FOLLOWED_BY",
    },
    "booking/visits/attendance/announce.py": {
        "booking.visits.badge_codes.issue.badges_issued",
        "workshops.slots.seats.company_places_taken",
    },
    "booking/visits/attendance/change.py": {"workshops.slots.seats.company_places_shifted"},
    "booking/visits/attendance/lapse.py": {"workshops.slots.seats.company_places_shifted"},
    "booking/visits/reservations/take_seats.py": {"workshops.slots.seats.seats_taken_together"},
    "booking/visits/reservations/transition.py": {
        "booking.visits.badge_codes.issue.names_forgotten",
        "workshops.slots.seats.seats_shifted",
    },
    "booking/visits/reservations/change_headcount.py": {"workshops.slots.seats.RESEAT"},
    "booking/visits/reservations/enter_draw.py": {"booking.visits.demands.keep.entered"},
    "booking/visits/reservations/wait.py": {"booking.visits.demands.keep.alone"},
    "booking/visits/asking/ask.py": {"booking.visits.demands.keep.looking"},
    "booking/visits/reservations/give_places.py": {"workshops.slots.seats.seats_given"},
    "booking/visits/reservations/tell_draw.py": {
        "booking.visits.demands.keep.ANSWERED",
    },
    "booking/visits/reservations/confirm.py": {"workshops.slots.seats.seats_shifted"},
    "booking/visits/reservations/move.py": {
        "booking.visits.badge_codes.issue.FORGET_ALL",
        "workshops.slots.seats.seats_shifted",
        "workshops.slots.seats.seats_taken",
    },
    "booking/visits/reservations/give_back.py": {"workshops.slots.seats.seats_kept"},
    "booking/visits/reservations/promote.py": {"workshops.slots.seats.seats_kept"},
    "booking/visits/reservations/offer_by_sentence.py": {"workshops.slots.seats.seats_kept"},
    "booking/visits/slot_changes/call_off.py": {
        "booking.visits.attendance.change.CALLED_OFF",
        "booking.visits.badge_codes.issue.names_forgotten",
        "booking.visits.reservations.transition.CALLED_OFF",
        "booking.visits.reservations.transition.LEFT_ON_THEIR_OWN",
    },
    "booking/visits/slot_changes/move.py": {
        "booking.visits.attendance.change.FOLLOWED",
        "booking.visits.reservations.transition.CHANGES_FOLLOW",
        "booking.visits.reservations.transition.FOLLOWED",
    },
    "booking/visits/slot_changes/restate.py": {"booking.visits.attendance.change.TRADES_TOLD_APART"},
    "booking/day/checkin/close_slot.py": {
        "booking.visits.reservations.transition.CAME_OR_NOT",
        "booking.visits.reservations.transition.EXPECTED_AGAIN",
    },
    "booking/year/close.py": {"workshops.slots.close.FREEZE"},
    "booking/year/erase_account.py": {
        "booking.calendar.replies.forget.FORGET_OF",
        "booking.outbox.returns.mark.FORGET_OF",
        "booking.people.accounts.sweep.BURY",
        "booking.people.accounts.sweep.FORGET_ACCOUNT",
        "booking.people.accounts.sweep.FORGET_RIGHTS",
        "booking.people.accounts.sweep.FORGET_TRIES",
        "booking.people.drafts.keep.FORGET_OF",
        "booking.people.passkeys.keep.FORGET_PASSKEYS",
        "booking.people.company_requests.ask.FORGET_OF",
        "booking.people.sign_ups.sign_up.FORGET_OF",
        "booking.visits.groups.register.FORGET_TEACHER",
        "booking.visits.questions.write.FORGET_OF",
        "workshops.catalogue.describe.NAME_RESPONSIBLE",
        "workshops.schools.ask_visa.FORGET_PRINCIPAL",
    },
    "booking/year/leave.py": {
        "booking.people.accounts.sign_out.WITHDRAW",
        "booking.visits.groups.register.FORGET_GROUPS",
    },
    "booking/people/accounts/profile.py": {"workshops.catalogue.describe.NAME_RESPONSIBLE"},
    "booking/visits/phones/forget.py": {"booking.people.accounts.profile.FORGET_PHONE"},
    "booking/year/erase_records.py": {
        "booking.visits.reservations.demand.FORGET_DEMANDS",
        "workshops.programmes.bts1.draft_course.FORGET_NOTES",
        "workshops.catalogue.describe.FORGET_RESPONSIBLE",
        "workshops.imports.remember.FORGET_RECORDS",
        "workshops.programmes.ptech.plan_action.FORGET_TITLES",
        "workshops.programmes.ptech.count_cohort.FORGET_NOTES",
        "workshops.programmes.ptech.settle_action.FORGET_REASONS",
        "workshops.school_calendar.close.FORGET_CLOSURES",
    },
    "booking/year/erase_visits.py": {
        "booking.day.checkin.undo.FORGET_PRESENCES",
        "booking.day.checkin.undo.FORGET_SCANS",
        "booking.day.desk_links.give.FORGET_LINKS",
        "booking.visits.attendance.lapse.FORGET_WORDS",
        "booking.visits.attendance.change.FORGET_VISITORS",
        "booking.visits.badge_codes.issue.FORGET_BADGES",
        "booking.visits.badge_codes.issue.FORGET_GUESTS_BADGES",
        "booking.visits.badge_codes.issue.FORGET_NAMES",
        "booking.visits.badge_codes.issue.FORGET_SIGNS",
        "booking.visits.reservations.ask_approval.FORGET_APPROVALS",
        "booking.visits.reservations.tell_needs.FORGET_NEEDS",
        "booking.visits.reservations.tell_needs.FORGET_WORDS",
        "workshops.builds.record.FORGET_PHOTOS",
        "workshops.builds.record.FORGET_NOTES",
        "workshops.slots.call_off.FORGET_REASONS",
        "workshops.slots.close.FORGET_NOTES",
        "workshops.slots.close.FORGET_NOTES_BEFORE",
    },
    "booking/year/purge.py": {
        "booking.calendar.feeds.give.FORGET_FEEDS",
        "booking.people.accounts.sweep.FORGET_KEYS",
        "booking.visits.principals.give_outings.FORGET_PAGES",
        "booking.people.accounts.invite_host.FORGET_INVITATIONS",
        "booking.people.sign_ups.sign_up.NEVER_PROVED",
        "workshops.schools.ask_visa.FORGET_PRINCIPAL",
    },
    "booking/year/warn_idle.py": {"booking.people.accounts.sweep.WARNED"},
    "booking/programme/imports/undo.py": {"workshops.imports.remember.FORGET"},
    "workshops/slots/close_by.py": {"workshops.schools.tell_arrival.SAY_NOTICE"},
}
# What an act writes in words of its own, the table's subject standing on a floor that it may not import.
IN_ITS_OWN_WORDS: dict[str, set[str]] = {
    # The examples go as they came, through no act: with what only they made, table by table.
    "booking/demo/forget.py": {
        *("academie", "academie_marks"),
        *("accounts", "approvals", "attendances", "badges", "bts1_courses", "bts1_feeders", "bts1_intakes"),
        *("bts1_mobilities", "bts1_partners", "bts1_steps", "builds", "college_invitations", "companies"),
        *("company_requests", "sign_ups"),
        *("company_turnouts", "demands", "groups", "head_counts", "mentoring_actions", "milestones", "openings"),
        "partners",
        *("past_visits", "presences", "ptech_censuses", "ptech_cohorts", "ptech_mentors", "ptech_outcomes"),
        *("ptech_schemes", "questions", "reservations", "rooms", "scans", "slots", "tech_objects", "turnouts"),
        *("september_hands", "turnouts_before", "workshops"),
        *("final_reports", "funding_sums", "hourly_rates", "lycee_staff", "report_words", "slot_hosts"),
    },
    # All has changed, for the answers that are kept.
    "booking/demo/fill.py": {"versions"},
    "booking/people/accounts/second_proof.py": {"passkeys"},
    "booking/people/accounts/sign_out.py": {"feeds"},
    "booking/people/accounts/sweep.py": {"passkey_challenges"},
    "booking/visits/reservations/move.py": {"questions"},
    "booking/year/erase_records.py": {"college_invitations"},
}


def test_an_act_writes_the_tables_of_other_subjects_by_their_own_fragments():
    assert _written()[0] == COMPOSED


def test_no_other_act_writes_a_table_of_another_subject_in_its_own_words():
    assert _written()[1] == IN_ITS_OWN_WORDS


def test_the_builder_writes_within_a_subject():
    """`Room.update(...)` stands in the folder of Room's table."""
    abroad = set()
    for file in _files():
        tree = ast.parse((ROOT / file).read_text())
        foreign = {
            one.asname or one.name
            for node in tree.body
            if isinstance(node, ast.ImportFrom) and (node.module or "").endswith(".tables")
            if Path(*(node.module or "").split(".")).parent != Path(file).parent
            for one in node.names
        }
        abroad |= {
            f"{file}: {node.value.id}.{node.attr}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in foreign
            if node.attr in {"insert", "update", "delete"}
        }
    assert abroad == set()


@cache
def _written() -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """By file: the fragments of other subjects that it sends, and the tables of theirs that it writes without one."""
    folders = folder_of_each_table()
    composed, own_words = defaultdict(set), defaultdict(set)
    for sent in every_statement():
        imported = _fragments_of(sent.file)
        for write in WRITES.finditer(sent.sql or ""):
            table = write[write.lastgroup]
            if table in TOLD or table not in folders or folders[table] == Path(sent.file).parent:
                continue
            names = [
                name
                for name, (home, texts) in imported.items()
                if home == folders[table]
                for text in texts
                if any(one.start() <= write.start() < one.end() for one in text.finditer(sent.sql))
            ]
            if names:
                composed[sent.file] |= set(names)
            else:
                own_words[sent.file].add(table)
    return dict(composed), dict(own_words)


@cache
def folder_of_each_table() -> dict[str, Path]:
    """The folder of each table."""
    return {
        told[1]: WRITTEN_IN.get(told[1], Path(file).parent)
        for file in _files()
        if file.endswith("/tables.py")
        for told in re.finditer(r'^class \w+\(.*?tablename="(\w+)"', (ROOT / file).read_text(), re.MULTILINE)
    }


@cache
def _fragments_of(file: str) -> dict[str, tuple[Path, list[re.Pattern[str]]]]:
    """What a file imports that writes: a text, or a function of texts that gives one; with its subject."""
    found = {}
    for node in ast.parse((ROOT / file).read_text()).body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("workshops.", "booking.")):
            home = Path(*node.module.split(".")).parent
            for one in node.names:
                if writing := _patterns(getattr(importlib.import_module(node.module), one.name, None)):
                    found[f"{node.module}.{one.name}"] = (home, writing)
    return found


def _patterns(it: object) -> list[re.Pattern[str]]:
    if isinstance(it, tuple):
        return [pattern for one in it for pattern in _patterns(one)]
    if inspect.isfunction(it) and WRITES.search(inspect.getsource(it)) and not inspect.iscoroutinefunction(it):
        asked = inspect.signature(it, eval_str=True)
        if any(one.kind is one.VAR_KEYWORD for one in asked.parameters.values()):
            return []
        if asked.return_annotation is not str or {one.annotation for one in asked.parameters.values()} != {str}:
            return []
        placed = [one for one in asked.parameters.values() if one.kind is not one.KEYWORD_ONLY]
        named = [one for one in asked.parameters.values() if one.kind is one.KEYWORD_ONLY]
        it = it(*(f"<{one.name}>" for one in placed), **{one.name: f"<{one.name}>" for one in named})
    if not isinstance(it, str) or not WRITES.search(it):
        return []
    return [re.compile(re.sub(r"<\w+>", ".+?", re.escape(it.strip())), re.DOTALL)]


def _files() -> Iterator[str]:
    for package in ("workshops", "booking"):
        yield from sorted(str(file.relative_to(ROOT)) for file in (ROOT / package).rglob("*.py"))
