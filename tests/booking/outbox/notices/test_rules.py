"""When a mail is tried again, and when it is given up."""

from __future__ import annotations

from datetime import timedelta

from booking.outbox.notices.rules import GiveUp, TryAgain, after_failure
from tests.builders import NOW


def test_a_delayed_mail_is_tried_again_later_and_later_then_given_up():
    waits = [after_failure(attempts=attempt, permanent=False, now=NOW) for attempt in range(1, 7)]
    assert waits == [
        TryAgain(NOW + timedelta(minutes=1)),
        TryAgain(NOW + timedelta(minutes=5)),
        TryAgain(NOW + timedelta(minutes=30)),
        TryAgain(NOW + timedelta(hours=2)),
        TryAgain(NOW + timedelta(hours=12)),
        GiveUp(),
    ]


def test_a_refused_mail_is_given_up_at_once():
    assert after_failure(attempts=1, permanent=True, now=NOW) == GiveUp()
