"""The September hands in words and as a sheet: no cause is claimed, a share is of those who were asked."""

from __future__ import annotations

from booking.programme.coordination.rules import A_DAY
from booking.programme.figures.compose import FigureSheet
from booking.programme.figures.periods import Period
from booking.words.wording import counted, number
from workshops.school_calendar.rules import first_day_of
from workshops.september_hands.queries import HandsOfYear
from workshops.september_hands.rules import HandsSum

TITLE = "Mains levées de septembre"
RULE = (
    "En septembre, chaque lycée demande à main levée, aux nouveaux élèves présents de ses 2des professionnelles, qui"
    " est venu à un TECHNILAB au collège. C'est ce que des élèves disent, un jour donné ; rien n'en dit la raison."
)
COLUMNS = ("Lycée", "Section", "Présents", "Mains levées", "Part (%)")


def hands_words(whole: HandsSum) -> str:
    """« 34 des 210 nouveaux élèves présents disent être venus. »; empty where nobody was there."""
    if not whole.present:
        return ""
    said = "disent être venus" if whole.hands > 1 else "dit être venu" if whole.hands else "ne dit être venu"
    if whole.present == 1:
        return f"Le seul nouvel élève présent {said}."
    told = number(whole.hands) if whole.hands else "Aucun"
    return f"{told} des {number(whole.present)} nouveaux élèves présents {said}."


def answered_words(found: HandsOfYear) -> str:
    """« 7 lycées sur 9 ont répondu. »"""
    if not found.asked:
        return "Aucun lycée n'est à interroger."
    if found.asked == 1:
        return "Le seul lycée interrogé a répondu." if found.answered else "Le seul lycée interrogé n'a pas répondu."
    if not found.answered:
        return f"Aucun des {number(found.asked)} lycées interrogés n'a répondu."
    verb = "ont" if found.answered > 1 else "a"
    return f"{counted(found.answered, 'lycée')} sur {number(found.asked)} {verb} répondu."


def hands_sheet(found: HandsOfYear) -> FigureSheet:
    """The September of a school year, a line a section: exact counts, for whom the programme's figures are."""
    year = found.school_year
    period = Period(found.words, first_day_of(year), first_day_of(year + 1) - A_DAY)
    lines = [
        (f"{line.name}, {line.commune}", line.section, line.present, line.hands, line.share) for line in found.lines
    ]
    return FigureSheet(
        name="mains-levees",
        title=TITLE,
        rule=" ".join(filter(None, (hands_words(found.whole), answered_words(found), RULE))),
        period=period,
        columns=COLUMNS,
        lines=tuple(lines),
        links=("",) * len(lines),
        chart=None,
        in_all=len(lines),
    )
