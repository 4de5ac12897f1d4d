"""One person's agenda that takes our mails, one after the other."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from tests.conformance.libical import libical
from tests.conformance.readers import Khal, Shown, ical_js
from tests.smtp import Taken


class Agenda:
    """One person's agenda, kept by khal; what ical.js and libical read of each mail is compared with it."""

    def __init__(self, folder: Path) -> None:
        self._khal = Khal(folder)
        self.sequences: list[int] = []

    def take(self, mail: Taken) -> list[Shown]:
        part = mail.part("text/calendar")
        raw = part.get_payload(decode=True)
        assert mail.part("application/ics").get_payload(decode=True) == raw
        read, [strict] = ical_js(raw), libical(raw)
        assert dict(part["Content-Type"].params)["method"] == read["method"]
        assert [one["mail"] for one in read["attendees"]] == [f"mailto:{mail.to[0]}"]
        assert (strict.sound, strict.uid, strict.sequence) == (True, read["uid"], read["sequence"])
        assert [strict.starts_at, strict.ends_at] == [
            datetime.fromisoformat(read[name]) for name in ("starts_at", "ends_at")
        ]
        self.sequences.append(strict.sequence)
        self._khal.take(raw)
        shown = self._khal.agenda(2027)
        assert [(one.starts, one.title, one.status) for one in shown] == [
            (f"{strict.starts_at:%Y-%m-%d %H:%M}", strict.summary, read["status"])
        ]
        return shown


def to(mails: list[Taken], email: str) -> Taken:
    [found] = [mail for mail in mails if mail.to == [email]]
    return found


def starts(shown: list[Shown]) -> list[tuple[str, str]]:
    return [(one.starts, one.status) for one in shown]
