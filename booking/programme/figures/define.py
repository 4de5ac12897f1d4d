"""The dictionary of the figures: what each one is, where it comes from, how it is counted, when it no longer moves."""

from __future__ import annotations

from collections.abc import Sequence

from booking.programme.figures.define_schemes import define_schemes
from booking.programme.figures.rules import CLOSING, NEVER, PERIOD, Definition
from booking.words.wording import day, number
from workshops.programmes.targets.metrics import metric_of
from workshops.programmes.targets.queries import TargetCard

VISITS = (
    Definition(
        "Élèves accueillis",
        "Les collégiens présents à une visite TECHNILAB.",
        "Effectifs des visites closes, un par groupe.",
        "Un élève présent compte une fois par visite : deux visites font deux. Le nombre est celui que le lycée valide"
        " à la clôture, pas celui des badges lus.",
        CLOSING,
        ("Élèves",),
    ),
    Definition(
        "Groupes",
        "Les groupes de collégiens venus.",
        "Effectifs des visites closes.",
        "Un groupe compte une fois par réservation, dès qu'un de ses élèves est venu. Si une autre visite du lycée a"
        " reçu une partie de ses élèves, elle compte ces élèves ; le groupe, lui, compte à la sienne. Un groupe dont"
        " personne n'est venu ne compte pas.",
        CLOSING,
    ),
    Definition(
        "Élèves d'ULIS",
        "Ceux des élèves accueillis qui sont d'ULIS, sous chaque niveau.",
        "Le nombre que dit leur groupe, compris dans son effectif.",
        "Jamais plus que d'élèves comptés ; les deux moitiés d'une classe se le partagent. Compté pour les visites"
        " closes depuis le 29 novembre 2026, jamais publié.",
        CLOSING,
        ("Dont ULIS", "Dont élèves d'ULIS"),
    ),
    Definition(
        "Collèges et lycées",
        "Les collèges venus et les lycées qui les ont reçus.",
        "Effectifs des visites closes.",
        "Un collège compte dès qu'un de ses élèves est venu, un lycée dès qu'il en a reçu un ; une fois, quel que soit"
        " le nombre de visites.",
        CLOSING,
    ),
    Definition(
        "Visites",
        "Les créneaux tenus.",
        "Créneaux clos.",
        "Un créneau compte une fois, si au moins un élève est venu. Sous un collège ou un niveau, il compte pour chacun"
        " de ceux qui y étaient : la somme des lignes peut dépasser le total.",
        CLOSING,
    ),
    Definition(
        "Visites reprises, déclarées",
        "Les visites tenues avant que le programme n'utilise Technilab, ou hors de lui.",
        "Fichiers et fiches de la coordination, avec leur source.",
        "Elles comptent comme les autres, une visite et un groupe par ligne déclarée, et chaque chiffre dit combien il"
        " en contient. Personne n'y a lu de badge. Des filles, des objets et des personnes d'entreprises dont le nombre"
        " n'est pas connu, rien n'est compté.",
        "À la clôture de l'année scolaire. La coordination peut en rouvrir les chiffres ; le journal le dit.",
        ("Dont élèves déclarés", "Dont groupes déclarés", "Dont visites déclarées"),
    ),
    Definition(
        "Avant l'objectif",
        "Les visites tenues avant le premier jour de l'objectif, par année scolaire.",
        "Visites closes et visites reprises.",
        "Comptées de la même façon, montrées à part : elles n'entrent dans aucun objectif ni dans les autres totaux.",
        "À la clôture de l'année scolaire. La coordination peut en rouvrir les chiffres ; le journal le dit.",
    ),
    Definition(
        "Inscrits",
        "Les places retenues dans des visites qui ne sont pas closes.",
        "Réservations confirmées, en attente du visa ou proposées.",
        "Effectif annoncé par le collège. Il passe dans les élèves accueillis quand la visite est close.",
        NEVER,
        ("Élèves inscrits", "Inscrits, visites à clore"),
    ),
    Definition(
        "Places encore libres",
        "Les places des créneaux à venir qui se réservent encore.",
        "Créneaux dont les réservations ne sont pas closes, un jour où le lycée reçoit.",
        "Places du créneau moins celles qui sont retenues ; aucune quand il a tous ses groupes.",
        NEVER,
    ),
    Definition(
        "Objets fabriqués, terminés, qui fonctionnent, emportés",
        "Ce que chaque groupe a fabriqué.",
        "Fabrications notées à l'accueil, pour les visites closes.",
        "Un objet terminé est aussi fabriqué, un objet qui fonctionne est aussi terminé. Les groupes sont ceux qui sont"
        " venus.",
        CLOSING,
        (
            *("Fabriqués", "Terminés", "Fonctionnent", "Emportés"),
            *("Objets fabriqués", "Objets terminés", "Objets qui fonctionnent", "Objets emportés"),
        ),
    ),
    Definition(
        "Entreprises venues",
        "Les entreprises présentes à une visite, et avec combien de personnes.",
        "Présences d'entreprises des visites closes.",
        "Une personne compte à chaque visite, même si aucun élève n'y est venu.",
        CLOSING,
        ("Personnes", "Personnes venues"),
    ),
    Definition(
        "Mains levées de septembre",
        "Les nouveaux élèves de 2de professionnelle qui disent être venus à un TECHNILAB au collège.",
        "Deux nombres par section, notés par le lycée après une main levée en classe.",
        "Une fois par an, parmi les présents de ce jour. La part est celle des mains levées sur les présents, en pour"
        " cent entiers. Un lycée a répondu dès qu'une section est notée. Sont interrogés ceux qui ont reçu une classe"
        " ou proposent un atelier, sauf sans 2de professionnelle. Des élèves le disent ; rien n'en dit la raison.",
        PERIOD,
        ("Mains levées",),
    ),
)
PACE = (
    Definition(
        "Rythme régulier",
        "Ce qu'il faudrait avoir atteint aujourd'hui en avançant du même pas chaque jour.",
        "Objectif, premier et dernier jour comptés.",
        "Objectif multiplié par la part des jours passés.",
        NEVER,
    ),
    Definition(
        "Prévision",
        "Le chiffre au dernier jour, en trois parts : ce qui est compté, ce qui est engagé, ce qui est espéré.",
        "Chiffres comptés, réservations, recensements des cohortes en cours, étapes datées, 12 derniers mois.",
        "Compté, plus engagé, plus espéré. Aucune part n'est comptée deux fois.",
        "Après le dernier jour de l'objectif.",
        ("Prévision pour", "Compté"),
    ),
    Definition(
        "Engagé",
        "Ce qui est déjà inscrit ou daté, et n'est pas encore compté.",
        "Réservations des visites à venir ou à clore, cohortes P-TECH, étapes et rentrées notées.",
        "Les visites, à l'effectif annoncé ; à côté, la présence : élèves comptés sur élèves annoncés, aux 1 000"
        " dernières visites closes. Une cohorte P-TECH en cours revient à chaque octobre de ses cinq ans avec la part"
        " d'élèves qu'elle a gardée d'une année à l'autre ; comptée une seule fois, avec celle de toutes les cohortes."
        " Une formation, à son ouverture datée.",
        NEVER,
    ),
    Definition(
        "Espéré",
        "Ce que les mois qui restent apporteraient au-delà, comme les mêmes mois de l'année passée.",
        "Chiffres des 12 derniers mois, mois par mois.",
        "Pour chaque mois qui reste, ce que le même mois de l'année passée a apporté, moins ce qui en est déjà engagé,"
        " jamais moins de 0. En P-TECH, autant de nouveaux entrants à chaque octobre qu'au dernier, qui restent ensuite"
        " comme les autres. La première année des visites, les mois qui manquent comptent comme si elle allait du même"
        " pas.",
        NEVER,
    ),
    Definition(
        "Provisoire, figé",
        "Un chiffre provisoire peut encore changer.",
        "Dates de l'objectif, visites à clore.",
        "Figé quand le dernier jour est passé et que plus aucune visite de la période n'attend sa clôture.",
        "Il ne change plus.",
    ),
)


