"""Where a program that follows what is done has come to. Pure."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from workshops.refusals import Refusal

FOLLOWED_FOR = timedelta(days=30)
# Whoever begins again has a day to read the oldest.
BEGINS_AT = timedelta(days=29)
_NAME = "events"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MOST = 2**63


class NotACursor(Refusal):
    kind = "not-a-cursor"
    status = 400
    title = "Curseur inconnu"
    sentence = (
        "« after » n'est pas un curseur donné ici : reprenez le « next_cursor » de la dernière réponse, tel quel, ou"
        " demandez sans « after »."
    )


class EventsGone(Refusal):
    """What follows the cursor is not kept any more, or was never: the data are those of a copy made before it."""

    kind = "events-gone"
    status = 410
    title = "Trop ancien"
    sentence = (
        "Ce qui suit ce curseur n'est plus gardé : 30 jours ont passé, ou les données ont été remises en place d'une"
        " sauvegarde. Relisez les listes, puis reprenez à « begin_at »."
    )

    def __init__(self, begin_at: str) -> None:
        self.begin_at = begin_at
        super().__init__()


class EventPlace(Struct, frozen=True):
    """After which event one goes on: its `turn` and number, and its moment, by which one knows it again."""

    turn: int
    id: int
    at: datetime

    @property
    def cursor(self) -> str:
        """The place as the opaque text that a reader gives back."""
        written = f"{_NAME}|{self.turn}|{self.id}|{(self.at - _EPOCH) // _MICROSECOND}"
        return urlsafe_b64encode(written.encode()).decode().rstrip("=")


BEFORE_ALL = EventPlace(0, 0, _EPOCH)


def event_place_of(cursor: str) -> EventPlace:
    """Read a cursor back. Raises NotACursor for a text that is none of ours."""
    try:
        name, *numbers = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().split("|")
        turn, number, at = map(int, numbers)
        place = EventPlace(turn, number, _EPOCH + at * _MICROSECOND)
    except (ValueError, OverflowError):
        raise NotACursor() from None
    if name != _NAME or not (0 <= turn < _MOST and 0 <= number < _MOST) or place.cursor != cursor:
        raise NotACursor()
    return place
