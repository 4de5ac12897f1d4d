"""What undoing the last import would do, and what stands against it."""

from __future__ import annotations

import json
from datetime import date, datetime

from msgspec import Struct

from booking.people.accounts.invite import came_among
from booking.people.accounts.tables import Account
from booking.programme.past_visits.queries import closed_years
from booking.programme.records.take_back import hanging_on, stored_records
from booking.words.wording import counted, school_year_of
from workshops.coverage.take_in import stored as stored_counts
from workshops.database import row
from workshops.imports.queries import LastImport, last_import
from workshops.imports.whole_rows import Rows, count_of, made_between, moved_since
from workshops.past_visits.keep import stored as stored_visits
from workshops.school_calendar.load import stored as stored_calendar
from workshops.schools.directory import changed_since
from workshops.schools.mark_rural import marked_since

WORDS = {
    "schools": "Annuaire des établissements",
    "head_counts": "Effectifs des collèges",
    "past_visits": "Visites tenues avant Technilab",
    "invitations": "Invitations collées",
    "calendar": "Calendrier scolaire",
    "density": "Grille de densité",
    "records": "Données P-TECH et BTS+1",
}
_MADE = {
    "schools": ("établissement ajouté sera retiré", "établissements ajoutés seront retirés"),
    "past_visits": ("visite ajoutée sera retirée", "visites ajoutées seront retirées"),
    "records": ("donnée ajoutée sera retirée", "données ajoutées seront retirées"),
    "invitations": ("invitation sera retirée", "invitations seront retirées"),
}
_REPLACED = {
    "schools": ("établissement redevient ce qu'il était", "établissements redeviennent ce qu'ils étaient"),
    "past_visits": ("visite redevient ce qu'elle était", "visites redeviennent ce qu'elles étaient"),
    "records": ("donnée redevient ce qu'elle était", "données redeviennent ce qu'elles étaient"),
}
# What hangs on schools that an import has added.
HANGING = """SELECT
  (SELECT count(*) FROM memberships WHERE school = ANY ($1::int[]))
    + (SELECT count(*) FROM host_invitations WHERE school = ANY ($1::int[]))
    + (SELECT count(*) FROM sign_ups WHERE school = ANY ($1::int[])) AS people,
  (SELECT count(*) FROM applications WHERE school = ANY ($1::int[])) AS programs,
  (SELECT count(*) FROM workshops WHERE school = ANY ($1::int[]))
    + (SELECT count(*) FROM rooms WHERE school = ANY ($1::int[])) AS workshops,
  (SELECT count(*) FROM groups WHERE school = ANY ($1::int[])) AS groups,
  (SELECT count(*) FROM past_visits WHERE lycee = ANY ($1::int[]) OR college = ANY ($1::int[])) AS past_visits,
  (SELECT count(*) FROM head_counts WHERE school = ANY ($1::int[]))
    + (SELECT count(*) FROM class_numbers WHERE school = ANY ($1::int[])) AS head_counts,
  (SELECT count(*) FROM september_hands WHERE school = ANY ($1::int[]))
    + (SELECT count(*) FROM lycees_without_sections WHERE school = ANY ($1::int[]))
    + (SELECT count(*) FROM september_asked WHERE school = ANY ($1::int[])) AS hands,
  (SELECT count(*) FROM ptech_schemes WHERE school = ANY ($1::int[]) OR bts_school = ANY ($1::int[]))
    + (SELECT count(*) FROM bts1_courses WHERE school = ANY ($1::int[]))
    + (SELECT count(*) FROM bts1_feeders WHERE school = ANY ($1::int[])) AS records,
  (SELECT count(*) FROM closures WHERE school = ANY ($1::int[])) AS closures,
  (SELECT count(*) FROM questions WHERE college = ANY ($1::int[]) OR lycee = ANY ($1::int[])) AS questions,
  (SELECT count(*) FROM partners WHERE school = ANY ($1::int[])) AS partners,
  (SELECT count(*) FROM lycee_staff WHERE school = ANY ($1::int[])) AS staff,
  (SELECT count(DISTINCT school_year) FROM school_facts WHERE school = ANY ($1::int[])) AS closed,
  (SELECT count(*) FROM college_invitations WHERE school = ANY ($1::int[]))
    + (SELECT count(*) FROM outing_pages WHERE school = ANY ($1::int[])) AS letters"""
