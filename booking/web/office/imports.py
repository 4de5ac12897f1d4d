"""Taking in an official file: read it, show what it would do, store it once confirmed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect, Template

from booking.door.answers import done, page
from booking.door.guards import COORDINATOR
from booking.door.uploads import brought_back, carried, sent
from booking.people.accounts.queries import Coordinator
from booking.programme.coordination.take_in import take_in_calendar, take_in_directory
from booking.programme.outreach.mark_rural import take_in_density
from workshops.school_calendar.queries import holidays_known_until
from workshops.school_calendar.read_calendar import read_calendar
from workshops.schools.directory import foresee_directory
from workshops.schools.mark_rural import foresee_density
from workshops.schools.rules import FileRefused

AnyRequest = Request[Any, Any, Any]
LINES_SHOWN = 50
# What the annuaire says of a school, as a page names it.
SCHOOL_FIELDS = {
    "name": "Nom",
    "kind": "Type",
    "sector": "Secteur",
    "contract": "Contrat",
    "address": "Adresse",
    "postcode": "Code postal",
    "commune": "Commune",
    "insee": "Code de la commune",
    "department": "Département",
    "lat": "Latitude",
    "lon": "Longitude",
    "phone": "Téléphone",
    "mail": "Adresse électronique",
    "web": "Site",
    "priority": "Éducation prioritaire",
    "zone": "Zone",
    "has_segpa": "SEGPA",
}


@get("/gestion/imports", opt=COORDINATOR)
async def imports_page(person: NamedDependency[Coordinator]) -> Template:
    return await _imports_page(person)


async def _imports_page(person: Coordinator, **more: Any) -> Template:
    return page("office/imports.html", person=person, known_until=await holidays_known_until(), **more)


@post("/gestion/imports/annuaire", opt=COORDINATOR)
async def read_directory(request: AnyRequest, person: NamedDependency[Coordinator]) -> Template:
    try:
        content, name = await sent(await request.form())
        foreseen = await foresee_directory(content)
    except FileRefused as no:
        return await refused_file(person, "annuaire", no)
    return page(
        "office/import_schools.html",
        person=person,
        foreseen=foreseen,
        fields=SCHOOL_FIELDS,
        name=name,
        carried=carried(content),
    )


@post("/gestion/imports/annuaire/confirmation", opt=COORDINATOR)
async def store_directory(
    request: AnyRequest, person: NamedDependency[Coordinator], now: NamedDependency[datetime]
) -> Template | Redirect:
    try:
        await take_in_directory(brought_back(await request.form()), by=person.account, now=now)
    except FileRefused as no:
        return await refused_file(person, "annuaire", no)
    return done("/gestion/etablissements", "annuaire-importe")


@post("/gestion/imports/calendrier", opt=COORDINATOR)
async def read_holidays(request: AnyRequest, person: NamedDependency[Coordinator]) -> Template:
    try:
        content, name = await sent(await request.form())
        found = read_calendar(content)
    except FileRefused as no:
        return await refused_file(person, "calendrier", no)
    return page(
        "office/import_calendar.html",
        person=person,
        holidays=sorted((one for one in found if one.kind == "holiday"), key=lambda off: (off.first_on, off.zone)),
        name=name,
        carried=carried(content),
    )


@post("/gestion/imports/calendrier/confirmation", opt=COORDINATOR)
async def store_holidays(
    request: AnyRequest, person: NamedDependency[Coordinator], now: NamedDependency[datetime]
) -> Template | Redirect:
    form = await request.form()
    try:
        content = brought_back(form)
        await take_in_calendar(content, source=str(form.get("name", ""))[:120], by=person.account, now=now)
    except FileRefused as no:
        return await refused_file(person, "calendrier", no)
    return done("/gestion/imports", "calendrier-importe")


@post("/gestion/imports/densite", opt=COORDINATOR)
async def read_grid(request: AnyRequest, person: NamedDependency[Coordinator]) -> Template:
    try:
        content, name = await sent(await request.form())
        foreseen = await foresee_density(content)
    except FileRefused as no:
        return await refused_file(person, "densite", no)
    return page("office/import_density.html", person=person, foreseen=foreseen, name=name, carried=carried(content))


@post("/gestion/imports/densite/confirmation", opt=COORDINATOR)
async def store_grid(
    request: AnyRequest, person: NamedDependency[Coordinator], now: NamedDependency[datetime]
) -> Template | Redirect:
    try:
        await take_in_density(brought_back(await request.form()), by=person.account, now=now)
    except FileRefused as no:
        return await refused_file(person, "densite", no)
    return done("/gestion/equite", "densite-importee")


async def refused_file(person: Coordinator, which: str, no: FileRefused) -> Template:
    """The page again, with every line of the file that cannot be taken."""
    return await _imports_page(
        person,
        status=no.status,
        refused=which,
        lines=no.lines[:LINES_SHOWN],
        more_lines=max(0, len(no.lines) - LINES_SHOWN),
    )
