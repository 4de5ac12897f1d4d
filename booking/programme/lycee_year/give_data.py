"""All that a lycée's pages count, and the tables that it fills in, as one workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from booking.presentation.spreadsheet import Line
from booking.programme.lycee_year.groups_counted import GroupCounted, groups_counted
from booking.programme.lycee_year.queries import LyceeYear, lycee_year, years_of
from booking.programme.records.export import give_workbook
from booking.visits.hosting.queries import Reception, receptions_to_come
from booking.words.wording import hour, paris
from workshops.contributions.queries import hosts_at, staff_of
from workshops.contributions.rules import Hosts
from workshops.results.trace import VisitLine, VisitsToTrace, trace
from workshops.school_calendar.rules import year_words
from workshops.schools.queries import SchoolCard
from workshops.scope import Scope
from workshops.september_hands.queries import every_hands

EVER = date(2000, 1, 1), date(2199, 12, 31)
MOST = 100_000
DECLARED = "reprise, déclarée"
COUNTED = "close par le lycée"
# Each sheet, its columns, and what each of these says.
YEARS, VISITS, GROUPS = "Années", "Visites", "Groupes"
OBJECTS, COMPANIES, TO_COME, HANDS = "Objets", "Entreprises", "Créneaux à venir", "Mains levées"
COLUMNS: Mapping[str, Mapping[str, str]] = {
    YEARS: {
        "Année scolaire": "d'août à juillet",
        "Visites": "visites closes où des élèves sont venus",
        "Groupes": "groupes venus",
        "Élèves": "comptés par le lycée, une fois par visite",
        "Élèves comptés filles et garçons": "ceux des groupes où les filles sont comptées à part",
        "Filles": "parmi ces derniers",
        "Collèges": "collèges venus",
        "Dont en éducation prioritaire": "REP et REP+",
        "Entreprises": "venues à une visite avec des élèves",
        "Heures des entreprises": "durée de la visite, pour chaque personne d'entreprise venue",
        "Personnes mobilisées en plus": "par créneau, en plus de qui reçoit ; vide si personne ne l'a dit",
    },
    VISITS: {
        "Date": "jour de la visite",
        "Heure": "heure de début ; vide pour une visite d'avant Technilab",
        "Atelier": "nom de l'atelier, ou du groupe d'une visite d'avant Technilab",
        "Groupes": "groupes venus",
        "Élèves": "comptés par le lycée",
        "Lycéens": "qui ont reçu la classe ; vide si personne ne l'a dit",
        "Enseignants et personnels": "qui l'ont reçue ; vide si personne ne l'a dit",
        "Origine": f"{COUNTED}, ou {DECLARED}",
    },
    GROUPS: {
        "Date": "jour de la visite",
        "Atelier": "nom de l'atelier",
        "Collège": "nom et commune",
        "Niveau": "6e, 5e, 4e ou 3e",
        "Groupe": "le nom que lui donne le collège",
        "Annoncés": "élèves inscrits",
        "Pointés": "badges lus à l'accueil",
        "Comptés": "élèves validés par le lycée",
        "Filles": "parmi les comptés ; vide si personne ne les a comptées à part",
        "Adultes": "accompagnateurs comptés",
        "Origine": f"{COUNTED}, ou {DECLARED}",
    },
    OBJECTS: {
        "Année scolaire": "d'août à juillet",
        "Objet": "objet technologique",
        "Fabriqués": "notés à l'accueil",
        "Terminés": "parmi les fabriqués",
        "Groupes": "groupes qui l'ont fabriqué",
    },
    COMPANIES: {
        "Année scolaire": "d'août à juillet",
        "Entreprise": "nom",
        "Visites": "visites avec des élèves où elle est venue",
        "Heures données": "durée de la visite, pour chaque personne venue",
    },
    TO_COME: {
        "Date": "jour du créneau",
        "Début": "heure de début",
        "Fin": "heure de fin",
        "Atelier": "nom de l'atelier",
        "Salle": "vide sans salle précise",
        "Places": "élèves que le créneau accueille",
        "Élèves attendus": "inscrits à ce jour",
        "Groupes": "groupes inscrits",
        "Personnes d'entreprises": "annoncées à ce jour",
    },
    HANDS: {
        "Année scolaire": "celle qui commence ce mois de septembre",
        "Section": "2de professionnelle",
        "Présents": "nouveaux élèves présents ce jour-là",
        "Mains levées": "ceux qui disent être venus à un TECHNILAB au collège",
    },
}


async def give_data(lycee: SchoolCard, *, scope: Scope, by: int, now: datetime) -> bytes:
    """The workbook of a lycée: its years, visits, groups, objects, companies and slots to come in counts, no name of a
    pupil; then its tables of P-TECH and BTS+1, which it may fill in and send back."""
    years = [await lycee_year(lycee.id, year, now=now) for year in await years_of(lycee.id, now=now)]
    from_on, to_on = EVER
    visits = (await trace(VisitsToTrace(school=lycee.uai), from_on=from_on, to_on=to_on, limit=MOST)).visits
    received = await hosts_at(lycee.id)
    lines: Mapping[str, Sequence[Line]] = {
        YEARS: [_year(year, await staff_of(lycee.id, year=year.year)) for year in years],
        VISITS: [_visit(one, received.get(one.id, Hosts())) for one in visits],
        GROUPS: [_group(one) for one in await groups_counted(lycee.id)],
        OBJECTS: [
            (year.words, made.name, made.made, made.finished, made.groups) for year in years for made in year.objects
        ],
        COMPANIES: [
            (year.words, firm.name, firm.visits, _hours(firm.given)) for year in years for firm in year.companies
        ],
        HANDS: [
            (year_words(told.school_year), told.section, told.present, told.hands)
            for told in await every_hands(lycee.id)
        ],
        TO_COME: [_reception(one) for one in await receptions_to_come(lycee.id, now=now)],
    }
    return await give_workbook(
        sheets=[(name, [tuple(COLUMNS[name]), *lines[name]]) for name in COLUMNS],
        told=[(name, column, says) for name, columns in COLUMNS.items() for column, says in columns.items()],
        scope=scope,
        whose=f"{lycee.name} ({lycee.uai})",
        by=by,
        now=now,
    )


def _year(year: LyceeYear, mobilised: int | None) -> Line:
    counts = year.counts
    girls = (counts.apart, counts.girls) if counts.apart else (None, None)
    schools = (counts.colleges, counts.priority, counts.companies)
    return (year.words, counts.visits, counts.groups, counts.pupils, *girls, *schools, _hours(counts.given), mobilised)


def _visit(one: VisitLine, by: Hosts) -> Line:
    at, origin = ("", DECLARED) if one.declared else (hour(one.starts_at), COUNTED)
    return (paris(one.starts_at).date(), at, one.title, one.groups, one.pupils, by.lyceens, by.staff, origin)


def _group(one: GroupCounted) -> Line:
    whose = (paris(one.starts_at).date(), one.title, one.college, one.level, one.group_label)
    came = (one.announced, one.scanned, one.pupils, one.girls, one.adults)
    return (*whose, *came, DECLARED if one.declared else COUNTED)


def _reception(one: Reception) -> Line:
    slot = one.slot
    when = (one.on, hour(slot.starts_at), hour(slot.ends_at), slot.workshop, slot.room)
    return (*when, slot.seats, one.pupils, len(one.groups), sum(company.people for company in one.companies))


def _hours(given: timedelta) -> float:
    return round(given / timedelta(hours=1), 2)