def define(targets: Sequence[TargetCard]) -> list[tuple[str, list[Definition]]]:
    """Every figure under its heading: the targets with the rules in force, then each page's own."""
    aims = [
        Definition(
            f"{one.label} ({one.unit})",
            f"Objectif : {number(one.target)}, du {day(one.from_on)} au {day(one.to_on)}."
            + ("" if one.official else " Donné à titre indicatif : l'autre unité est l'officielle."),
            _source(one),
            one.rule + (f" Note de la coordination : {one.note}" if one.note else ""),
            f"Après le {day(one.to_on)}.",
        )
        for one in targets
    ]
    found = [
        ("Objectifs", aims),
        ("Rythme", list(PACE)),
        ("Visites TECHNILAB", list(VISITS)),
        ("Équité", define_equity()),
        *define_schemes(),
    ]
    return [(heading, definitions) for heading, definitions in found if definitions]


def _source(target: TargetCard) -> str:
    if target.declared:
        return target.rule
    metric = metric_of(target.programme, target.metric)
    return metric.source if metric else "Aucune : ce chiffre n'est pas suivi."


EQUITY = (
    Definition(
        "Filles et garçons",
        "Les filles et les garçons parmi les élèves accueillis.",
        "Effectifs des visites closes où le lycée a compté les filles à part.",
        "Le pourcentage se rapporte aux seuls groupes où elles sont comptées. Les garçons sont les autres élèves de ces"
        " groupes.",
        CLOSING,
        ("Filles", "Garçons", "Élèves comptés filles et garçons"),
    ),
    Definition(
        "Éducation prioritaire",
        "Les élèves accueillis dont le collège est en REP ou en REP+.",
        "Effectifs des visites closes, annuaire de l'Éducation nationale.",
        "Part de tous les élèves accueillis. Le classement du collège est celui de l'annuaire, d'aujourd'hui pour une"
        " année en cours, du jour de la clôture pour une année close.",
        "L'effectif, à la clôture de la visite ; le classement, à celle de l'année.",
    ),
    Definition(
        "Rural ou urbain",
        "Les élèves accueillis selon la commune de leur collège.",
        "Grille de densité de l'Insee, ou ce que la coordination a indiqué sur la fiche du collège.",
        "Une commune sans indication est « non renseignée » : elle n'est comptée ni rurale ni urbaine.",
        "L'effectif, à la clôture de la visite ; la commune, à celle de l'année.",
    ),
    Definition(
        "Distance moyenne",
        "La distance entre le collège et le lycée qui reçoit.",
        "Positions des établissements dans l'annuaire.",
        "En kilomètres, à vol d'oiseau. Chaque élève accueilli compte une fois : un groupe nombreux pèse plus. Une"
        " distance inconnue n'entre pas dans la moyenne.",
        CLOSING,
        ("Distance",),
    ),
    Definition(
        "Collèges venus, pas venus, jamais venus",
        "Les collèges publics connus, ceux dont des élèves ont été accueillis dans la période, ceux qui ne sont venus"
        " en aucune année.",
        "Annuaire de l'Éducation nationale, effectifs des visites closes.",
        "Un collège est venu dès qu'un de ses élèves est compté. Les collèges privés et les annexes n'entrent pas dans"
        " ce compte ; leurs élèves comptent partout ailleurs.",
        NEVER,
        ("Collèges publics venus", "Collèges pas venus"),
    ),
    Definition(
        "Part de tous les collégiens",
        "La part du même ensemble parmi tous les élèves des collèges dont l'effectif est connu.",
        "Effectifs par niveau du ministère, importés par la coordination.",
        "De l'année scolaire choisie, sinon de la dernière qui est connue avant elle. Les filles n'y sont comptées que"
        " là où le fichier les donne à part.",
        "Quand les effectifs de l'année sont importés.",
        ("Part de tous les collégiens (%)",),
    ),
    Definition(
        "Chiffres masqués",
        "Sur les pages publiques, un nombre d'élèves de 1 à 4 n'est pas donné.",
        "Les mêmes chiffres que ceux de la gestion.",
        "Un autre nombre est masqué avec lui quand une différence le donnerait. Les pages de la gestion et leurs"
        " fichiers donnent les nombres exacts.",
        NEVER,
    ),
)


def define_equity() -> list[Definition]:
    """The figures of who comes, in words."""
    return list(EQUITY)
