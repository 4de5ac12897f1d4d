"""What machines send about the consortium, the registers, the targets and the school years."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec

from booking.api.bodies import Line, Whole
from workshops.plain_words import SOME_LINES

Lines = Annotated[str, msgspec.Meta(max_length=600, pattern=SOME_LINES)]


class ToldPartner(msgspec.Struct, forbid_unknown_fields=True):
    """A partner between two days, both included; without an end it still is one. `name` is that of another body."""

    role: Line
    from_on: date
    to_on: date | None = None
    name: Line = ""
    web: Line = ""


class NewPartner(ToldPartner, forbid_unknown_fields=True, kw_only=True):
    """`kind`: rectorat, universite, ecole, cnam, uimm, cmqe, autre; lycee with `school_id`, entreprise with
    `company_id`."""

    kind: Line
    school_id: Whole | None = None
    company_id: Whole | None = None


class ToldCompany(msgspec.Struct, forbid_unknown_fields=True):
    """A company under its SIRET."""

    name: Line
    trade: Line = ""
    commune: Line = ""
    department: Line = ""


class ToldTarget(msgspec.Struct, forbid_unknown_fields=True):
    """What a scheme must reach between two days, both included, and the rule by which it is counted."""

    label: Line
    target: Whole
    unit: Line
    from_on: date
    to_on: date
    rule: Lines


class NewFigure(msgspec.Struct, forbid_unknown_fields=True):
    """The whole that a target had reached on a day, and who says so."""

    figure: Whole
    counted_on: date
    source: Line


class Words(msgspec.Struct, forbid_unknown_fields=True):
    """The coordinator's own words in a letter, if any."""

    words: Lines = ""


class Rural(msgspec.Struct, forbid_unknown_fields=True):
    """Whether a school stands in the country; null while it is not known."""

    rural: bool | None


class YearClosure(msgspec.Struct, forbid_unknown_fields=True):
    """`nobody_came`: the slots that count 0, of those that no lycée closed. A dry run tells what would be."""

    nobody_came: Annotated[list[Whole], msgspec.Meta(max_length=10_000)] = []
    dry_run: bool = True
