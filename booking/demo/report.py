"""The examples' words in the file for France 2030: some of last year's, and fewer of this one's."""

from __future__ import annotations

from datetime import datetime

from booking.programme.report.rules import SectionKey
from booking.programme.report.write_words import WriteWords, write_words
from booking.words.wording import school_year_began

LAST_YEAR = {
    SectionKey.TARGETS: "Première année pleine : les visites sont au rythme prévu dans le Doubs, pas encore ailleurs.",
    SectionKey.TECHNILAB: "Les groupes viennent surtout de 4e. Deux lycées reçoivent la moitié des élèves.",
    SectionKey.PTECH: "Les entreprises mentores sont trouvées plus vite là où le lycée les connaissait déjà.",
    SectionKey.EQUITY: "Le transport reste la première raison que donnent les collèges ruraux de ne pas venir.",
}
THIS_YEAR = {
    SectionKey.TARGETS: "Les dates du printemps ouvrent en janvier : l'engagé monte d'un coup à ce moment-là.",
    SectionKey.TECHNILAB: "Les ateliers d'horlogerie sont complets jusqu'en mars. Trois lycées ouvrent un second jour.",
}


async def write_example_words(*, now: datetime) -> None:
    """What a coordinator might write of two school years: the sections left out show last year's as a draft."""
    first = school_year_began(now).year
    for year, words in ((first - 1, LAST_YEAR), (first, THIS_YEAR)):
        for section, text in words.items():
            await write_words(WriteWords(text=text), year=year, section=section, by=None, now=now)
