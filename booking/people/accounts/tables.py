"""Accounts, what each may do, and how it proves itself."""

from piccolo.columns import Array, BigInt, Boolean, Bytea, ForeignKey, Serial, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.columns.defaults.timestamptz import TimestamptzNow, TimestamptzOffset
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from workshops.companies.tables import Company
from workshops.partners.tables import Partner
from workshops.schools.tables import School


class Account(Table, tablename="accounts"):
    """A person who signs in, known by a lower-case mail address. A principal needs none, a pupil has none.

    `weekly_mail`: whether it reads on Mondays what waits for it; `daily_mail`: whether it chose one mail a day, None
    while the rule decides. `warned_at`: told that an account that serves no more will be erased. `erased_at`: nothing
    of the person is left, the row stays because visits point to it.
    `phone`: what the other side of a visit calls on the day, since `phone_at`; `unwanted`: the reminders not to send.
    """

    id: Serial
    email = Varchar(length=254, unique=True)
    name = Varchar(length=120)
    created_at = Timestamptz(default=TimestamptzNow())
    last_seen_at = Timestamptz(null=True, default=None)
    disabled_at = Timestamptz(null=True, default=None)
    warned_at = Timestamptz(null=True, default=None)
    erased_at = Timestamptz(null=True, default=None)
    example = Boolean(default=False)
    weekly_mail = Boolean(default=True)
    daily_mail = Boolean(null=True, default=None)
    phone = Varchar(length=20, default="")
    phone_at = Timestamptz(null=True, default=None)
    unwanted = Array(Varchar(length=12), default=list)

    accounts_plain_email = Check("email = lower(email) AND position('@' in email) > 1")
    accounts_phone_dated = Check("(phone <> '') = (phone_at IS NOT NULL)")
    accounts_known_unwanted = Check("unwanted <@ ARRAY['week_before', 'day_before']::varchar[]")


class Membership(Table, tablename="memberships"):
    """What an account is, and where: teacher or principal of a collège, host of a lycée, a company's, coordinator,
    inspector of some `departments`, a `partner`'s in the consortium.

    `awaiting`: a teacher who signed up by herself, and of whom nobody of her collège has said that she is its.
    `no_programs`: a teacher who wants no program of her collège to act in her name.
    """

    id: Serial
    account = ForeignKey(Account, null=False, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade)
    role = Varchar(length=12)
    school = ForeignKey(School, null=True, default=None, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)
    company = ForeignKey(Company, null=True, default=None, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)
    created_at = Timestamptz(default=TimestamptzNow())
    awaiting = Boolean(default=False)
    departments = Array(Varchar(length=3), default=list)
    partner = ForeignKey(Partner, null=True, default=None, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)
    no_programs = Boolean(default=False)

    memberships_known_role = Check(
        "role IN ('teacher', 'principal', 'host', 'company', 'coordinator', 'inspector', 'consortium')"
    )
    memberships_belongs = Check(
        "(school IS NOT NULL) = (role IN ('teacher', 'principal', 'host'))"
        " AND (company IS NOT NULL) = (role = 'company')"
        " AND (departments <> '{}') = (role = 'inspector') AND (partner IS NOT NULL) = (role = 'consortium')",
    )


class HostInvitation(Table, tablename="host_invitations"):
    """A colleague whom a host invites: no account and no role before she accepts by the link, kept as SHA-256 only."""

    id: Serial
    email = Varchar(length=254)
    name = Varchar(length=120)
    school = ForeignKey(School, null=False, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade)
    invited_by = ForeignKey(Account, null=False, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade)
    token_hash = Bytea(unique=True)
    asked_at = Timestamptz(default=None)
    sent_at = Timestamptz(default=None)
    expires_at = Timestamptz(default=None)

    host_invitations_once = Unique(["email", "school"])


class SignInLink(Table, tablename="sign_in_links"):
    """A mailed link: 10 minutes, one use, kept as SHA-256 only."""

    id: Serial
    token_hash = Bytea(unique=True)
    account = ForeignKey(Account, null=False, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade)
    next_path = Text(default="")
    created_at = Timestamptz(default=TimestamptzNow())
    expires_at = Timestamptz(default=None)
    used_at = Timestamptz(null=True, default=None)


class Session(Table, tablename="sessions"):
    """A signed-in browser: SHA-256 of its id, idle for 2 hours at most, 12 hours in all.

    `proved`: its person also gave the second proof. `proved_at`: when she last proved herself, by a link, a code or a
    passkey; None in a session of before that was kept.
    """

    id: Serial
    id_hash = Bytea(unique=True)
    account = ForeignKey(Account, null=False, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade)
    membership = ForeignKey(Membership, null=True, default=None, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade)
    created_at = Timestamptz(default=None)
    seen_at = Timestamptz(default=None)
    expires_at = Timestamptz(default=None)
    browser = Varchar(length=160, default="")
    proved = Boolean(default=False)
    proved_at = Timestamptz(null=True, default=None)


class SecondProof(Table, tablename="second_proofs"):
    """The phone that proves an account a second time (TOTP, RFC 6238).

    Its secret is `sealed` by the site's key; a phone from before secrets were sealed has the one that is derived from
    `salt` and that day's key. `last_step` is the last code's half minute, so that no code serves twice.
    """

    id: Serial
    account = ForeignKey(Account, null=False, unique=True, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade)
    salt = Bytea()
    last_step = BigInt(default=0)
    since = Timestamptz(default=None)
    sealed = Bytea(null=True, default=None)


class RescueCode(Table, tablename="rescue_codes"):
    """A code on paper for the day the phone is lost: one use; what is kept of it costs memory to try."""

    id: Serial
    account = ForeignKey(Account, null=False, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade)
    code_hash = Bytea(unique=True)
    used_at = Timestamptz(null=True, default=None)


class ApiToken(Table, tablename="api_tokens"):
    """A machine's key to the JSON API, kept as SHA-256 only; it acts as one membership, until `expires_at`.

    `label`: what it is for. `writes`: it does more than read. `used_at` is the day it last served, to within a day.
    """

    id: Serial
    token_hash = Bytea(unique=True)
    account = ForeignKey(Account, null=False, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade)
    membership = ForeignKey(Membership, null=False, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade)
    label = Varchar(length=80, default="")
    created_at = Timestamptz(default=TimestamptzNow())
    expires_at = Timestamptz(default=TimestamptzOffset(days=365))
    revoked_at = Timestamptz(null=True, default=None)
    used_at = Timestamptz(null=True, default=None)
    writes = Boolean(default=True)


class NotMeLink(Table, tablename="not_me_links"):
    """By what the mail of a new key, phone or passkey says « ce n'était pas moi »: one use, kept as SHA-256 only.

    `made_at`: since when whatever opens the account is not believed.
    """

    id: Serial
    token_hash = Bytea(unique=True)
    account = ForeignKey(Account, null=False, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade)
    made_at = Timestamptz(default=None)
    expires_at = Timestamptz(default=None)


class Tries(Table, tablename="tries"):
    """When a counted name last tried to sign in or asked for a link; swept after a day."""

    id: Serial
    bucket = Varchar(length=400, unique=True)
    at = Array(Timestamptz(), default=list)
