"""Whom the programme reaches, in the file: equity beside its base rates, and how much of each class. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from booking.programme.report.gather import Facts
from booking.programme.report.lines import Line, gathered_lines
from booking.programme.report.mask import HIDDEN, cell
from booking.programme.report.rules import Block, Cell, Figures, Paragraph
from booking.words.wording import counted, day
from workshops.coverage.rules import ClassCover
from workshops.equity.rules import PRIORITIES, SETTINGS

COVER_RULE = (
    "Élèves reçus depuis leur 5e sur élèves inscrits ; qui vient deux fois compte deux fois : la part est un maximum."
    " Collèges publics connus."
)
# The label under which a line of each heading was received, by its key.
LABELS = {"priorities": PRIORITIES, "settings": SETTINGS}
COVERED = ("Niveau", "Inscrits", "Reçus", "Part au plus (%)", "Sans visite, au moins")
LEAVING = ("Département", "Collèges publics", "Venus dans l'année", "Dont des élèves de 3e partiraient sans visite")
LESS_THAN_ONE = "moins de 1"
UNSAID = "Commune rurale ou urbaine non renseignée"
CAME = ("Public", "Élèves", "Part (%)", "Part de tous les collégiens (%)", "Collèges publics venus", "Connus")


def of_equity(facts: Facts) -> tuple[Block, ...]:
    """Who came in the year, beside all collégiens, and how many public collèges came; from how far."""
    base = facts.base
    beside = f"Tous les collégiens : effectifs de {base.year}" if base else "Effectifs des collèges non connus"
    example = ", inventés pour l'exemple" if base and base.example else ""
    known = facts.visits.pupils is not None and facts.equity.mean_km is not None
    mean = f" Distance à vol d'oiseau, en moyenne {round(facts.equity.mean_km or 0)} km." if known else ""
    rule = (
        "Part des élèves accueillis ; des filles et des garçons, parmi les groupes où ils sont comptés à part."
        f" {beside}{example}. Un collège public est venu dès qu'un de ses élèves est compté.{mean} Année scolaire"
        f" {facts.year}. Chiffres du {day(facts.today)}."
    )
    return (Figures("Qui est venu", CAME, tuple(_came(facts)), rule),)


def _came(facts: Facts) -> Iterator[Line]:
    base, whole, colleges = facts.base, facts.equity.whole, facts.equity.colleges
    yield ("Tous", cell(facts.visits.pupils), None, None, colleges.came, colleges.known)
    girls = base.of_girls if base else None
    for one, share in zip(facts.visits.tables["girls"], (girls, None if girls is None else 100 - girls), strict=False):
        yield (one.label, cell(one.pupils), _share(one.pupils, whole.apart), share, None, None)
    for name, labels in LABELS.items():
        told = {one.label: one.pupils for one in facts.visits.tables[name]}
        reached = {one.key: one for one in facts.equity.reached[name]}
        for key, label in labels.items():
            there = reached.get(key)
            if label in told or there is not None:
                pupils, known = told.get(label, 0), base.share(name, key) if base and name in base.by else None
                counts = (there.came, there.known) if there else (None, None)
                words = UNSAID if label == SETTINGS["unknown"] else label
                if words == UNSAID and pupils is not None and pupils == whole.pupils:
                    # That nothing is known of anybody is no line of who came.
                    continue
                yield (words, cell(pupils), _share(pupils, whole.pupils), known, *counts)
    for one in facts.visits.tables["distances"]:
        yield (one.label, cell(one.pupils), _share(one.pupils, whole.pupils), None, None, None)


def _share(pupils: int | None, whole: int) -> Cell:
    return HIDDEN if pupils is None else round(100 * pupils / whole) if whole else None


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
            _share_told(one),
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


def _share_told(one: ClassCover) -> Cell:
    """The share in whole per cent; of some who are less than one in a hundred, that they are."""
    return LESS_THAN_ONE if one.received and one.share == 0 else _or_hidden(one.share, one.received)


def _or_hidden(figure: int | None, received: int | None) -> Cell:
    return HIDDEN if received is None else figure
