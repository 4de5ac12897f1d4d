"""Noting in the security log who came in, who was refused, and who gave, changed or took an access (ASVS 5.0, 16.3)."""

from __future__ import annotations

from datetime import datetime

from booking.process.security_log import note
from workshops.events.record import Ear, Heard

# Coming in and going out, and what proves a person.
IDENTITY = frozenset(
    {
        *("signed_in", "signed_out", "session_ended", "other_sessions_ended", "access_contested"),
        *("passkey_kept", "passkey_removed", "second_proof_kept", "second_proof_forgotten"),
    }
)
# What opens without a session: keys, links of agendas, of desks and of outings, subscriptions of programs.
KEYS = frozenset(
    {
        *("token_issued", "token_revoked", "feed_given", "feed_revoked", "desk_link_given", "desk_link_revoked"),
        *("webhook_made", "webhook_withdrawn", "outings_given", "outings_revoked"),
        *("application_made", "application_secret_added", "application_secret_ended", "application_ended"),
    }
)
# What somebody may do, where, and for whom.
RIGHTS = frozenset(
    {
        *("invited", "invited_again", "host_invited", "host_accepted", "host_invitation_withdrawn", "host_removed"),
        *("sign_up_confirmed", "sign_up_refused", "company_welcomed", "role_withdrawn", "role_left"),
        *("account_disabled", "account_enabled", "account_erased", "profile_changed", "settings_changed"),
        "programs_chosen",
        *("principal_confirmed", "principal_rejected", "examples_forgotten"),
    }
)
# Data of many that left the site at once.
TAKEN_AWAY = frozenset(
    {
        *("account_exported", "counts_exported", "records_exported", "draw_file_exported", "roster_taken"),
        *("year_closed", "year_reopened"),
    }
)
NOTED = IDENTITY | KEYS | RIGHTS | TAKEN_AWAY


def listen() -> None:
    """From now on this process notes each such act once it is kept; one that is rolled back never was."""
    Ear.acts, Ear.listener = NOTED, _hear


def note_refusal(kind: str, *, account: int | None, program: int | None = None, now: datetime) -> None:
    """Note that somebody, or a program, was refused, whatever becomes of what was being done."""
    note(kind, account=account or None, refusal=True, of_program=program, now=now)


def _hear(heard: Heard) -> None:
    about = f"{heard.about_kind} {heard.about}" if heard.about is not None else heard.about_kind
    note(heard.act, account=heard.by, about=about, now=heard.now)
