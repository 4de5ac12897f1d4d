"""The programs of organisations, their secrets, and the tokens that they are given for an hour."""

from piccolo.columns import Array, Boolean, Bytea, ForeignKey, Serial, Timestamptz, Varchar
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.constraints import Check
from piccolo.table import Table

from booking.people.accounts.tables import Account
from workshops.companies.tables import Company
from workshops.schools.tables import School


class Application(Table, tablename="applications"):
    """A program that acts for a collège, a lycée, a company, some `departments`, or the académie: in one role, with
    some of its `permissions`.

    It is its owner's and nobody's own: it goes on without whoever made it (`made_by`), and ends alone. `writes`: it
    does more than read. `client_id` is its public name. What it did stays told in its `name`.
    """

    id: Serial
    name = Varchar(length=80)
    role = Varchar(length=12)
    school = ForeignKey(School, null=True, default=None, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade)
    company = ForeignKey(Company, null=True, default=None, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade)
    departments = Array(Varchar(length=3), default=list)
    permissions = Array(Varchar(length=30), default=list)
    writes = Boolean(default=False)
    client_id = Varchar(length=40, unique=True)
    made_by = ForeignKey(Account, null=True, default=None, on_delete=OnDelete.set_null, on_update=OnUpdate.cascade)
    made_at = Timestamptz(default=None)
    ended_at = Timestamptz(null=True, default=None)

    applications_known_role = Check("role IN ('teacher', 'host', 'company', 'inspector', 'coordinator')")
    applications_belong = Check(
        "(school IS NOT NULL) = (role IN ('teacher', 'host')) AND (company IS NOT NULL) = (role = 'company')"
        " AND (departments <> '{}') = (role = 'inspector')"
    )
    applications_open_something = Check("permissions <> '{}'")


class ApplicationSecret(Table, tablename="application_secrets"):
    """A program's secret, kept as SHA-256 only: one, or two while it changes from one to the next.

    `used_at` is the day it last served, to within a day.
    """

    id: Serial
    application = ForeignKey(
        Application, null=False, index=True, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade
    )
    secret_hash = Bytea(unique=True)
    made_by = ForeignKey(Account, null=True, default=None, on_delete=OnDelete.set_null, on_update=OnUpdate.cascade)
    made_at = Timestamptz(default=None)
    ended_at = Timestamptz(null=True, default=None)
    used_at = Timestamptz(null=True, default=None)


class ApplicationToken(Table, tablename="application_tokens"):
    """What a program was given against its secret for an hour, kept as SHA-256 only; it ends with the secret.

    `permissions` are the words of its scope: those that it asked for, of its program's own; `read` where it only reads.
    """

    id: Serial
    token_hash = Bytea(unique=True)
    secret = ForeignKey(
        ApplicationSecret, null=False, index=True, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade
    )
    permissions = Array(Varchar(length=30), default=list)
    expires_at = Timestamptz(default=None)
