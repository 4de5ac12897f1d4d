"""The companies that ask to join; the answer takes the row away."""

from piccolo.columns import Serial, Text, Timestamptz, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table


class CompanyRequest(Table, tablename="company_requests"):
    """Somebody of a company who wants to take part: one row for an address and a SIRET."""

    id: Serial
    siret = Varchar(length=14)
    company_name = Varchar(length=160)
    commune = Varchar(length=80, default="")
    contact_name = Varchar(length=120)
    email = Varchar(length=254)
    proposal = Text(default="")
    asked_at = Timestamptz(default=None)

    company_requests_once = Unique(["siret", "email"])
