"""The dictionary's words for who comes: girls and boys, priority education, the country, the distance."""

from __future__ import annotations

from booking.programme.figures.rules import CLOSING, NEVER, Definition

EQUITY = (
    Definition(
        "Filles et garçons",
        "Les filles et les garçons parmi les élèves accueillis.",
        "Effectifs des visites closes où le lycée a compté les filles à part.",
        "Le pourcentage se rapporte aux seuls groupes où elles sont comptées. Les garçons sont les autres élèves de ces"
        " groupes.",
        CLOSING,
        ("Filles", "Garçons"),
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
