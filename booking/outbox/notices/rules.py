"""What a mail is made of, when a failed one is tried again, and when it is given up."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from msgspec import Struct

from workshops.refusals import Refusal

BACK_OFF = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=12),
)
TRIES = 1 + len(BACK_OFF)
# Longer than handing over one mail may take: until then, by PostgreSQL's clock, a mail is no one else's.
LEASE = timedelta(seconds=50)
# Of such things several mails may leave as one.
OF_A_VISIT = ("reservation", "attendance")
# A worker gives a sign of life several times a minute.
SILENCE = timedelta(minutes=2)


class NotFailed(Refusal):
    kind = "not-failed"
    title = "Rien à relancer"
    sentence = "Ce message n'est plus en échec : il est parti, ou il est déjà relancé."


class Enclosed(Struct, frozen=True):
    """A paper that comes with a letter: the name of its file, and the PDF."""

    name: str
    pdf: bytes


class Letter(Struct, frozen=True):
    """What one person reads: a subject, the same words as text and as HTML, and maybe a calendar entry.

    `sign` is what a server that gives it back repeats. `method` is the calendar's, REQUEST or CANCEL, empty without a
    calendar. `reply_to` is where what is typed in answer arrives, empty for where every answer does. Entries of other
    UIDs may come `beside`. `papers` are to print. `untold` are the notices of this mail that are no longer true, of
    which it says nothing.
    """

    subject: str
    text: str
    html: str
    calendar: bytes = b""
    method: str = ""
    sign: str = ""
    reply_to: str = ""
    beside: tuple[bytes, ...] = ()
    papers: tuple[Enclosed, ...] = ()
    untold: tuple[int, ...] = ()


class Claimed(Struct, frozen=True):
    """A notice that one worker is sending; `attempts` counts this one, `beside` are those that leave in the same mail.
    The rest is what `Notice` says."""

    id: int
    kind: str
    to_email: str
    to_name: str
    about: int
    once: str
    secret: str
    attempts: int
    also: int | None = None
    about_kind: str = ""
    account: int | None = None
    entry: str = ""
    request: str = ""
    created_at: datetime | None = None
    reader: str = ""
    what: str = ""
    mail: int | None = None
    daily: bool = False
    event: int | None = None
    beside: tuple[Claimed, ...] = ()

    @property
    def told(self) -> list[Claimed]:
        """All that one mail tells, in the order in which it was done."""
        return sorted((self, *self.beside), key=lambda notice: notice.id)

    @property
    def ids(self) -> list[int]:
        """The numbers of all that one mail tells."""
        return [notice.id for notice in self.told]


# Reads the facts again and writes the letter; None when it has become pointless or false, and is not to be sent.
Build = Callable[[Claimed, datetime], Awaitable[Letter | None]]


class MailRefused(Exception):
    """The other side will never take this mail (SMTP 5xx): the address does not exist, the content is refused."""


class MailDelayed(Exception):
    """The other side did not take this mail this time (SMTP 4xx)."""


class ServerLost(MailDelayed):
    """The server went away with this mail in hand: it may have taken it, and may go away each time."""


class ServerUnreachable(MailDelayed):
    """No mail can leave for now: the server does not answer, or does not let us in. No mail is to blame."""


class TryAgain(Struct, frozen=True):
    """The mail waits until `at`."""

    at: datetime


class GiveUp(Struct, frozen=True):
    """The mail is shown to the coordinator, who may send it again."""


def after_failure(*, attempts: int, permanent: bool, now: datetime) -> TryAgain | GiveUp:
    """What becomes of a mail that did not leave, after this many attempts (this one counted)."""
    if permanent or attempts >= TRIES:
        return GiveUp()
    return TryAgain(at=now + BACK_OFF[attempts - 1])


def worker_silent(beat_at: datetime | None, now: datetime) -> bool:
    """Whether no worker has given a sign of life lately: no mail leaves then."""
    return beat_at is None or now - beat_at > SILENCE


class NotReturned(Refusal):
    kind = "not-returned"
    title = "Rien à dire de vive voix"
    sentence = "Ce message n'est plus à dire de vive voix : quelqu'un s'en est chargé."
