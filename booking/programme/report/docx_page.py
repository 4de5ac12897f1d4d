"""The text document around what is said in it: A4, its styles, what stands at the head and foot of each page, what the
document says of itself, and how it is saved."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Length, Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from booking.day.badges.draw import INK, SOFT
from booking.day.papers.draw import BOTTOM, LEFT, MARK_HIGH
from booking.day.papers.draw_block import BRASS, WIDE
from booking.day.papers.letterhead import Letterhead
from booking.words.wording import spaced

FACE = "Arial"
NOTE, CELL, THEIRS, STATE = "Note de comptage", "Cellule", "Mots de la coordination", "État du dossier"
# A document that holds one of them is opened by neither Word nor LibreOffice.
UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
# What the library's model brings: the picture of an empty page, and that it was made by another program.
FOREIGN = ("thumbnail", "extended-properties", "stylesWithEffects")
MADE = (1980, 1, 1, 0, 0, 0)


def lay_out(document: Document, *, title: str, foot: str, made_at: datetime, head: Letterhead) -> None:
    """An empty document becomes the file's: only what it says is left to write."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(LEFT)
    section.top_margin, section.bottom_margin = Mm(23), Mm(BOTTOM)
    section.header_distance, section.footer_distance = Mm(12), Mm(9)
    _styles(document)
    _head(document, section.header.paragraphs[0], head)
    _foot(document, section.footer.paragraphs[0], foot)
    about = document.core_properties
    about.title, about.author, about.language = title, "Technilab", "fr-FR"
    about.comments = about.last_modified_by = ""
    about.created = about.modified = made_at.astimezone(UTC)
    for rels in (document.part.package.rels, document.part.rels):
        for key in [key for key, rel in rels.items() if rel.reltype.endswith(FOREIGN)]:
            del rels[key]
    _french(document)


def clean(text: str) -> str:
    """A line of words as a text document can hold it; not every face has the thin space of a figure."""
    return spaced(re.sub(r"[ \t\r\n]+", " ", UNREADABLE.sub("", text)).strip()).replace("\u202f", "\u00a0")


def lead_to(paragraph: Paragraph, heading: Paragraph, name: str) -> None:
    """A link in a line to a heading of the same document, in the heading's words; `name`: a letter, then letters and
    digits."""
    first, last = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    first.set(qn("w:name"), name)
    for mark in (first, last):
        mark.set(qn("w:id"), name[1:])
    heading.runs[0].element.addprevious(first)
    heading.runs[-1].element.addnext(last)
    link = OxmlElement("w:hyperlink")
    link.set(qn("w:anchor"), name)
    link.append(paragraph.add_run(heading.text).element)
    paragraph.paragraph_format.element.append(link)


def show(paragraph: Paragraph, picture: bytes, *, title: str = "", words: str = "", **size: Length) -> None:
    """A picture in a line, close to what stands beside it; `words`: for those who cannot see it."""
    run = paragraph.add_run()
    inline = run.part.new_pic_inline(BytesIO(picture), **size)
    for side in ("distT", "distB", "distL", "distR"):
        inline.set(side, "0")
    inline.docPr.set("name", clean(title))
    inline.docPr.set("descr", clean(words))
    run.element.add_drawing(inline)


def hexadecimal(colour: Any) -> str:
    """« 9A6B12 »: a colour of the house as a text document names it."""
    return str(colour.hexval())[2:].upper()


def saved(document: Document) -> bytes:
    """The document as a file, the same bytes each time: the archive's own hours are left out."""
    first, kept = BytesIO(), BytesIO()
    document.save(first)
    with ZipFile(first) as made, ZipFile(kept, "w") as again:
        for part in made.infolist():
            info = ZipInfo(part.filename, MADE)
            info.compress_type = ZIP_DEFLATED
            again.writestr(info, made.read(part))
    return kept.getvalue()


