"""What a coordinator needs now and then: one page that leads to each, who may what, the settings, the journal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated
from urllib.parse import urlencode

from litestar import get, post
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Redirect, Template

from booking.day.photos.encode_mark import BYTES_MOST, encode_mark
from booking.door.forms.form_act import form_act
from booking.door.forms.read import FILE_READ, Form, words_asked
from booking.door.http.answers import Page, done, page, renders
from booking.door.http.replica_routing import DECIDES_NOTHING
from booking.door.rights.guards import FRESH, AsCoordinator, Now, may
from booking.outbox.journal.queries import FIRST_PAGE, JournalLine, latest
from booking.people.accounts.roles import ANYONE, BY_DESK_LINK, NEWCOMER, Permission, roles_that
from booking.people.accounts.rules import Role
from booking.programme.coordination.change_settings import change_settings, foresee_settings
from booking.words.acts import ACTS
from booking.words.subjects import SUBJECTS
from booking.words.wording import ROLES
from workshops.academie.queries import academie, marks
from workshops.academie.rules import LABELS, ZONES, AcademieSettings, Mark, Served, ShowMark, WhichMark
from workshops.academie.show_mark import NAMES, hide_mark, show_mark
from workshops.refusals import Invalid
from workshops.schools.queries import department_names
from workshops.schools.rules import ACADEMIES


@renders("office/administration.html")
class Administration(Page, frozen=True):
    """Pages with their addresses, and what each is for."""

    pages: tuple[tuple[str, str, str], ...]


PAGES = (
    ("Messages", "/gestion/messages", "Les mails qui attendent, ceux qui ont échoué et pourquoi ; relancer."),
    ("Réglages", "/gestion/reglages", "L'académie, ses départements, le contact, les domaines de mail reconnus."),
    ("Ouvertures", "/gestion/ouvertures", "Le jour et l'heure à partir desquels une période se réserve."),
    ("Années scolaires", "/gestion/annees", "Clore une année : les chiffres sont figés, puis les prénoms effacés."),
    ("Objectifs", "/gestion/objectifs", "Combien, jusqu'à quand, compté comment ; déclarer un chiffre."),
    ("Jalons", "/gestion/jalons", "Ce qui est dû, jusqu'à quand, qui en répond, ce qui le prouve."),
    (
        "Imports",
        "/gestion/imports",
        "L'annuaire, le calendrier, les effectifs, les visites passées, P-TECH, BTS+1.",
    ),
    ("Objets technologiques", "/gestion/objets", "Ce que les élèves fabriquent, et son dessin."),
    ("Visites reprises", "/gestion/visites-reprises/nouvelle", "Déclarer une visite tenue avant Technilab."),
    ("Logiciels", "/logiciels", "Ceux qui ont une clé de l'académie ou de départements ; en ajouter, y mettre fin."),
    ("Journal", "/gestion/journal", "Qui a fait quoi, et quand."),
)


@get("/gestion/administration", opt=may("settings.change"))
async def administration_page() -> Template:
    return page(Administration(PAGES))


@renders("office/who_may.html")
class WhoMay(Page, frozen=True):
    """Each permission in words, and whom it is given to, in the order of the roles."""

    lines: Sequence[tuple[str, str]]


@get("/gestion/comptes/roles", opt=may("accounts.give"))
async def who_may_page() -> Template:
    return page(WhoMay([(permission.sentence, _given_to(permission)) for permission in Permission]))


def _given_to(permission: Permission) -> str:
    """« Enseignant, accueil au lycée »"""
    if permission in ANYONE:
        return "Tout le monde"
    given = roles_that(permission)
    if given == set(Role):
        return "Toute personne qui a un compte"
    told = [ROLES[role] for role in Role if role in given]
    if permission in NEWCOMER:
        told.append("un enseignant que son collège n'a pas encore confirmé")
    if permission in BY_DESK_LINK:
        told.append("qui a le lien de l'accueil du jour")
    return ", ".join([told[0], *(words[0].lower() + words[1:] for words in told[1:])])


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


@post("/gestion/reglages", status_code=200, opt=may("settings.change") | {"shown_again": True})
@form_act(AcademieSettings, page=settings_page.fn, zone=_zone)
async def foresee(asked: AcademieSettings, form: Form) -> Template | Redirect:
    """What would change is shown first: it concerns the whole académie."""
    changes = await foresee_settings(asked)
    carried = [(name, value) for name in LABELS for value in form.all(name)]
    return page(ConfirmPage(changes, carried)) if changes else done("/gestion/reglages", "reglages-inchanges")


@post("/gestion/reglages/confirmation", opt=may("settings.change") | FRESH)
@form_act(AcademieSettings, page=settings_page.fn, zone=_zone)
async def store(asked: AcademieSettings, person: AsCoordinator, now: Now) -> Redirect:
    changed = await change_settings(asked, by=person.account, now=now)
    return done("/gestion/reglages", "reglages-enregistres" if changed else "reglages-inchanges")


@renders("office/marks.html", acts={"asked": ShowMark})
class Marks(Page, frozen=True):
    """The marks that are shown, and the `names` of those that may be."""

    marks: Sequence[Mark]
    names: Mapping[str, str]


@get("/gestion/reglages/marques", opt=may("settings.change"))
async def marks_page() -> Template:
    return page(Marks(await marks(), NAMES))


@post(
    "/gestion/reglages/marques",
    opt=may("settings.change") | {"file_most": BYTES_MOST},
    request_max_body_size=FILE_READ,
)
@form_act(ShowMark, page=marks_page.fn)
async def bear_mark(asked: ShowMark, form: Form, person: AsCoordinator, now: Now) -> Redirect:
    """The académie's or its funder's, in place of the former one."""
    if (file := form.file("image")) is None:
        raise Invalid({"image": "Image : choisissez un fichier PNG."})
    drawn = await encode_mark(await file.read(BYTES_MOST + 1))
    await show_mark(asked, drawn, by=person.account, now=now)
    return done("/gestion/reglages/marques", "marque-gardee")


@post("/gestion/reglages/marques/{which:str}/retrait", opt=may("settings.change"))
async def take_mark_away(which: FromPath[WhichMark], person: AsCoordinator, now: Now) -> Redirect:
    await hide_mark(which, by=person.account, now=now)
    return done("/gestion/reglages/marques", "marque-retiree")


SHOWN = 50


@renders("office/journal.html")
class JournalPage(Page, frozen=True):
    entries: Sequence[JournalLine]
    acts: Mapping[str, str]
    subjects: Mapping[str, str]
    subject: str
    who: str
    filtered: bool
    next_page: str | None


@get("/gestion/journal", opt=may("journal.read") | DECIDES_NOTHING)
async def read_journal(
    sujet: FromQuery[str] = "",
    qui: FromQuery[str] = "",
    avant: Annotated[int, QueryParameter(ge=0, le=FIRST_PAGE)] = FIRST_PAGE,
) -> Template:
    subject = sujet if sujet in SUBJECTS else ""
    who = words_asked(qui)
    found = await latest(limit=SHOWN + 1, before=avant, about_kind=subject, who=who)
    following = {"sujet": subject, "qui": who, "avant": found[SHOWN - 1].id} if len(found) > SHOWN else None
    shown = JournalPage(
        entries=found[:SHOWN],
        acts=ACTS,
        subjects=SUBJECTS,
        subject=subject,
        who=who,
        filtered=bool(subject or who),
        next_page="/gestion/journal?" + urlencode(following) if following else None,
    )
    return page(shown)
