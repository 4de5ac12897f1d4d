"""The tables of booking, for Piccolo's migrations."""

from piccolo.conf.apps import AppConfig

from booking.calendar.feeds.tables import Feed
from booking.calendar.replies.tables import Reply
from booking.day.badges.tables import Badge
from booking.day.checkin.tables import Presence, Scan
from booking.day.desk_links.tables import DeskLink
from booking.mails.webhooks.tables import Webhook, WebhookDelivery
from booking.outbox.journal.tables import RefusalCount
from booking.outbox.notices.tables import Heartbeat, Notice, Turn
from booking.outbox.returns.tables import DoubtfulAddress
from booking.people.accounts.tables import (
    Account,
    ApiToken,
    HostInvitation,
    Membership,
    NotMeLink,
    RescueCode,
    SecondProof,
    Session,
    SignInLink,
    Tries,
)
from booking.people.company_requests.tables import CompanyRequest
from booking.people.drafts.tables import Draft
from booking.people.passkeys.tables import Passkey, PasskeyChallenge
from booking.people.sign_ups.tables import SignUp
from booking.programme.coordination.tables import PutOff
from booking.programme.outreach.tables import CollegeInvitation
from booking.visits.alerts.tables import Alert
from booking.visits.attendance.tables import Attendance
from booking.visits.draws.tables import DrawDemand
from booking.visits.groups.tables import Group
from booking.visits.outings.tables import OutingPage
from booking.visits.questions.tables import Question, QuestionLine
from booking.visits.reservations.tables import Approval, Reservation
from booking.visits.sharing.tables import Share
from booking.year.tables import YearClosing, YearCount
from workshops.resources import carried

APP_CONFIG = AppConfig(
    app_name="booking",
    migrations_folder_path=str(carried("booking", "piccolo_migrations/booking")),
    table_classes=[
        Account,
        Membership,
        HostInvitation,
        SignInLink,
        Session,
        SecondProof,
        RescueCode,
        ApiToken,
        Tries,
        NotMeLink,
        Group,
        Reservation,
        DrawDemand,
        Approval,
        Alert,
        Share,
        Attendance,
        Badge,
        Scan,
        Presence,
        DeskLink,
        Notice,
        Heartbeat,
        Turn,
        DoubtfulAddress,
        RefusalCount,
        Feed,
        Reply,
        YearClosing,
        YearCount,
        CollegeInvitation,
        Passkey,
        PasskeyChallenge,
        Draft,
        SignUp,
        CompanyRequest,
        OutingPage,
        Question,
        QuestionLine,
        Webhook,
        WebhookDelivery,
        PutOff,
    ],
    migration_dependencies=["workshops.piccolo_app"],
)
