"""The tables of booking, for Piccolo's migrations."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from booking.accounts.tables import (
    Account,
    ApiToken,
    Membership,
    RescueCode,
    SecondProof,
    Session,
    SignInLink,
    Tries,
)
from booking.attendance.tables import Attendance
from booking.badges.tables import Badge
from booking.checkin.tables import Presence, Scan
from booking.desk_links.tables import DeskLink
from booking.drafts.tables import Draft
from booking.feeds.tables import Feed
from booking.groups.tables import Group
from booking.journal.tables import Entry, EntryWords, RefusalCount
from booking.notices.tables import Heartbeat, Notice
from booking.outreach.tables import CollegeInvitation
from booking.passkeys.tables import Passkey, PasskeyChallenge
from booking.replies.tables import Reply
from booking.reservations.tables import Approval, Reservation
from booking.year.tables import YearClosing, YearCount

APP_CONFIG = AppConfig(
    app_name="booking",
    migrations_folder_path=str(Path(__file__).parent.parent / "piccolo_migrations" / "booking"),
    table_classes=[
        Account,
        Membership,
        SignInLink,
        Session,
        SecondProof,
        RescueCode,
        ApiToken,
        Tries,
        Group,
        Reservation,
        Approval,
        Attendance,
        Badge,
        Scan,
        Presence,
        DeskLink,
        Notice,
        Heartbeat,
        Entry,
        EntryWords,
        RefusalCount,
        Feed,
        Reply,
        YearClosing,
        YearCount,
        CollegeInvitation,
        Passkey,
        PasskeyChallenge,
        Draft,
    ],
    migration_dependencies=["workshops.piccolo_app"],
)
