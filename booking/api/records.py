"""P-TECH and BTS+1 records as tables, for machines: a lycée's own, all of them for a coordinator."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from litestar import get, post
from litestar.params import FromPath, QueryParameter
from litestar.response import Response

from booking.door.forms.read import AnyRequest
from booking.door.http.answers import FILE_TYPES, download
from booking.door.rights.guards import Keeper, Now, SiteSettings, may
from booking.door.rights.record_owners import sender_of
from booking.people.accounts.queries import Host
from booking.programme.records.export import EVERY_LYCEE, export_records
from booking.programme.records.read_lines import sheet_named
from booking.programme.records.sheet import Sender
from booking.programme.records.take_in import Done, LineChange, foresee, take_in
from booking.words.files import DICTIONARY
from workshops.refusals import NotFound
from workshops.schools.rules import FileRefused

DryRun = Annotated[bool, QueryParameter(description="`false` stores the table; otherwise it is only tried.")]


class TableTaken(msgspec.Struct):
    """How many lines add, correct or repeat a record, and each that changes one; `stored` once they are kept."""

    table: str
    lines: int
    added: int
    changed: int
    unchanged: int
    stored: bool
    changes: list[LineChange]


@get("/records/{file:str}", opt=may("records.keep") | {"kinds": (FILE_TYPES["csv"], FILE_TYPES["xlsx"])})
async def read_records(file: FromPath[str], person: Keeper, now: Now) -> Response[bytes]:
    """A whole table, for example `ptech-cohortes.csv` or `bts1-effectifs.xlsx`; taken in again, it changes nothing.

    What each column of a CSV is stands in a file beside it, `ptech-cohortes-dictionnaire.csv`, to which `Link` leads.
    """
    name, _, form = file.rpartition(".")
    if form == "csv" and name.endswith(f"-{DICTIONARY}"):
        name, form = name.removesuffix(f"-{DICTIONARY}"), DICTIONARY
    sheet = sheet_named(name)
    if sheet is None or form not in {"csv", DICTIONARY, "xlsx"}:
        raise NotFound()
    whose = f"{person.school_name} ({person.school_uai})" if isinstance(person, Host) else EVERY_LYCEE
    content = await export_records(sheet, form=form, scope=person.scope, whose=whose, by=person.account, now=now)
    beside = f"/api/v1/records/{name}-{DICTIONARY}.csv" if form == "csv" else ""
    return download(content, name=f"technilab-{file}", described_by=beside)


@post("/records", status_code=200, opt=may("records.keep") | {"reads_file": True})
async def send_records(
    request: AnyRequest, person: Keeper, settings: SiteSettings, now: Now, dry_run: DryRun = True
) -> TableTaken:
    """Take a table in: the body is the file, CSV or XLSX, and its columns say which table it is.

    A line that cannot be is told with its number in `lines`, and nothing is stored. `changes` names each line that adds
    or corrects a record, with its cells before and after.
    """
    content = await request.body()
    if not content:
        raise FileRefused("le fichier est vide")
    sender = sender_of(person, settings)
    tried = await foresee(content, sender=sender, now=now)
    if not dry_run:
        await _store(content, tried, sender, now)
    return TableTaken(tried.table, tried.lines, tried.added, tried.changed, tried.unchanged, not dry_run, tried.told)


async def _store(content: bytes, tried: Done, sender: Sender, now: datetime) -> None:
    upto = 0
    while upto < tried.lines:
        upto = (await take_in(content, after=upto, sender=sender, now=now)).upto
