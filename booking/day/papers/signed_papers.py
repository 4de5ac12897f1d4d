"""Before the visit, what is signed by hand.

The demand for the principal's visa, with each choice of a wish; the families' information sheet and the slip that they
sign; the ordre de mission.

Source: circulaire du 16 juillet 2024 (NOR MENE2407159C, BOEN du 25 juillet 2024), « Organisation des sorties et voyages
scolaires dans les écoles, les collèges et les lycées publics », which replaced that of 13 June 2023 and, through it,
n° 2011-117 du 3 août 2011: an outing within the hours of the timetable (the midday break may be part of it) is
compulsory and free, families are informed; any other is optional, and one holder of parental authority agrees and
insurance is required. Which of the two it is, the collège decides: the sheet leaves it as boxes.

The ordre de mission: one page per adult, blank names, for the chef d'établissement to sign. Costs as in décret
n° 2006-781 du 3 juillet 2006. A volunteer (a parent) is not on a mission: the same page is then the principal's
agreement, hence the boxes.
"""

from __future__ import annotations

from booking.day.papers.queries import PaperVisit
from booking.day.papers.rules import Blanks, Block, Facts, Heading, Paper, PaperText, Signatures, Slip, Ticks
from booking.visits.draws.halves import people_words
from booking.words.wording import counted, day, hour
from workshops.academie.rules import of


def visa(visit: PaperVisit) -> Paper:
    """One page: who goes, each choice with its lycée, its day and its distance, what they do there."""
    several = len(visit.choices) > 1
    given = "Le visa est donné pour" if several else "Le visa est donné"
    one_alone = (
        (PaperText("Le groupe ne fera qu'une de ces visites, la première qui a de la place."),) if several else ()
    )
    return Paper(
        kind="visa",
        title="Demande de visa",
        use="Pour le chef d'établissement",
        visit=visit.line,
        sheets=(
            (
                PaperText(f"{visit.teacher or 'Un enseignant'} demande le visa du chef d'établissement.", strong=True),
                Facts(
                    (
                        ("Collège", visit.from_where),
                        *_who(visit),
                        *((("Atelier décrit", visit.workshop),) if several else ()),
                        *(() if visit.halves else _sheet(visit)),
                    )
                ),
                *_each_half(visit),
                Ticks(given, ("Les deux moitiés",) if visit.halves else visit.choices),
                *one_alone,
                Ticks("", ("Le visa est refusé",)),
                Blanks(("Raison du refus",)),
                PaperText("Le visa vaut pour ce lycée, ce jour et ce nombre d'adultes.", soft=True),
                PaperText(f"Fait à {visit.college_commune}, le …………………………………………"),
                Signatures(
                    (
                        (
                            f"Le chef d'établissement{f', {visit.principal}' if visit.principal else ''}",
                            "Signature et cachet",
                        ),
                    )
                ),
            ),
        ),
    )


def _who(visit: PaperVisit) -> tuple[tuple[str, str], ...]:
    """The group that goes; of two halves, the whole class."""
    if not visit.halves:
        pupils = f"{visit.group}, {counted(visit.pupils, 'élève')}"
        return ("Groupe", pupils), ("Quittent le collège avec la classe", counted(visit.adults, "adulte"))
    people = people_words([one.pupils for one in visit.halves], [one.adults for one in visit.halves])
    built = (("Objet", visit.halves_build),) if visit.halves_build else ()
    return ("Groupe", f"{visit.group}, {people}"), *built


def _sheet(visit: PaperVisit) -> tuple[tuple[str, str], ...]:
    """What the workshop asks, on its safety sheet."""
    return visit.sheet.under("Les élèves font", "Montré seulement", "Protections", "Responsable au lycée")


def _when_and_where(visit: PaperVisit) -> tuple[tuple[str, str], ...]:
    return ("Quand", visit.when), ("Où", visit.where), ("Atelier", visit.workshop)


def _each_half(visit: PaperVisit) -> tuple[Block, ...]:
    """When, where and what each half of the class does."""
    return tuple(
        block
        for title, one in zip(("Première moitié", "Deuxième moitié"), visit.halves, strict=False)
        for block in (Heading(title), Facts((*_when_and_where(one), *_sheet(one))))
    )


NUMBERED = (
    "Technilab, qui organise les visites, n'enregistre ni le nom, ni la photo, ni aucune donnée de santé de votre"
    " enfant. Son badge porte un numéro, dont seul le collège connaît le titulaire. Les pointages ne servent qu'à"
    " compter les présents ; ils sont effacés 30 jours après la visite. Le collège répond à vos questions et fait"
    " valoir vos droits."
)
FIRST_NAMES = (
    "Technilab, qui organise les visites, n'enregistre ni le nom de famille, ni la photo, ni aucune donnée de santé de"
    " votre enfant. Le collège a choisi d'écrire un prénom à côté du numéro de son badge : il est effacé 30 jours"
    " après la visite, comme les pointages, qui ne servent qu'à compter les présents. Le collège répond à vos questions"
    " et fait valoir vos droits."
)


