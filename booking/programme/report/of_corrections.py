"""What was corrected of closed years, in the file: what each figure was and is, and every line since. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from booking.programme.figures.corrections import in_words
from booking.programme.report.gather import Facts
from booking.programme.report.lines import Line
from booking.programme.report.mask import HIDDEN
from booking.programme.report.of_targets import named
from booking.programme.report.rules import Block, Figures, Paragraph
from booking.words.wording import counted, day, paris

LINES_MOST = 12
RULE = (
    "Une année close ne change qu'avec une raison. À la clôture : le chiffre figé ce jour-là ; aujourd'hui : ce qui est"
    " compté de cette année depuis."
)


def of_corrections(facts: Facts) -> tuple[Block, ...]:
    """The closed years whose figure is no more that of their closing; what was changed since the last closing."""
    on = f"Chiffres du {day(facts.today)}."
    figures = tuple(_figures(facts))
    blocks: list[Block] = []
    if figures:
        columns = ("Objectif", "Année close", "À la clôture", "Aujourd'hui", "Raison")
        blocks.append(Figures("Chiffres corrigés", columns, figures, f"{RULE} {on}"))
    if facts.closed_at is None:
        return (*blocks, Paragraph("Aucune année n'est encore close : tous les chiffres sont provisoires."))
    since = [one for one in facts.corrections if one.at > facts.closed_at]
    if not since:
        return (*blocks, Paragraph(f"Rien n'a été corrigé depuis la dernière clôture, le {day(facts.closed_at)}."))
    lines = tuple(
        (
            paris(one.at).date(),
            one.year,
            ", ".join(filter(None, (one.what, one.school_name))),
            one.changes if facts.small else HIDDEN,
            one.reason,
        )
        for one in in_words(since[-LINES_MOST:])
    )
    more = f" Les {LINES_MOST} dernières sur {len(since)}." if len(since) > LINES_MOST else ""
    title = f"{counted(len(since), 'correction')} depuis la dernière clôture, le {day(facts.closed_at)}"
    columns = ("Le", "Année", "Quoi", "Changement", "Raison")
    return (*blocks, Figures(title, columns, lines, f"{RULE}{more} {on}"))


def _figures(facts: Facts) -> Iterator[Line]:
    for told in facts.stands:
        for one in told.stand.corrected:
            told_figures = one.was is not None or one.becomes is not None
            figures = (one.was, one.becomes) if told_figures else (HIDDEN, HIDDEN)
            yield (named(told), one.year, *figures, " ; ".join(why.reason for why in one.because))
