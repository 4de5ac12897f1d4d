"""What the coordinator sets while Technilab runs: the académie, its zone, its départements, who answers for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from litestar import get, post
from litestar.di import NamedDependency
from litestar.response import Redirect, Template

from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, page
from booking.door.rights.guards import COORDINATOR, FRESH
from booking.outbox.journal.queries import JournalLine, latest
from booking.people.accounts.queries import Coordinator
from booking.programme.coordination.change_settings import LABELS, change_settings, foresee_settings
from workshops.academie.queries import academie
from workshops.academie.rules import LENGTHS, ZONES, AcademieSettings
from workshops.refusals import Invalid
from workshops.schools.queries import department_names
from workshops.schools.rules import ACADEMIES
from workshops.typed_text.plain_words import some_lines

CHANGES_SHOWN = 5
OWN_CALENDAR = "propre"


@dataclass(frozen=True)
class SettingsPage(Page, template="office/settings.html"):
    """The form, as it is set or as it was typed, and who changed it last."""

    labels: Mapping[str, str]
    wanted: AcademieSettings
    form: Form | None
    academies: Mapping[str, str]
    zones: Mapping[str, str]
    departments: Mapping[str, str]
    lengths: Mapping[str, int]
    changes: Sequence[JournalLine]


@dataclass(frozen=True)
class ConfirmPage(Page, template="office/settings_confirm.html"):
    """What would change, before it does: each setting, what it is, what it would be."""

    changes: Sequence[tuple[str, str, str]]
    wanted: Mapping[str, Any]


@get("/gestion/reglages", opt=COORDINATOR)
async def settings_page() -> Template:
    return await _form(await academie())


@post("/gestion/reglages", status_code=200, opt=COORDINATOR)
async def foresee(request: AnyRequest) -> Template | Redirect:
    """What would change is shown first: it concerns the whole académie."""
    form = Form(await request.form())
    wanted = await _wanted(form)
    try:
        changes = await foresee_settings(wanted)
    except Invalid as no:
        return await _form(wanted, form=_with(form, no), status=422)
    if not changes:
        return done("/gestion/reglages", "reglages-inchanges")
    return page(ConfirmPage(changes=changes, wanted=asdict(wanted) | {"zone": wanted.zone or OWN_CALENDAR}))


@post("/gestion/reglages/confirmation", opt=COORDINATOR | FRESH)
async def store(
    request: AnyRequest, person: NamedDependency[Coordinator], now: NamedDependency[datetime]
) -> Template | Redirect:
    form = Form(await request.form())
    wanted = await _wanted(form)
    try:
        changed = await change_settings(wanted, by=person.account, now=now)
    except Invalid as no:
        return await _form(wanted, form=_with(form, no), status=422)
    return done("/gestion/reglages", "reglages-enregistres" if changed else "reglages-inchanges")


async def _form(wanted: AcademieSettings, *, form: Form | None = None, status: int = 200) -> Template:
    shown = SettingsPage(
        labels=LABELS,
        wanted=wanted,
        form=form,
        academies={"": "À choisir"} | {name: name for name in ACADEMIES},
        zones={zone: f"Zone {zone}" for zone in ZONES} | {OWN_CALENDAR: "Aucune : l'académie a son propre calendrier"},
        departments=await department_names(),
        lengths=LENGTHS,
        changes=await latest(limit=CHANGES_SHOWN, about_kind="settings"),
    )
    return page(shown, status=status)


async def _wanted(form: Form) -> AcademieSettings:
    zone, known = form.typed.get("zone", ""), await department_names()
    return AcademieSettings(
        name=form.typed.get("name", ""),
        zone="" if zone == OWN_CALENDAR else zone or "?",
        departments=tuple(form.several("departments", known, label=LABELS["departments"], required=False)),
        neighbours=_lines(form, "neighbours"),
        trusted_domains=_lines(form, "trusted_domains"),
        networks=_lines(form, "networks"),
        **{part: form.typed.get(part, "") for part in LENGTHS},
    )


def _lines(form: Form, name: str) -> tuple[str, ...]:
    return tuple(filter(None, map(str.strip, some_lines(form.typed.get(name, "")).splitlines())))


def _with(form: Form, no: Invalid) -> Form:
    form.errors.update({field: f"{LABELS[field]} : {sentence}" for field, sentence in no.errors.items()})
    return form