def families(visit: PaperVisit) -> Paper:
    """One page to copy for each family: where, when, what pupils do, and a slip to hand back."""
    contact = ", ".join(part for part in (visit.teacher, visit.college_phone) if part)
    hours = f"de {hour(visit.starts_at)} à {hour(visit.ends_at)}"
    blocks: tuple[Block, ...] = (
        PaperText(
            f"Madame, Monsieur, votre enfant participe avec son groupe ({visit.group_name}) à une visite TECHNILAB :"
            " les collégiens y fabriquent un objet technologique dans les ateliers d'un lycée, encadrés par ses"
            " professeurs."
        ),
        Facts(
            (
                ("Date", f"{visit.when}, à l'atelier"),
                ("Lieu", visit.where),
                ("Atelier", visit.workshop),
                *visit.sheet.under("Les élèves", "Seulement montré", "Protection"),
                *((("Tenue, affaires", visit.bring),) if visit.bring else ()),
                *((("Professeur", contact),) if contact else ()),
            )
        ),
        Blanks(("Départ du collège, heure", "Retour au collège, heure")),
        Ticks("Cette sortie est", ("obligatoire, sur le temps de classe, gratuite", "facultative")),
        Ticks("Repas", ("cantine", "pique-nique fourni par la famille", "aucun")),
        Ticks("Transport", ("car", "transport en commun", "à pied", "autre")),
        Heading("Assurance, images, données"),
        PaperText(
            "L'assurance scolaire (responsabilité civile et individuelle accidents corporels) est demandée si la sortie"
            " est facultative, conseillée sinon. Aucune photo de votre enfant n'est prise sans votre accord écrit,"
            " demandé à part."
        ),
        PaperText(FIRST_NAMES if visit.first_names else NUMBERED),
        *((PaperText(f"Ce qui est gardé, et combien de temps : {visit.site}/confidentialite"),) if visit.site else ()),
        Slip(
            "À découper et à remettre au collège",
            (
                Blanks(
                    (
                        "Je soussigné(e), responsable légal(e)",
                        "Nom, prénom et classe de l'élève",
                        "Téléphone ce jour-là",
                    ),
                ),
                Ticks(
                    "",
                    (
                        f"ai pris connaissance de la visite du {day(visit.starts_at)}, {hours}, {visit.lycee},"
                        f" {visit.commune}",
                        "si la sortie est facultative : autorise mon enfant à y participer",
                        "si la sortie est facultative : n'autorise pas mon enfant à y participer",
                        *(("refuse que son prénom figure sur son badge",) if visit.first_names else ()),
                    ),
                ),
                Signatures(
                    (
                        (f"Le professeur{f', {visit.teacher}' if visit.teacher else ''}", "Signature"),
                        ("Le responsable légal", "Date et signature"),
                    )
                ),
            ),
        ),
    )
    return Paper(
        kind="familles",
        title="Information aux familles et autorisation",
        use="À photocopier, une par élève ; le talon revient au collège",
        visit=visit.line,
        sheets=(blocks,),
    )


def mission(visit: PaperVisit) -> Paper:
    """As many pages as the visit has adults."""
    return Paper(
        kind="mission",
        title="Ordre de mission",
        use=f"Un par accompagnateur : {counted(visit.adults, 'page')}",
        visit=visit.line,
        sheets=tuple(_of_adult(visit, number) for number in range(1, visit.adults + 1)),
    )


def _of_adult(visit: PaperVisit, number: int) -> tuple[Block, ...]:
    return (
        PaperText(f"Accompagnateur {number} sur {visit.adults}", soft=True),
        *((PaperText(f"Académie {of(visit.academie)}", soft=True),) if visit.academie else ()),
        PaperText(f"{visit.from_where}", strong=True),
        PaperText("Le chef d'établissement donne mission à la personne désignée ci-dessous d'accompagner les élèves."),
        Blanks(("Nom et prénom", "Fonction")),
        Ticks(
            "Qualité",
            (
                "professeur",
                "autre personnel du collège",
                "accompagnateur bénévole, autorisé par le chef d'établissement",
            ),
        ),
        Heading("La mission"),
        Facts(
            (
                ("Objet", f"Visite TECHNILAB, atelier « {visit.workshop} »"),
                ("Groupe accompagné", f"{visit.group}, {counted(visit.pupils, 'élève')}"),
                ("Date", visit.when),
                ("Destination", visit.where),
                ("Itinéraire", f"{visit.college}, {visit.lycee}, {visit.college} (aller et retour)"),
            )
        ),
        Blanks(("Départ du collège, heure", "Retour au collège, heure")),
        Ticks("Transport", ("car avec les élèves", "transport en commun", "à pied", "véhicule personnel, autorisé")),
        Ticks(
            "Frais",
            ("sans frais pour l'intéressé(e)", "pris en charge par l'établissement, sur présentation d'un état"),
        ),
        PaperText(
            "L'accompagnateur reste avec les élèves pendant tout l'atelier et suit les consignes de sécurité du lycée."
        ),
        PaperText(f"Fait à {visit.college_commune}, le …………………………………………"),
        Signatures(
            (
                ("L'accompagnateur", "Signature"),
                (
                    f"Le chef d'établissement{f', {visit.principal}' if visit.principal else ''}",
                    "Signature et cachet",
                ),
            )
        ),
    )
