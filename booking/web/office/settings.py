"""What the coordinator sets while Technilab runs: the académie, its zone, its départements, who answers for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from litestar import get, post
from litestar.di import NamedDependency
from litestar.response import Redirect, Template

from booking.door.forms.form_act import form_act
from booking.door.forms.read import Form
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import FRESH, may
from booking.outbox.journal.queries import JournalLine, latest
from booking.people.accounts.queries import Coordinator
from booking.programme.coordination.change_settings import change_settings, foresee_settings
from workshops.academie.queries import academie
from workshops.academie.rules import LABELS, ZONES, AcademieSettings, Served
from workshops.schools.queries import department_names
from workshops.schools.rules import ACADEMIES

CHANGES_SHOWN = 5
OWN_CALENDAR = "propre"


@renders("office/settings.html", acts={"asked": AcademieSettings})
class SettingsPage(Page, frozen=True):
    """The form, as it is set, and who changed it last."""

    served: Served
    academies: Mapping[str, str]
    zones: Mapping[str, str]
    departments: Mapping[str, str]
    changes: Sequence[JournalLine]


@renders("office/settings_confirm.html")
class ConfirmPage(Page, frozen=True):
    """What would change, before it does: each setting, what it is, what it would be; `carried`: what was typed."""

    changes: Sequence[tuple[str, str, str]]
    carried: Sequence[tuple[str, str]]


@get("/gestion/reglages", opt=may("settings.change"))
async def settings_page() -> Template:
    shown = SettingsPage(
        served=await academie(),
        academies={"": "À choisir"} | {name: name for name in ACADEMIES},
        zones={zone: f"Zone {zone}" for zone in ZONES} | {OWN_CALENDAR: "Aucune : l'académie a son propre calendrier"},
        departments=await department_names(),
        changes=await latest(limit=CHANGES_SHOWN, about_kind="settings"),
    )
    return page(shown)


def _zone(form: Form) -> str:
    """The zone that was chosen, which is not nothing: none is chosen by a word of its own."""
    zone = form.typed.get("zone", "")
    return "" if zone == OWN_CALENDAR else zone or "?"


@post("/gestion/reglages", status_code=200, opt=may("settings.change"))
@form_act(AcademieSettings, page=settings_page.fn, zone=_zone)
async def foresee(asked: AcademieSettings, form: Form) -> Template | Redirect:
    """What would change is shown first: it concerns the whole académie."""
    changes = await foresee_settings(asked)
    carried = [(name, value) for name in LABELS for value in form.all(name)]
    return page(ConfirmPage(changes, carried)) if changes else done("/gestion/reglages", "reglages-inchanges")


@post("/gestion/reglages/confirmation", opt=may("settings.change") | FRESH)
@form_act(AcademieSettings, page=settings_page.fn, zone=_zone)
async def store(
    asked: AcademieSettings, person: NamedDependency[Coordinator], now: NamedDependency[datetime]
) -> Redirect:
    changed = await change_settings(asked, by=person.account, now=now)
    return done("/gestion/reglages", "reglages-enregistres" if changed else "reglages-inchanges")