_HANGS = {
    "people": ("compte y est rattaché", "comptes y sont rattachés"),
    "programs": ("logiciel en a une clé", "logiciels en ont une clé"),
    "workshops": ("atelier ou salle y est décrit", "ateliers ou salles y sont décrits"),
    "groups": ("groupe y est inscrit", "groupes y sont inscrits"),
    "past_visits": ("visite reprise les nomme", "visites reprises les nomment"),
    "head_counts": ("effectif y est compté", "effectifs y sont comptés"),
    "hands": ("main levée de septembre les concerne", "mains levées de septembre les concernent"),
    "records": ("dispositif P-TECH ou BTS+1 les nomme", "dispositifs P-TECH ou BTS+1 les nomment"),
    "closures": ("fermeture y est déclarée", "fermetures y sont déclarées"),
    "partners": ("partenaire du consortium y est rattaché", "partenaires du consortium y sont rattachés"),
    "staff": ("nombre de personnels y est dit", "nombres de personnels y sont dits"),
    "questions": ("question les concerne", "questions les concernent"),
    "closed": ("année close les compte", "années closes les comptent"),
    "letters": ("lettre leur a été envoyée", "lettres leur ont été envoyées"),
}
_RECORDS_CHANGED = ("donnée de ce fichier a changé depuis", "données de ce fichier ont changé depuis")
_RECORDS_HANG = ("donnée ajoutée depuis en dépend", "données ajoutées depuis en dépendent")
_CHANGED = ("établissement a changé depuis", "établissements ont changé depuis")


class Undoing(Struct, frozen=True):
    """What undoing the import of this `number` would do (`does`), unless something is `held`."""

    number: int
    words: str
    at: datetime
    by: str
    does: list[str]
    held: list[str]


async def foresee_undoing() -> Undoing | None:
    """The last import and what undoing it would do now; None when none is left."""
    last = await last_import()
    if last is None:
        return None
    by = await Account.select(Account.name).where(Account.id == last.by).first()
    whose = "" if by is None else str(by["name"])
    return Undoing(last.id, WORDS[last.kind], last.at, whose, _does(last), await held_against(last))


def _does(last: LastImport) -> list[str]:
    before = json.loads(last.before)
    if last.kind == "head_counts":
        there = len({one["school"] for one in before["counts"]})
        had = f"ceux d'avant reviennent, pour {counted(there, 'collège')}" if there else "l'année n'en a plus"
        return [f"Les effectifs importés sont retirés : {had}"]
    if last.kind == "calendar":
        return ["Le calendrier importé est retiré : celui d'avant revient" if before else "Le calendrier est retiré"]
    if last.kind == "density":
        changed = sum(was != becomes for was, becomes in zip(before, json.loads(last.after), strict=True))
        return [counted(changed, *_REPLACED["schools"])]
    made, replaced = len(last.made), len(before)
    if last.kind == "records":
        was, added = records_of(last)
        made, replaced = count_of(added), count_of(was)
    told = [counted(made, *_MADE[last.kind])] if made else []
    return told + ([counted(replaced, *_REPLACED[last.kind])] if replaced else [])


async def held_against(last: LastImport) -> list[str]:
    """Why it cannot be undone, in words; nothing when it can."""
    return await _AGAINST[last.kind](last)


async def _against_head_counts(last: LastImport) -> list[str]:
    now_there = await stored_counts(json.loads(last.after)["school_year"])
    return [] if json.loads(now_there) == json.loads(last.after) else ["ces effectifs ont changé depuis"]


async def _against_calendar(last: LastImport) -> list[str]:
    same = json.loads(await stored_calendar()) == json.loads(last.after)
    return [] if same else ["le calendrier a changé depuis"]


async def _against_density(last: LastImport) -> list[str]:
    changed = await marked_since(last.after)
    return [counted(changed, *_CHANGED)] if changed else []


async def _against_invitations(last: LastImport) -> list[str]:
    came = await came_among(last.made)
    return [counted(came, "personne invitée est déjà venue", "personnes invitées sont déjà venues")] if came else []


def records_of(last: LastImport) -> tuple[Rows, dict[str, list[int]]]:
    """Of a file of records, the rows that it replaced as they were, and the numbers of those that it made."""
    was: Rows = json.loads(last.before)["rows"]
    return was, made_between(was, json.loads(last.after)["rows"])


async def _against_records(last: LastImport) -> list[str]:
    _, made = records_of(last)
    changed = moved_since(json.loads(last.after)["rows"], await stored_records())
    hanging = await hanging_on(made)
    against = [counted(changed, *_RECORDS_CHANGED)] if changed else []
    return against + ([counted(hanging, *_RECORDS_HANG)] if hanging else [])


async def _against_schools(last: LastImport) -> list[str]:
    hanging = await row(HANGING, list(last.made))
    assert hanging is not None  # noqa: S101 - one row of counts
    against = [counted(hanging[name], *words) for name, words in _HANGS.items() if hanging[name]]
    if changed := await changed_since(last.after):
        against.append(counted(changed, *_CHANGED))
    return against


async def _against_visits(last: LastImport) -> list[str]:
    after = json.loads(last.after)
    if json.loads(await stored_visits([one["id"] for one in after])) != after:
        return ["des visites de ce fichier ont été corrigées ou retirées depuis"]
    days = {one["held_on"] for one in (*after, *json.loads(last.before))}
    closed = await closed_years()
    frozen = sorted({year for day in days if (year := school_year_of(date.fromisoformat(day))) in closed})
    return [f"l'année {year} est close" for year in frozen]


_AGAINST = {
    "schools": _against_schools,
    "head_counts": _against_head_counts,
    "past_visits": _against_visits,
    "invitations": _against_invitations,
    "calendar": _against_calendar,
    "density": _against_density,
    "records": _against_records,
}
