"""The public figures as tables of plain cells: the very figures of /programme and /consortium, in columns that stay.

Nothing is counted here and nothing is hidden here: what those pages mask is masked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from booking.programme.consortium.queries import Member
from booking.programme.figures.mask import MaskedCount
from booking.programme.figures.publish import Published, Stand
from booking.programme.figures.rules import FEW
from booking.programme.open_figures.rules import Line, LyceeNamed, OpenColumn, OpenTable
from booking.words.wording import month

_YEAR = OpenColumn("annee_scolaire", "string", "Année scolaire", "D'août à juillet, par exemple 2026-2027.")
_PUPILS = OpenColumn(
    "eleves",
    "integer",
    "Élèves accueillis",
    "Élèves présents, comptés une fois par visite, d'après le nombre validé par le lycée à la clôture."
    " Vide si le nombre est masqué.",
    needed=False,
)
_MASKED = OpenColumn(
    "masque",
    "boolean",
    "Nombre masqué",
    f"Oui si le nombre n'est pas donné : il est inférieur à {FEW}, ou permettrait d'en retrouver un qui l'est.",
)
_LEVEL = OpenColumn("niveau", "string", "Niveau", "6e, 5e, 4e ou 3e.")
_PRIORITY = OpenColumn(
    "classement", "string", "Classement du collège", "REP+, REP ou hors éducation prioritaire, d'après l'annuaire."
)
_DISTANCE = OpenColumn("distance", "string", "Distance", "À vol d'oiseau, par tranches.")
_GIRLS = OpenColumn("sexe", "string", "Filles ou garçons", "Là où le lycée les a comptés à part.")
_BEFORE = OpenColumn(
    "avant_objectif", "boolean", "Avant l'objectif", "Oui pour des visites tenues avant le premier jour compté."
)
_CODE = OpenColumn("code_departement", "string", "Code du département", "Code Insee, par exemple 25.")
_MEASURE = (
    OpenColumn("dispositif", "string", "Dispositif", "technilab, ptech ou bts1."),
    OpenColumn("mesure", "string", "Mesure", "Ce que compte l'objectif, en un mot qui ne change pas."),
)
_OBJECTIVES = (
    *_MEASURE,
    OpenColumn("libelle", "string", "Objectif", "Le nom de l'objectif."),
    OpenColumn("unite", "string", "Unité", "Ce qui est compté."),
    OpenColumn("objectif", "integer", "À atteindre", "Le nombre à atteindre au dernier jour."),
    OpenColumn("premier_jour", "date", "Premier jour", "Premier jour compté."),
    OpenColumn("dernier_jour", "date", "Dernier jour", "Dernier jour compté."),
    OpenColumn("officiel", "boolean", "Unité officielle", "Non pour la seconde unité d'un même objectif."),
    OpenColumn("compte", "integer", "Compté", "Le chiffre du jour. Vide s'il est masqué ou n'est pas suivi.", False),
    _MASKED,
    OpenColumn(
        "dont_declare",
        "integer",
        "Dont déclaré",
        "Ce que les visites d'avant Technilab y apportent, arrondi à la dizaine.",
        False,
    ),
    OpenColumn("attendu", "integer", "Rythme régulier", "Où l'on serait aujourd'hui en avançant du même pas.", False),
    OpenColumn("engage", "integer", "Engagé", "Ce qui est déjà inscrit ou daté, et pas encore compté.", False),
    OpenColumn(
        "espere",
        "integer",
        "Espéré",
        "Ce que les mois qui restent apporteraient au-delà, comme les mêmes mois de l'année passée ; arrondi.",
        False,
    ),
    OpenColumn(
        "prevision",
        "integer",
        "Prévision",
        "Compté, engagé et espéré, au dernier jour ; approchée, car faite de parties arrondies.",
        False,
    ),
    OpenColumn("fige", "boolean", "Figé", "Oui quand le chiffre ne change plus."),
    OpenColumn("regle", "string", "Règle de comptage", "Comment le chiffre est compté."),
)
_CORRECTIONS = (
    *_MEASURE,
    _YEAR,
    OpenColumn("chiffre_de_cloture", "integer", "À la clôture", "Le chiffre de l'année à sa clôture.", False),
    OpenColumn("chiffre_corrige", "integer", "Corrigé", "Le même chiffre aujourd'hui.", False),
    _MASKED,
    OpenColumn("raisons", "string", "Raisons", "Pourquoi il a été corrigé."),
)
_LYCEES = (
    _YEAR,
    OpenColumn("uai", "string", "UAI", "Numéro du lycée dans l'annuaire de l'Éducation nationale."),
    OpenColumn("lycee", "string", "Lycée", "Son nom."),
    OpenColumn("commune", "string", "Commune", "Sa commune."),
    _CODE,
    OpenColumn("visites", "integer", "Visites reçues", "Visites closes de l'année où des élèves sont venus."),
    OpenColumn(
        "dont_declarees", "integer", "Dont déclarées", "Visites tenues hors de Technilab : personne n'y a lu de badge."
    ),
    _PUPILS,
    _MASKED,
    OpenColumn("visites_a_venir", "integer", "Visites à venir", "Visites de l'année où un groupe est attendu."),
    OpenColumn(
        "cohortes_ptech",
        "integer",
        "Cohortes P-TECH",
        "Cohortes en cours que le lycée porte, ou dont il accueille le BTS.",
    ),
    OpenColumn("formations_bts1", "integer", "Formations BTS+1", "Formations en cours que le lycée porte."),
)
_WHOLE = (
    OpenColumn("premier_jour", "date", "Premier jour", "Premier jour compté."),
    OpenColumn("dernier_jour", "date", "Dernier jour", "Dernier jour compté."),
    OpenColumn("visites", "integer", "Visites", "Créneaux clos où au moins un élève est venu."),
    OpenColumn(
        "dont_declarees", "integer", "Dont déclarées", "Visites tenues hors de Technilab : personne n'y a lu de badge."
    ),
    OpenColumn("lycees", "integer", "Lycées", "Lycées qui ont reçu au moins un élève."),
    OpenColumn("colleges", "integer", "Collèges", "Collèges dont au moins un élève est venu."),
)


def open_tables(
    found: Published, *, lycees: Mapping[int, LyceeNamed], departments: Mapping[str, str], year: str
) -> tuple[OpenTable, ...]:
    """Every public figure in its table. `lycees` by their numbers, `departments`: names by code; `year`: that of the
    consortium's figures."""
    codes = {name: code for code, name in departments.items()}
    since = f"Élèves des visites closes depuis {month(found.period.from_on)}."
    apart = f"{since.removesuffix('.')}, là où le lycée a compté filles et garçons à part."
    by_year = [(one.label, True, *_told(one)) for one in found.before]
    by_year += [(one.label, False, *_told(one)) for one in found.by_year]
    return (
        OpenTable(
            "objectifs",
            "Objectifs du programme",
            "Les objectifs de TECHNILAB, P-TECH et BTS+1 : compté, engagé, espéré, et la règle de chacun.",
            _OBJECTIVES,
            2,
            tuple(_objective(one) for one in found.stands),
        ),
        OpenTable(
            "annees",
            "Collégiens accueillis par année scolaire",
            "Élèves des visites closes.",
            (_YEAR, _BEFORE, _PUPILS, _MASKED),
            2,
            tuple(by_year),
        ),
        OpenTable(
            "departements",
            "Collégiens accueillis par département du collège",
            since,
            (_CODE, OpenColumn("departement", "string", "Département", "Son nom."), _PUPILS, _MASKED),
            1,
            tuple((codes.get(one.label, one.label), one.label, *_told(one)) for one in found.by_department),
        ),
        _shares("niveaux", "par niveau", _LEVEL, since, found.by_level),
        _shares("education_prioritaire", "par éducation prioritaire", _PRIORITY, since, found.by_priority),
        _shares("distances", "par distance entre le collège et le lycée", _DISTANCE, since, found.by_distance),
        _shares("filles_garcons", "filles et garçons", _GIRLS, apart, found.girls_and_boys),
        OpenTable(
            "ensemble",
            "Visites, lycées et collèges",
            f"Visites closes depuis {month(found.period.from_on)}.",
            _WHOLE,
            1,
            ((found.period.from_on, found.period.to_on, found.visits, found.declared, found.lycees, found.colleges),),
        ),
        OpenTable(
            "lycees",
            "Lycées du consortium",
            f"L'année {year} de chaque lycée du consortium : visites TECHNILAB, cohortes P-TECH, formations BTS+1.",
            _LYCEES,
            2,
            tuple(_member(one, lycee, year) for one in found.members if (lycee := lycees.get(one.card.school or 0))),
        ),
        OpenTable(
            "corrections",
            "Chiffres corrigés depuis la clôture",
            "Les années closes dont un chiffre a été corrigé ensuite, avec sa raison.",
            _CORRECTIONS,
            3,
            tuple(line for one in found.stands for line in _corrections(one)),
        ),
    )


