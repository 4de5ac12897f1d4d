"""The families' information sheet, and the slip that they sign.

Source: circulaire du 16 juillet 2024 (NOR MENE2407159C, BOEN du 25 juillet 2024), « Organisation des sorties et voyages
scolaires dans les écoles, les collèges et les lycées publics », which replaced that of 13 June 2023 and, through it,
n° 2011-117 du 3 août 2011: an outing within the hours of the timetable (the midday break may be part of it) is
compulsory and free, families are informed; any other is optional, and one holder of parental authority agrees and
insurance is required. Which of the two it is, the collège decides: the sheet leaves it as boxes.
"""

from __future__ import annotations

from booking.day.papers.queries import PaperVisit
from booking.day.papers.rules import Blanks, Block, Facts, Heading, Paper, PaperText, Signatures, Slip, Ticks
from booking.words.wording import day, hour

NUMBERED = (
    "Technilab, qui organise les visites, n'enregistre ni le nom, ni la photo, ni aucune donnée de santé de votre"
    " enfant. Son badge porte un numéro, dont seul le collège connaît le titulaire. Les pointages ne servent qu'à"
    " compter les présents ; le collège répond à vos questions et fait valoir vos droits."
)
FIRST_NAMES = (
    "Technilab, qui organise les visites, n'enregistre ni le nom de famille, ni la photo, ni aucune donnée de santé de"
    " votre enfant. Le collège a choisi d'écrire un prénom à côté du numéro de son badge : il est effacé 30 jours"
    " après la visite. Les pointages ne servent qu'à compter les présents ; le collège répond à vos questions et fait"
    " valoir vos droits."
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
