"""Before the visit: the demand for the principal's visa, with each choice of a wish, to sign by hand."""

from __future__ import annotations

from booking.day.papers.queries import PaperVisit
from booking.day.papers.rules import Blanks, Block, Facts, Heading, Paper, PaperText, Signatures, Ticks
from booking.visits.halves.rules import people_words
from booking.words.wording import counted


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
        return ("Groupe", pupils), ("Adultes hors du collège", str(visit.adults))
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
