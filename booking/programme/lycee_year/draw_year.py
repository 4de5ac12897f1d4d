"""A lycée's school year on one A4 page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from io import BytesIO
from typing import Any

from reportlab.graphics.shapes import Circle, Drawing, Path, Polygon, Rect
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Image, KeepInFrame, Spacer, Table

from booking.day.badges.draw import INK
from booking.day.papers.draw import bound, titled
from booking.day.papers.draw_block import BODY, BRASS, CELL, HIGH, LINE, NOTE, PART, SAND, STRONG, TITLE, WIDE, written
from booking.day.papers.draw_object import COUNT, FLAT, UNIT, picture
from booking.day.papers.letterhead import NOBODY, Letterhead
from booking.presentation.drawings import FRAME, drawing_for
from booking.programme.company_years.rules import hours_words
from booking.programme.figures.rules import FEW, counted_or_few, is_few, number_or_few
from booking.programme.figures.september_hands import hands_words
from booking.programme.lycee_year.mask import PupilsTold, pupils_told
from booking.programme.lycee_year.queries import LyceeYear, ObjectMade
from booking.programme.lycee_year.rules import CollegeMap, Share, map_around
from booking.words.wording import counted, day, number
from workshops.september_hands.rules import HandsSum

OBJECTS_SHOWN, LINES_SHOWN = 4, 8
MAP_WIDE, MAP_HIGH = 74.0, 56.0  # Millimetres.
GAP = 8.0
CONTOURS = "Contours : Victor Cazanave, CC BY 4.0."
LIST = ParagraphStyle("list", CELL, fontSize=9, leading=12)
HIDDEN = "masqué"
MASK = f"Un nombre d'élèves ou d'objets inférieur à {FEW} est masqué, et avec lui ce qui permettrait de le retrouver."


def draw_year(year: LyceeYear, photos: Mapping[str, bytes], *, on: date, head: Letterhead = NOBODY) -> bytes:
    """The year as its direction is sent it: counts alone, those under 5 masked; `photos` are files by their names."""
    name = f"{year.lycee.name}, {year.lycee.commune}"
    masked = pupils_told([year.counts, *([year.before] if year.before else [])])
    left = (WIDE - GAP) / 2
    story = [
        *titled(f"Année {year.words}", TITLE),
        written(name, STRONG),
        _tiles(year, masked),
        written(_beside(year, on), NOTE),
        *_share(year.share if masked[0].pupils is not None else None),
        *_objects(year, photos),
        Spacer(1, 4 * mm),
        _columns([_places(year), _colleges(year)], [MAP_WIDE, WIDE - MAP_WIDE - GAP]),
        Spacer(1, 4 * mm),
        _columns([[*_companies(year), *_gave(year)], [*_kept(year), *_brought(year)]], [left, left]),
        Spacer(1, 2 * mm),
        written(f"{MASK} {CONTOURS}", NOTE),
    ]
    title = f"Année {year.words}, {year.lycee.name}"
    # A year of many long names is drawn smaller rather than on two pages; one full to its last point has another.
    page = KeepInFrame(WIDE * mm, (HIGH - 3) * mm, story, mode="shrink")
    return bound([page], title=title, foot=title, printed_on=on, head=head)


def _tiles(year: LyceeYear, masked: Sequence[PupilsTold]) -> Table:
    counts, before, now = year.counts, year.before, masked[0]
    earlier = masked[1] if before else None
    girls = "" if now.girls is None else f", dont {counted(now.girls, 'fille')}"
    among = "" if now.apart in {None, now.pupils} else f" sur {number(now.apart or 0)} comptés à part"
    priority = f", {number(counts.priority)} en éducation prioritaire" if counts.priority else ""
    gave = f"données par {counted(counts.companies, 'entreprise')}"
    tiles = (
        (number(counts.visits), f"{_unit(counts.visits, 'visite')}, {counted(counts.groups, 'groupe')}"),
        (HIDDEN if now.pupils is None else number(now.pupils), f"{_unit(now.pupils or 0, 'élève')}{girls}{among}"),
        (number(counts.colleges), f"{_unit(counts.colleges, 'collège')}{priority}"),
        (hours_words(counts.given), gave),
    )
    past: Sequence[str] = ("", "", "", "")
    if before and earlier:
        pupils = HIDDEN if earlier.pupils is None else number(earlier.pupils)
        given = hours_words(before.given) if before.given else ""
        past = (number(before.visits), pupils, number(before.colleges), given)
    cells = [
        [written(figure, COUNT), written(unit, UNIT), *([written(f"{was} l'an dernier", UNIT)] if was else [])]
        for (figure, unit), was in zip(tiles, past, strict=True)
    ]
    style = [*FLAT, ("RIGHTPADDING", (0, 0), (-1, -1), 6), ("LINEABOVE", (0, 0), (-1, 0), 0.8, BRASS)]
    style += [("TOPPADDING", (0, 0), (-1, 0), 5), ("BOTTOMPADDING", (0, 0), (-1, -1), 2)]
    return Table([cells], colWidths=[WIDE / 4 * mm] * 4, hAlign="LEFT", style=style)


def _unit(count: int, word: str) -> str:
    return word if count < 2 else f"{word}s"


def _beside(year: LyceeYear, on: date) -> str:
    if year.frozen:
        until = f"Année close le {day(year.frozen.frozen_at)} : ces chiffres sont figés."
    else:
        until = "Année finie." if year.over else f"Visites closes au {day(on)}."
    return until if year.before is None or year.over else f"{until} L'an dernier : à la même date."


def _share(share: Share | None) -> list[Any]:
    if share is None:
        return []
    wide, high = WIDE * mm, 3.2 * mm
    bar = Drawing(wide, high + 2 * mm)
    done = min(1.0, share.pupils / share.whole)
    bar.add(Rect(0, 1 * mm, wide, high, fillColor=SAND, strokeColor=LINE, strokeWidth=0.4))
    bar.add(Rect(0, 1 * mm, wide * done, high, fillColor=BRASS, strokeColor=None))
    if share.due is not None:
        at = wide * min(1.0, share.due / share.whole)
        bar.add(Rect(at - 0.6, 0, 1.2, high + 2 * mm, fillColor=INK, strokeColor=None))
    return [
        written("La part du lycée dans l'objectif", PART),
        bar,
        written(share.words, BODY),
        written(share.rule, NOTE),
    ]


def _objects(year: LyceeYear, photos: Mapping[str, bytes]) -> list[Any]:
    if not year.objects:
        return []
    shown = year.objects[:OBJECTS_SHOWN]
    wide = (WIDE - 5 * (OBJECTS_SHOWN - 1)) / OBJECTS_SHOWN * mm
    cells = [[_seen(made, wide, photos), written(f"{made.name} : {_made(made)}", UNIT)] for made in shown]
    pictures = Table(
        [[*cells, *[""] * (OBJECTS_SHOWN - len(cells))]],
        colWidths=[wide + 5 * mm] * (OBJECTS_SHOWN - 1) + [wide],
        hAlign="LEFT",
        style=FLAT,
    )
    others = len(year.objects) - OBJECTS_SHOWN
    rest = [written(f"et {counted(others, 'autre objet', 'autres objets')}", UNIT)] if others > 0 else []
    return [written("Ce qui a été fabriqué", PART), pictures, *rest]


def _made(made: ObjectMade) -> str:
    if not made.made:
        return counted(made.groups, "groupe")
    return counted_or_few(made.finished, "terminé")


def _seen(made: ObjectMade, wide: float, photos: Mapping[str, bytes]) -> Any:
    across, down = FRAME
    if made.photo not in photos:
        return picture(drawing_for(made.name), wide)
    shown = Image(BytesIO(photos[made.photo]), width=wide, height=wide * down / across, kind="proportional")
    shown.hAlign = "LEFT"
    return shown


def _columns(parts: Sequence[list[Any]], widths: Sequence[float]) -> Table:
    left, right = parts
    return Table(
        [[left, "", right]],
        colWidths=[widths[0] * mm, GAP * mm, widths[1] * mm],
        hAlign="LEFT",
        style=FLAT,
    )


def _places(year: LyceeYear) -> list[Any]:
    lycee = year.lycee
    drawn = map_around((lycee.lat, lycee.lon), year.colleges, department=lycee.department)
    return [written("D'où ils viennent", PART), *([_map(drawn)] if drawn else [])]


def _map(drawn: CollegeMap) -> Drawing:
    scale = min(MAP_WIDE * mm / drawn.frame.width, MAP_HIGH * mm / drawn.frame.height)
    high = drawn.frame.height * scale
    ground = Drawing(drawn.frame.width * scale, high)
    for outline in drawn.ground:
        path = Path(fillColor=SAND, strokeColor=LINE, strokeWidth=0.6)
        for (x, y), *others in drawn.frame.rings(outline):
            path.moveTo(x * scale, high - y * scale)
            for across, down in others:
                path.lineTo(across * scale, high - down * scale)
            path.closePath()
        ground.add(path)
    for x, y in drawn.colleges:
        ground.add(Circle(x * scale, high - y * scale, 2.4, fillColor=BRASS, strokeColor=None))
    x, y = drawn.home[0] * scale, high - drawn.home[1] * scale
    ground.add(Polygon([x - 4, y - 4, x - 4, y + 1, x, y + 5, x + 4, y + 1, x + 4, y - 4], fillColor=INK))
    return ground


def _colleges(year: LyceeYear) -> list[Any]:
    lines = [
        f"{its.name}, {its.commune}{f' ({its.priority})' if its.priority else ''} : {counted(its.groups, 'groupe')}"
        for its in year.colleges
    ]
    return [written("Collèges", PART), *_lines(lines, "autre collège", "autres collèges")]


def _companies(year: LyceeYear) -> list[Any]:
    lines = [f"{firm.name} : {hours_words(firm.given)}, {counted(firm.visits, 'visite')}" for firm in year.companies]
    heading = written("Entreprises venues", PART)
    return [heading, *_lines(lines or ["Aucune entreprise n'est venue."], "autre entreprise", "autres entreprises")]


def _lines(lines: Sequence[str], single: str, several: str) -> list[Any]:
    left = len(lines) - LINES_SHOWN
    shown = [*lines[:LINES_SHOWN], *([f"et {counted(left, single, several)}"] if left > 0 else [])]
    return [written(line, LIST) for line in shown]


def _gave(year: LyceeYear) -> list[Any]:
    """The hours of the lycée's own people, and of how many visits they were told."""
    lines = [f"{line.who} : {line.hours} ({line.told})" for line in year.gave.lines if line.hours]
    return [written("Ce que le lycée a donné", PART), *(written(line, LIST) for line in lines)] if lines else []


def _kept(year: LyceeYear) -> list[Any]:
    """What became of the places, and what new pupils said."""
    lines = [
        f"{now.rate.label} : {now.words}{f' ({before.words} en {year.words_before})' if before.among else ''}"
        for now, before in year.rates
    ]
    lines += [_hands(year.hands)] if year.hands.present else []
    return [written("Venues", PART), *(written(line, LIST) for line in lines)] if lines else []


def _brought(year: LyceeYear) -> list[Any]:
    """What the lycée's other schemes bring, since their first day and not this year alone."""
    lines = [
        f"{its.target.label} : {number_or_few(its.figure) if its.people else number(its.figure)}"
        f" sur {number(its.target.target)}"
        for its in year.brought
    ]
    heading = written("Autres objectifs, depuis le début", PART)
    return [heading, *(written(line, LIST) for line in lines)] if lines else []


def _hands(hands: HandsSum) -> str:
    """What new pupils say in September; a few of them, or all but a few, are not told."""
    few = is_few(hands.hands) or is_few(hands.present - hands.hands)
    return f"Main levée de septembre : {HIDDEN if few else hands_words(hands)}"
