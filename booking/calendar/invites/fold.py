"""A line of a calendar object: its words escaped, its instants written, its length folded (RFC 5545, 3.1 to 3.3)."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
OCTETS_A_LINE = 75

# 3.1: control characters may not appear at all; they are typed by mistake and pasted from PDF files.
_NO_CONTROLS = dict.fromkeys([*range(32), 127]) | {9: " "}
_AS_TEXT = str.maketrans(_NO_CONTROLS | {10: "\\n", "\\": "\\\\", ";": "\\;", ",": "\\,"})  # 3.3.11
_AS_PARAMETER = str.maketrans(_NO_CONTROLS | {10: " ", '"': "'"})  # 3.2: a quoted value holds no quote


def text(words: str) -> str:
    """Words as the value of a property."""
    return words.replace("\r\n", "\n").replace("\r", "\n").translate(_AS_TEXT)


def parameter(words: str) -> str:
    """Words as the value of a parameter."""
    return f'"{words.translate(_AS_PARAMETER)}"'


def plain(value: str) -> str:
    """An address as it is, without the characters that no line may hold."""
    return value.translate(_NO_CONTROLS)


def mailto(email: str) -> str:
    """A person, as calendars name one."""
    return "mailto:" + quote(email, safe="@!$&'*+/=^_`{|}~-")


def utc(instant: datetime) -> str:
    """An instant that no reader can take for another."""
    return f"{instant.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def wall(instant: datetime) -> str:
    """What the school's clock shows; the property says that it is Paris's."""
    return f"{instant.astimezone(PARIS):%Y%m%dT%H%M%S}"


def fold(line: str) -> str:
    """At most 75 octets a line, a continued one begins with a space; no character is cut in two."""
    octets = line.encode()
    if len(octets) <= OCTETS_A_LINE:
        return line
    parts, start, room = [], 0, OCTETS_A_LINE
    while len(octets) - start > room:
        end = start + room
        while octets[end] & 0xC0 == 0x80:
            end -= 1
        if octets[end - 1] == ord("\\"):  # lawful to cut after it, but some readers unescape before they unfold
            end -= 1
        parts.append(octets[start:end])
        start, room = end, OCTETS_A_LINE - 1
    parts.append(octets[start:])
    return b"\r\n ".join(parts).decode()
