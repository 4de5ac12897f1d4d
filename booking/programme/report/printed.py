"""What the PDF and the text document say alike: what the file is, and a cell as it is read. Pure."""

from __future__ import annotations

from datetime import date

from booking.programme.figures.rules import FEW
from booking.programme.report.rules import Cell, CommitteeSheet, Report
from booking.words.wording import brief_date, moment, number

NOTHING = "Rien pour cette année."
THEIR_WORDS = "Mots de la coordination"


def title_of(report: Report) -> str:
    """« Dossier France 2030, 2026-2027 »"""
    return f"Dossier France 2030, {report.year}"


def sheet_title(sheet: CommitteeSheet) -> str:
    """« Feuille du comité, 2026-2027 »"""
    return f"Feuille du comité, {sheet.year}"


def state_of(given: Report | CommitteeSheet) -> str:
    """« Brouillon du mardi 1er décembre 2026, 9 h 02 »: whether it may still change, and as of when it stands."""
    return f"{'Version finale' if given.final else 'Brouillon'} du {moment(given.made_at)}"


def provisional_of(report: Report) -> str:
    """« Chiffres provisoires : l'année n'est pas close… »; empty where nothing may change."""
    return f"Chiffres provisoires. {' '.join(report.provisional)}" if report.provisional else ""


def mask_of(report: Report) -> str:
    """What is done of small counts in the file."""
    if report.masked:
        return f"Un effectif inférieur à {FEW} est masqué, et avec lui ce qui permettrait de le retrouver."
    return f"Les effectifs inférieurs à {FEW} sont montrés : ce dossier ne se publie pas."


def shown(cell: Cell, *, tenths: bool = False) -> str:
    """A cell as it is read: « 1 703 », or « 12,5 » with its `tenths`, « 1er déc. 2026 », or nothing."""
    match cell:
        case None:
            return ""
        case str():
            return " ".join(cell.split())
        case date():
            return f"{brief_date(cell)} {cell.year}"
    return f"{cell:,.1f}".replace(",", "\u202f").replace(".", ",") if tenths else number(cell)