def _shares(name: str, shared: str, column: OpenColumn, words: str, counts: Sequence[MaskedCount]) -> OpenTable:
    return OpenTable(
        name,
        f"Collégiens accueillis, {shared}",
        words,
        (column, _PUPILS, _MASKED),
        1,
        tuple((one.label, *_told(one)) for one in counts),
    )


def _told(one: MaskedCount) -> tuple[int | None, bool]:
    return one.pupils, one.pupils is None


def _objective(one: Stand) -> Line:
    """A target as its card on /programme tells it: nothing beside a figure that is hidden, no forecast once it is
    frozen."""
    stand, target = one.progress, one.progress.target
    ahead = not (one.few or stand.frozen or stand.forecast is None)
    return (
        *(target.programme, target.metric, target.label, target.unit, target.target),
        *(target.from_on, target.to_on, target.official),
        *(None if one.few else stand.done, one.few, None if one.few else stand.declared),
        *((stand.due, stand.engaged, stand.hoped, stand.forecast) if ahead else (None, None, None, None)),
        *(stand.frozen, target.rule),
    )


def _corrections(one: Stand) -> list[Line]:
    target = one.progress.target
    return [
        (
            *(target.programme, target.metric, it.year, it.was, it.becomes, it.was is None),
            " ; ".join(why.reason for why in it.because),
        )
        for it in one.progress.corrected
    ]


def _member(one: Member, lycee: LyceeNamed, year: str) -> Line:
    return (
        *(year, lycee.uai, lycee.name, lycee.commune, lycee.department, one.slots, one.slots_declared),
        *(one.pupils, one.pupils is None, one.slots_ahead, one.cohorts, one.courses),
    )
