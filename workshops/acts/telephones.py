"""Whether a line that others read gives somebody's telephone number. Pure."""

from __future__ import annotations

import re

# Of one and the same kind within a number: « 05/12/2026 10 h » is a day and its hour.
_BETWEEN = r"(?P<{0}>[ \u00a0\u202f]?[.\-\u2010-\u2013/·_]?[ \u00a0\u202f]?)"
_ALONE, _OVER = r"(?<![\w+])", r"(?!\w)"
# 06 12 34 56 78; 0612 345 678 or 0262 12 34 56; 0 612 345 678; and what begins by its country, +33 (0)6 12 34 56 78.
_FORMS = (
    rf"\(?0[1-9]\)?{_BETWEEN.format('a')}\d\d(?:(?P=a)\d\d){{3}}",
    rf"0[1-9]\d\d{_BETWEEN.format('b')}(?:\d{{3}}(?P=b)\d{{3}}|\d\d(?:(?P=b)\d\d){{2}})",
    rf"0{_BETWEEN.format('c')}[1-9]\d\d(?:(?P=c)\d{{3}}){{2}}",
    r"(?:\+|00) ?(?:33|3[1249]|4[149]|352|377|21[236]|262|59[046])(?:[ .\-/\u00a0\u202f]?\(0\))?"
    r"(?:[ .\-/\u00a0\u202f]?\d){8,10}",
)
_NUMBER = re.compile(rf"{_ALONE}(?:{'|'.join(_FORMS)}){_OVER}")
# A SIRET typed with spaces is a longer row of figures; its end is no number.
_ROW = re.compile(r"\+?\d(?:[ \u00a0\u202f]?\d)*")
_SIRET = 14


def telephone_given(text: str) -> str | None:
    """The telephone number that a line gives, as it was typed; None for an ordinary line."""
    plain = _ROW.sub(lambda row: "." * len(row[0]) if _is_siret(row[0]) else row[0], text)
    found = _NUMBER.search(plain)
    return None if found is None else found[0]


def says_telephone(label: str, text: str) -> str | None:
    """The sentence that refuses a line which gives a telephone number, None for another; it says where one is given."""
    found = telephone_given(text)
    if found is None:
        return None
    return (
        f"{label} : « {found} » ressemble à un numéro de téléphone, et cette ligne est lue et imprimée. Retirez-le."
        " Pour le jour d'une visite, un numéro se donne dans « Mon compte »."
    )


def _is_siret(row: str) -> bool:
    return sum(sign.isdigit() for sign in row) == _SIRET
