"""Where one client writes what it did, line by line, before it goes on."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import Any

from tests.faults.history import Act, line
from tests.faults.wire import Answer


@dataclass(frozen=True)
class Notebook:
    """The open log of a process, and the client that writes in it."""

    log: int
    client: int

    def note(self, act: str, answer: Answer, said: str = "", *, since: float = 0.0, **told: Any) -> None:
        """What was said is known as of now; without any word, nobody knows whether it was done."""
        ended = time.monotonic() if said else None
        first = answer.began if since else 0.0
        mine = Act(self.client, act, since or answer.began, ended, said, tries=answer.tries, first_sent=first, **told)
        os.write(self.log, line(mine))

    def refused(self, act: str, answer: Answer, **told: Any) -> bool:
        """A refusal is the last try's; returns whether a first one, still under way, may yet be done after it."""
        unknown = answer.tries > 1 or not answer.status
        if unknown:
            self.note(act, answer, **told)
        if answer.status:
            self.note(act, answer, answer.refusal, since=answer.sent, **told)
        return unknown
