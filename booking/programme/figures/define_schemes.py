"""The dictionary's words for P-TECH, BTS+1 and the consortium."""

from __future__ import annotations

from booking.programme.figures.rules import KEPT_OPEN, NEVER, PERIOD, Definition
from workshops.programmes.ptech.follow_leavers import DESTINATIONS, LEAVERS_RULE

PTECH = (
    Definition(
        "Dispositifs P-TECH",
        "Les dispositifs qui ont accueilli une cohorte ; ceux qui n'en ont pas encore sont en préparation.",
        "Dispositifs et cohortes, tenus par les lycées.",
        "Un dispositif compte une fois, dès qu'une cohorte y est entrée entre les dates de l'objectif. Un dispositif"
        " fermé avant toute cohorte n'est pas en préparation.",
        PERIOD,
        ("Dispositifs", "En préparation"),
    ),
    Definition(
        "Lycéens entrés en P-TECH",
        "Les entrants : présents au premier recensement de leur cohorte, ou entrés plus tard.",
        "Recensements d'octobre et de juin.",
        "Chaque lycéen compte une fois, l'année de son entrée. Les entrées tardives restent à part.",
        PERIOD,
        ("Entrants", "Entrés", "dont tardifs"),
    ),
    Definition(
        "Lycéens en parcours P-TECH",
        "Les lycéens présents chaque année scolaire, en élèves-années.",
        "Recensements d'octobre ; l'effectif d'une cohorte vient de son dernier recensement.",
        "Un lycéen présent trois années compte trois fois.",
        PERIOD,
        ("Présents", "Élèves en octobre"),
    ),
    Definition(
        "Sortis",
        "Les lycéens qui ont quitté la cohorte depuis son premier recensement.",
        "Recensements, sorties notées par motif.",
        "Présents d'avant, plus entrés, moins sortis : le total doit donner les présents. Un écart reste signalé tant"
        " qu'il n'est pas expliqué.",
        KEPT_OPEN,
    ),
    Definition(
        "Présents sur entrés, devenir",
        "La part de ceux qui sont encore là, et de ceux dont le devenir est noté.",
        "Recensements, devenir noté par le lycée.",
        "Sur tous ceux qui sont jamais entrés, tardifs compris. Toutes cohortes ensemble, une année ne compte que les"
        " cohortes qui y sont arrivées.",
        KEPT_OPEN,
        ("Sur",),
    ),
    Definition(
        "Après le bac professionnel",
        "Ce que sont devenus les élèves présents à la fin de la terminale : BTS, autre formation, emploi, inconnu.",
        "Recensements de terminale, devenir noté par le lycée.",
        LEAVERS_RULE + " Ensemble, ils font tous les présents ; sinon, la page le dit.",
        KEPT_OPEN,
        ("Présents en fin de bac", *DESTINATIONS.values(), "Inconnu", "Compté en"),
    ),
    Definition(
        "Entreprises mentores",
        "Les entreprises qui accompagnent une cohorte.",
        "Entreprises mentores des cohortes, avec leurs dates.",
        "Chaque cohorte a trois places. Une place compte une fois, dès qu'une entreprise la tient entre les dates de"
        " l'objectif ; une entreprise qui en suit une autre prend la sienne. Une place vide est signalée. Une"
        " entreprise qui tient des places dans plusieurs cohortes est une seule entreprise différente.",
        PERIOD,
        ("Entreprises différentes",),
    ),
    Definition(
        "Heures de mentorat",
        "Ce que les lycéens ont vécu avec les entreprises.",
        "Actions de mentorat tenues, avec leur durée et leurs présents.",
        "Heures-élèves : la durée de chaque action, multipliée par ses présents. Par élève : divisées par les présents"
        " d'octobre, puis additionnées d'une année à l'autre.",
        KEPT_OPEN,
        ("Mentorat par élève", "Heures-élèves", "Par élève"),
    ),
    Definition(
        "Engagement d'une entreprise",
        "Ses actions avec une cohorte, et les jours passés depuis la dernière.",
        "Actions de mentorat.",
        "Une action compte quand elle est tenue. Une entreprise est signalée après 120 jours sans action, si aucune"
        " n'est prévue.",
        NEVER,
        ("Actions tenues", "Prévues"),
    ),
)
BTS1 = (
    Definition(
        "Formations BTS+1 ouvertes",
        "Les formations qui ont fait leur première rentrée.",
        "Étapes datées, tenues par les lycées.",
        "Une formation compte le jour où l'étape « ouverte » est franchie, même si elle est suspendue plus tard. Elle"
        " est en préparation de la première étape franchie à l'ouverture. Accompagnées, face au même objectif : celles"
        " dont le montage ou une étape suivante est franchi, sauf si elles se sont arrêtées avant d'ouvrir.",
        PERIOD,
        ("Ouvertes", "Suspendues", "Accompagnées"),
    ),
    Definition(
        "Étapes en retard",
        "Les étapes dont la date prévue est passée.",
        "Étapes datées des formations.",
        "L'étape suivante d'une formation qui n'est pas suspendue, si son jour prévu est passé.",
        NEVER,
    ),
    Definition(
        "De l'idée à l'ouverture",
        "Le temps qu'il faut pour ouvrir une formation.",
        "Dates des étapes « idée » et « ouverte ».",
        "En mois, de l'une à l'autre ; « prévus » quand l'ouverture est encore à venir.",
        KEPT_OPEN,
    ),
    Definition(
        "Places, candidats, inscrits, apprentis, diplômés",
        "Les effectifs d'une rentrée.",
        "Rentrées notées par les lycées.",
        "Apprentis, filles et diplômés sont comptés parmi les inscrits. Le bilan additionne les années scolaires dont"
        " le 1er septembre est entre les dates de l'objectif.",
        KEPT_OPEN,
        ("Places", "Candidats", "Diplômés", "Formations"),
    ),
    Definition(
        "À 6 mois",
        "La situation des diplômés six mois après.",
        "Réponses notées par les lycées.",
        "En emploi, en études, en recherche, sans réponse : pas plus que les diplômés en tout. Toutes formations"
        " ensemble, ceux qui sont en emploi se rapportent à ceux qui ont répondu.",
        KEPT_OPEN,
        ("En emploi à 6 mois", "Ont répondu à 6 mois"),
    ),
    Definition(
        "Mobilités",
        "Les personnes parties à l'étranger ou venues de là, par pays, par motif et par accueil.",
        "Mobilités notées par les lycées.",
        "Une personne compte à chaque départ ou arrivée. La durée est en semaines, toute semaine commencée comptée ; sa"
        " moyenne, de ceux dont elle est notée.",
        KEPT_OPEN,
        ("Semaines", "Durée moyenne", "Pays", "Personnes"),
    ),
)
CONSORTIUM = (
    Definition(
        "Ce que chacun a fait cette année",
        "Visites, venues, cohortes et formations de chaque partenaire.",
        "Visites closes et à venir, cohortes P-TECH, formations BTS+1.",
        "Une cohorte compte pour le lycée qui la porte, celui qui accueille son BTS et chaque entreprise mentore ; une"
        " formation, pour son lycée et chacun de ses partenaires. La somme des partenaires dépasse donc le total.",
        "À la fin de l'année scolaire, une fois ses visites closes.",
    ),
)


def define_schemes() -> list[tuple[str, list[Definition]]]:
    """The figures of P-TECH, BTS+1 and the consortium, each under its heading."""
    return [("P-TECH", list(PTECH)), ("BTS+1", list(BTS1)), ("Consortium", list(CONSORTIUM))]
