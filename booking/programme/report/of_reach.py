"""Whom the programme reaches, in the file: equity beside its base rates, and how much of each class. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from booking.programme.report.gather import Facts
from booking.programme.report.lines import Line, gathered_lines
from booking.programme.report.mask import HIDDEN, cell
from booking.programme.report.rules import Block, Cell, Figures, Paragraph
from booking.words.wording import counted, day
from workshops.equity.rules import PRIORITIES, SETTINGS

COVER_RULE = (
    "Élèves reçus depuis leur 5e sur élèves inscrits ; qui vient deux fois compte deux fois : la part est un maximum."
    " Collèges publics connus."
)
# The label under which a line of each heading was received, by its key.
LABELS = {"priorities": PRIORITIES, "settings": SETTINGS}
COVERED = ("Niveau", "Inscrits", "Reçus", "Part au plus (%)", "Sans visite, au moins")
LEAVING = ("Département", "Collèges publics", "Venus dans l'année", "Dont des élèves de 3e partiraient sans visite")
UNSAID = "Commune non renseignée"
CAME = ("Public", "Élèves", "Part (%)", "Part de tous les collégiens (%)")


def of_equity(facts: Facts) -> tuple[Block, ...]:
    """Who came in the year, beside all collégiens; how many public collèges came."""
    if not facts.equity.whole.pupils:
        return (Paragraph(f"Personne n'est encore compté en {facts.year}."), _colleges(facts))
    base = facts.base
    beside = f"Tous les collégiens : effectifs de {base.year}" if base else "Effectifs des collèges non connus"
    example = ", inventés pour l'exemple" if base and base.example else ""
    rule = (
        "Part des élèves accueillis ; des filles et des garçons, parmi les groupes où ils sont comptés à part."
        f" {beside}{example}. Année scolaire {facts.year}. Chiffres du {day(facts.today)}."
    )
    bands = tuple((one.label, cell(one.pupils)) for one in facts.visits.tables["distances"])
    mean = f" En moyenne {round(facts.equity.mean_km)} km." if facts.equity.mean_km is not None else ""
    far = f"À vol d'oiseau, du collège au lycée.{mean if facts.visits.pupils is not None else ''}"
    return (
        Figures("Qui est venu", CAME, tuple(_came(facts)), rule),
        Figures("Distance", ("Du collège au lycée", "Élèves"), bands, f"{far} Chiffres du {day(facts.today)}."),
        _colleges(facts),
    )


def _came(facts: Facts) -> Iterator[Line]:
    base, whole = facts.base, facts.equity.whole
    girls = base.of_girls if base else None
    for one, share in zip(facts.visits.tables["girls"], (girls, None if girls is None else 100 - girls), strict=False):
        yield (one.label, cell(one.pupils), _share(one.pupils, whole.apart), share)
    for name, labels in LABELS.items():
        told = {one.label: one.pupils for one in facts.visits.tables[name]}
        for key, label in labels.items():
            known = base.share(name, key) if base and name in base.by else None
            if label in told:
                yield (_apart(label), cell(told[label]), _share(told[label], whole.pupils), known)
            elif known:
                yield (_apart(label), 0, 0, known)


def _apart(label: str) -> str:
    """A heading's line as one of several headings names it."""
    return UNSAID if label == SETTINGS["unknown"] else label


def _share(pupils: int | None, whole: int) -> Cell:
    return HIDDEN if pupils is None else round(100 * pupils / whole) if whole else None


def _colleges(facts: Facts) -> Figures:
    reached = facts.equity.reached
    lines: list[Line] = [("Tous", facts.equity.colleges.known, facts.equity.colleges.came)]
    lines += [(_apart(one.label), one.known, one.came) for name in LABELS for one in reached[name]]
    rule = "Un collège public est venu dès qu'un de ses élèves est compté."
    on = f"Année scolaire {facts.year}. Chiffres du {day(facts.today)}."
    return Figures("Collèges publics", ("Collèges", "Connus", "Venus"), tuple(lines), f"{rule} {on}")


def of_coverage(facts: Facts) -> tuple[Block, ...]:
    """How much of the classes of 5e, 4e and 3e was received, and where pupils leave without."""
    in_all, uncounted = (sum(getattr(one, name) for one in facts.areas) for name in ("colleges", "uncounted"))
    if uncounted == in_all:
        return (Paragraph(f"Les effectifs de {facts.year} manquent : sans eux, aucune part ne se calcule."),)
    example = " Effectifs inventés pour l'exemple." if any(one.example for one in facts.areas) else ""
    missing = f" {counted(uncounted, 'collège')} sans effectif connu, hors du compte." if uncounted else ""
    rule = f"{COVER_RULE}{example}{missing} Année scolaire {facts.year}. Chiffres du {day(facts.today)}."
    levels = tuple(
        (
            one.level,
            one.enrolled,
            cell(one.received),
            _or_hidden(one.share, one.received),
            _or_hidden(one.without, one.received),
        )
        for one in facts.covers
    )
    blocks: tuple[Block, ...] = (Figures("Élèves reçus depuis leur 5e", COVERED, levels, rule),)
    if len(facts.areas) > 1:
        came = {one.label: one.came for one in facts.equity.reached["departments"]}
        leave = [(one.name, one.colleges, came.get(one.name, 0), one.leave) for one in facts.areas]
        on = f"Année scolaire {facts.year}. Chiffres du {day(facts.today)}."
        blocks += (Figures("Collèges, par département", LEAVING, gathered_lines(leave), on),)
    return blocks


def _or_hidden(figure: int | None, received: int | None) -> Cell:
    return HIDDEN if received is None else figure