def _styles(document: Document) -> None:
    for name, size, bold, colour, before, after in (
        ("Normal", 9.6, False, INK, 3, 4),
        ("Title", 20, True, INK, 4, 4),
        ("Heading 1", 14.5, True, INK, 16, 5),
        ("Heading 2", 10, True, INK, 9, 3),
        (STATE, 11.5, False, INK, 0, 4),
        (NOTE, 8, False, SOFT, 3, 4),
        (CELL, 8.8, False, INK, 0, 0),
        (THEIRS, 9.6, False, INK, 0, 2),
    ):
        known = name in document.styles
        style = document.styles[name] if known else document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        if not known:
            style.base_style = document.styles["Normal"]
        _face(style)
        style.font.size, style.font.bold, style.font.color.rgb = Pt(size), bold, _rgb(colour)
        spacing = style.paragraph_format
        spacing.space_before, spacing.space_after, spacing.line_spacing = Pt(before), Pt(after), 1.08
        spacing.widow_control = True
        for edge in style.element.xpath("w:pPr/w:pBdr"):
            edge.getparent().remove(edge)
    for name, side, size, space in (("Heading 1", "bottom", 6, 3), (THEIRS, "left", 12, 8), ("Title", "bottom", 12, 4)):
        _edge(document.styles[name].element.get_or_add_pPr(), side, size, space)
    document.styles[THEIRS].paragraph_format.left_indent = Pt(10)


def _face(style: Any) -> None:
    """The house's face, instead of the one that the model's theme names."""
    style.font.name = FACE
    fonts = style.element.rPr.rFonts
    for key in [key for key in fonts.attrib if key.endswith("Theme")]:
        del fonts.attrib[key]
    for key in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(key), FACE)


def _edge(properties: Any, side: str, size: int, space: int) -> None:
    """A line of brass along one side of a paragraph; `size` in eighths of a point."""
    line = f'<w:{side} w:val="single" w:sz="{size}" w:space="{space}" w:color="{hexadecimal(BRASS)}"/>'
    edges = parse_xml(f"<w:pBdr {nsdecls('w')}>{line}</w:pBdr>")
    after = (
        "w:shd",
        "w:tabs",
        "w:suppressAutoHyphens",
        "w:spacing",
        "w:ind",
        "w:contextualSpacing",
        "w:jc",
        "w:outlineLvl",
    )
    properties.insert_element_before(edges, *after)


def _head(document: Document, paragraph: Paragraph, head: Letterhead) -> None:
    """In whose name, as on a paper: the marks once, on the first page's own words, the line on each page."""
    paragraph.style = document.styles[NOTE]
    house = paragraph.add_run("TECHNILAB")
    house.bold, house.font.color.rgb = True, _rgb(BRASS)
    if head.line:
        paragraph.add_run(f"    {clean(head.line)}")
    _edge(paragraph.paragraph_format.element.get_or_add_pPr(), "bottom", 5, 2)
    if head.marks:
        row = document.add_paragraph()
        for mark in head.marks:
            show(row, mark, height=Mm(MARK_HIGH))
            row.add_run("    ")


def _foot(document: Document, paragraph: Paragraph, words: str) -> None:
    paragraph.style = document.styles[NOTE]
    stops = paragraph.paragraph_format.tab_stops
    stops.add_tab_stop(Mm(WIDE), WD_TAB_ALIGNMENT.RIGHT)
    paragraph.add_run(f"{clean(words)}\tpage ")
    _field(paragraph, "PAGE")
    paragraph.add_run(" sur ")
    _field(paragraph, "NUMPAGES")


def _field(paragraph: Paragraph, name: str) -> None:
    """What the program that opens the document counts itself."""
    for kind in ("begin", "", "separate", "shown", "end"):
        run = paragraph.add_run("1" if kind == "shown" else "")
        if kind == "":
            code = OxmlElement("w:instrText")
            code.text = name
            run.element.append(code)
        elif kind != "shown":
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run.element.append(mark)


def _french(document: Document) -> None:
    """Words are spelled and hyphenated as French, figures typed in it are read with a comma."""
    for language in document.styles.element.xpath("w:docDefaults/w:rPrDefault/w:rPr/w:lang"):
        language.set(qn("w:val"), "fr-FR")
    settings = document.settings.element
    for tag, value in (("w:themeFontLang", "fr-FR"), ("w:decimalSymbol", ","), ("w:listSeparator", ";")):
        for found in settings.xpath(tag):
            found.set(qn("w:val"), value)
    for mode in settings.xpath("w:compat/w:compatSetting[@w:name='compatibilityMode']"):
        mode.set(qn("w:val"), "15")


def _rgb(colour: Any) -> RGBColor:
    return RGBColor.from_string(hexadecimal(colour))
