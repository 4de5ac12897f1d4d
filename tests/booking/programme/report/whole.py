"""A whole file as the tests draw it: ten sections, twelve tables, charts, words, invented."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from booking.programme.charts.rules import Bars, Curve
from booking.programme.report.rules import (
    CommitteeSheet,
    Drawn,
    Figures,
    Paragraph,
    Report,
    Section,
    SheetFigure,
    Words,
)

MADE_AT = datetime(2026, 12, 1, 8, 2, tzinfo=UTC)
BEGAN = date(2025, 9, 1)
RULE = (
    "Chaque élève présent est compté une fois par visite, d'après le nombre validé par le lycée, au 1er décembre 2026."
)
CURVE = Curve(
    "Collégiens accueillis, du 1er septembre 2025 au 31 août 2030",
    "1 703 collégiens sur 6 000 ; 4 242 prévus en août 2030 : compté 1 703, engagé 640, espéré 1 899.",
    "collégiens",
    BEGAN,
    date(2030, 8, 31),
    6000,
    (*((BEGAN + timedelta(days=30 * n), 113 * n) for n in range(15)), (date(2026, 12, 1), 1703)),
    4242,
)
MONTHS = ("sept. 2026", "oct. 2026", "nov. 2026", "déc. 2026")
BY_MONTH = Bars(
    "Par mois, année 2026-2027",
    "612 élèves en tout, 4 lignes ; le plus : nov. 2026, 288.",
    "élèves",
    tuple(zip(MONTHS, (24, 190, 288, 110), strict=True)),
    upright=True,
)
BY_LYCEE = Bars(
    "Par lycée qui reçoit, année 2026-2027",
    "612 élèves en tout, 5 lignes ; le plus : Lycée Jules Haag, 201.",
    "élèves",
    (
        ("Lycée Jules Haag, Besançon", 201),
        ("Lycée Victor Hugo, Besançon", 164),
        ("Lycée Jacques Duhamel, Dole", 120),
        ("Lycée Viette, Montbéliard", 97),
        ("Lycée Courbet, Belfort", 30),
    ),
)
TARGETS = Figures(
    "Où en est chaque objectif",
    ("Objectif", "À atteindre", "Compté", "Engagé", "Espéré", "Prévu", "Attendu ce jour", "Ce qu'il faudrait"),
    (
        ("Collégiens accueillis en TECHNILAB", 6000, 1703, 640, 1899, 4242, 1502, "1 758 de plus, soit 471 par an."),
        ("Dispositifs P-TECH ouverts", 8, 5, 1, 0, 6, 4, "Deux dispositifs de plus d'ici août 2030."),
        ("Lycéens entrés en P-TECH", 1800, 412, 96, 288, 796, 451, "1 004 lycéens de plus, soit 268 par an."),
        ("Entreprises marraines", 120, 37, 3, None, None, 30, ""),
        ("Formations BTS+1 ouvertes", 10, 3, 2, 0, 5, 4, "Cinq formations de plus d'ici août 2028."),
        ("Établissements du consortium", 15, 15, 0, 0, 15, 15, "Atteint."),
    ),
    "Compté : visites closes, effectifs relevés, formations ouvertes, au 1er décembre 2026. Engagé : réservé ou daté. "
    "Espéré : ce que les mois restants ont apporté l'an dernier.",
)
LYCEES = Figures(
    "Par lycée qui reçoit",
    ("Lycée", "Élèves", "Groupes", "Visites", "Dont déclarés"),
    (
        ("Lycée Jules Haag, Besançon", 201, 9, 8, 24),
        ("Lycée Victor Hugo, Besançon", 164, 7, 7, 0),
        ("Lycée Jacques Duhamel, Dole", 120, 5, 5, 0),
        ("Lycée polyvalent Viette, Montbéliard", 97, 4, 4, 0),
        ("Lycée Courbet, Belfort", 30, 2, 2, 0),
        ("Ensemble", 612, 27, 26, 24),
    ),
    RULE,
    total=True,
)
OBJECTS = Figures(
    "Objets fabriqués",
    ("Objet", "Fabriqués", "Terminés", "Fonctionnent", "Emportés", "Groupes"),
    (
        ("Lampe à balancier", 212, 198, 190, 187, 9),
        ("Boîte à musique à cames", 151, 147, 139, 140, 7),
        ("Station météo", 88, 80, 77, 12, 4),
        ("Porte-clés usiné", 160, 160, 160, 158, 7),
    ),
    "Objets notés par le lycée à l'accueil, pour les visites closes.",
)
SCHEMES = Figures(
    "Dispositifs",
    ("Dispositif", "Lycée", "État", "Lycéens", "Entreprises", "Depuis"),
    (
        ("Microtechniques", "Lycée Jules Haag", "Ouvert", 120, 9, date(2025, 9, 1)),
        ("Maintenance des systèmes", "Lycée Viette", "Ouvert", 96, 6, date(2025, 9, 1)),
        ("Métiers du bois", "Lycée de Mouchard", "Ouvert", 88, 9, date(2025, 9, 1)),
        ("Électronique", "Lycée Duhamel", "Ouvert", 60, 7, date(2026, 9, 1)),
        ("Chaudronnerie", "Lycée Courbet", "Ouvert", 48, 6, date(2026, 9, 1)),
        ("Plastiques et composites", "Lycée d'Arbois", "En préparation", None, None, None),
    ),
    "Lycéens : dernier effectif relevé de chaque cohorte.",
)
FUNNEL = Figures(
    "De la seconde au BTS",
    ("Cohorte", "Entrés", "Première", "Terminale", "BTS 1", "BTS 2", "Toujours là (%)"),
    (("2025", 204, 181, None, None, None, 88.7), ("2026", 208, None, None, None, None, None)),
    "Effectifs relevés par les lycées en octobre et en juin.",
)
COURSES = Figures(
    "Formations BTS+1",
    ("Formation", "Établissement", "Étape", "ECTS", "Places", "Inscrits", "Diplômés", "En emploi à six mois"),
    (
        ("Bachelor Micromécanique de précision", "Lycée Jules Haag", "Ouverte", 60, 24, 22, 19, 16),
        ("Bachelor Jumeau numérique", "Lycée Viette", "Ouverte", 60, 20, 12, "moins de 5", None),
        ("Bachelor Mobilités hydrogène", "Lycée Courbet", "Ouverte", 60, 20, 17, None, None),
        ("Bachelor Industries du luxe", "Lycée de Morteau", "Montage", 60, 16, None, None, None),
    ),
)
EQUITY = Figures(
    "Qui vient, et qui il y a",
    ("Parmi les collégiens", "Accueillis", "Part (%)", "Dans l'académie (%)", "Écart"),
    (
        ("En éducation prioritaire", 148, 24.2, 16.1, 8.1),
        ("D'une commune rurale", 171, 27.9, 31.4, -3.5),
        ("Filles", 287, 48.1, 48.9, -0.8),
        ("À plus de 25 km du lycée", 96, 15.7, 38.0, -22.3),
    ),
    "La part des accueillis est au-dessus de celle du territoire quand l'écart est positif ; annuaire 2026.",
)
COVERAGE = Figures(
    "Élèves d'une génération qui partiraient sans être venus",
    ("Département", "Collèges", "Venus", "Jamais venus", "Élèves de 3e", "Déjà venus", "Part (%)"),
    (
        ("Doubs", 48, 19, 29, 5120, 840, 16.4),
        ("Jura", 31, 8, 23, 2710, 312, 11.5),
        ("Haute-Saône", 27, 5, 22, 2480, 190, 7.7),
        ("Territoire de Belfort", 15, 4, 11, 1510, 161, 10.7),
        ("Académie", 121, 36, 85, 11820, 1503, 12.7),
    ),
    "Les niveaux de 6e à 3e, rapportés aux effectifs de l'annuaire.",
    total=True,
)
GIVEN = Figures(
    "Ce qui a été donné en nature",
    ("Qui", "Heures", "Taux horaire", "Valeur", "Règle"),
    (
        (
            "Entreprises",
            412.5,
            "45 €",
            "18 563 €",
            "Heures vues à l'accueil : la durée du créneau pour chaque personne venue.",
        ),
        ("Lycéens", 286, "12 €", "3 432 €", "Nombre dit après la clôture, fois la durée ; dit pour 19 visites sur 26."),
        (
            "Enseignants",
            143,
            "40 €",
            "5 720 €",
            "Nombre dit après la clôture, fois la durée ; dit pour 19 visites sur 26.",
        ),
        ("Lycées", 78, "38 €", "2 964 €", "Créneaux tenus, fois les personnes déclarées par le lycée."),
    ),
    "Valeur arrondie à l'euro. Taux de l'année 2026-2027, saisis par la coordination avec leur source.",
)
SUMS = Figures(
    "Trois sommes",
    ("Somme", "Montant", "Au", "Source"),
    (
        ("Enveloppe", "2 400 000 €", date(2025, 7, 4), "Convention avec l'opérateur, article 3"),
        ("Dépensé à ce jour", "611 250 €", date(2026, 11, 15), "Compte financier de l'établissement support"),
        ("Cofinancé", "480 000 €", date(2026, 9, 30), "Région, deux entreprises, taxe d'apprentissage"),
    ),
    "Technilab ne tient pas de comptes : ceux de l'établissement support font foi.",
)
MILESTONES = Figures(
    "Jalons",
    ("Jalon", "Porteur", "Échéance", "État", "Risque", "Mesure"),
    tuple(
        (
            f"{title} {n}",
            "Région" if n % 2 else "Lycée Jules Haag",
            date(2026, 10, 1) + timedelta(days=31 * n),
            "En retard" if n < 2 else "En cours" if n < 9 else "À faire",
            "Moyen" if n % 3 else "Élevé : le local n'est pas livré",
            "Le lycée voisin prête son atelier le jeudi." if n % 4 == 0 else "",
        )
        for n, title in enumerate(("Ouvrir le dispositif", "Signer la convention", "Équiper l'atelier") * 6)
    ),
    "Les jalons en retard viennent d'abord.",
)
PROOFS = Figures(
    "Preuves",
    ("Preuve", "Jalon", "Nature", "Taille", "Empreinte", "Déposée le"),
    tuple(
        (
            f"Convention signée {n}.pdf",
            f"Signer la convention {n}",
            "Fichier PDF",
            "412 Ko",
            f"{n:02}ab93c1e0f7",
            date(2026, 11, n),
        )
        for n in range(1, 9)
    ),
    "Empreinte : les douze premiers caractères du SHA-256 du fichier.",
)
CORRECTED = Figures(
    "Corrigé depuis la clôture de 2025-2026",
    ("Chiffre", "À la clôture", "Aujourd'hui", "Le", "Raison"),
    (("Élèves accueillis, Lycée Viette", 277, 287, date(2026, 10, 12), "Un groupe avait été oublié à la clôture."),),
)
TOLD = Words(
    "L'année s'ouvre sur cinq dispositifs, deux de plus qu'à la rentrée passée.\nLe lycée d'Arbois attend la livraison "
    "de son plateau ; le recrutement se fait déjà avec les collèges du secteur, et trois entreprises ont promis un "
    "parrain. Nous demandons au comité d'entendre la Région sur le calendrier."
)


def whole_report(*, final: bool = False, masked: bool = True) -> Report:
    """What a full file holds."""
    sections = (
        Section(
            "targets",
            "Objectifs : compté, engagé, espéré",
            (
                Paragraph("Avec ce qui est compté, engagé et espéré, trois objectifs sur six seraient tenus."),
                TOLD,
                TARGETS,
            ),
        ),
        Section(
            "technilab",
            "TECHNILAB",
            (
                Paragraph("612 élèves accueillis en 26 visites par 5 lycées, de 21 collèges, au 1er décembre 2026."),
                Drawn(CURVE),
                Drawn(BY_MONTH),
                LYCEES,
                OBJECTS,
                Drawn(BY_LYCEE),
            ),
        ),
        Section("ptech", "P-TECH", (Words("Deux cohortes sont entrées."), SCHEMES, FUNNEL)),
        Section("bts1", "BTS+1", (COURSES,)),
        Section("equity", "Équité", (Paragraph("Ce que les chiffres ne disent pas.", note=True), EQUITY)),
        Section("coverage", "Couverture", (COVERAGE,)),
        Section("partners", "Partenaires, et ce qu'ils ont donné", (GIVEN, SUMS)),
        Section("milestones", "Jalons", (Paragraph("Deux jalons sont en retard."), MILESTONES)),
        Section("proofs", "Liste des preuves", (PROOFS,)),
        Section("corrections", "Corrections depuis la dernière clôture", (CORRECTED,)),
    )
    return Report("2026-2027", MADE_AT, final, masked, sections)


def whole_sheet(*, late: tuple[str, ...] | None = None) -> CommitteeSheet:
    """What a full sheet says."""
    return CommitteeSheet(
        "2026-2027",
        MADE_AT,
        False,
        (
            SheetFigure("Collégiens accueillis en TECHNILAB", "collégiens", 1703, 6000, 1502, 4242),
            SheetFigure("Dispositifs P-TECH", "dispositifs", 5, 8, 5, 6),
            SheetFigure("Lycéens entrés en P-TECH", "lycéens", 382, 1800, 451, 796),
            SheetFigure("Entreprises marraines", "entreprises", 29, 120, 30, None),
            SheetFigure("Formations BTS+1 ouvertes", "formations", None, 10, 4, None),
            SheetFigure("Collégiens de communes rurales", "collégiens", None, 1200, 300, None, hidden=True),
        ),
        (
            "Les collèges viennent plus qu'attendu : 1 703 sont venus, 201 de plus qu'au rythme régulier.",
            "Il manque des lycéens en P-TECH : il en faudrait 268 de plus par an pour atteindre 1 800 en août 2030.",
            "Deux jalons sont en retard, et un effectif de 2025-2026 a été corrigé depuis sa clôture (277, puis 287).",
        ),
        (
            "Lycéens entrés en P-TECH : 69 de moins qu'attendu",
            "Jalon : ouvrir le dispositif d'Arbois, dû le 1er octobre 2026 (Région)",
        )
        if late is None
        else late,
    )
