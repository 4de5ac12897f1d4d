"""The story of a visit by a client that openapi-python-client made: `before` the day, then on the `day` itself."""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime
from uuid import uuid4

from technilab import AuthenticatedClient, Client
from technilab.api.checkins import check_in_scans
from technilab.api.groups import list_groups
from technilab.api.reservations import badges, cancel_reservation, read_reservation, reserve
from technilab.api.slots import close_visit, list_slots, read_roster
from technilab.models import BookSlot, CancelVisit, Closure, GroupHeadcount, Scan, Scans

URL = os.environ["URL"]
TEACHER = AuthenticatedClient(base_url=URL, token=os.environ["TEACHER"])
HOST = AuthenticatedClient(base_url=URL, token=os.environ["HOST"])


def before() -> dict[str, object]:
    (slot,) = list_slots.sync(client=Client(base_url=URL), level="4e", pupils=24).items
    (group,) = list_groups.sync(client=TEACHER).items
    asked = BookSlot(slot_id=slot.id, group_id=group.id, pupils=24, adults=2)
    first = reserve.sync(client=TEACHER, body=asked, idempotency_key="the first")
    again = reserve.sync(client=TEACHER, body=asked, idempotency_key="the first")
    cancelled = cancel_reservation.sync(first.id, client=TEACHER, body=CancelVisit(reason="Sortie reportée"))
    booked = reserve.sync(client=TEACHER, body=asked, idempotency_key="the second")
    busy = reserve.sync(client=TEACHER, body=asked, idempotency_key="the third")
    seen = read_reservation.sync(booked.id, client=TEACHER)
    return {
        "uai": slot.school.uai,
        "repeated": first.id == again.id,
        "cancelled": str(cancelled.state),
        "state": str(booked.state),
        "busy": busy.type_,
        "schools": [seen.college.uai, seen.lycee.uai],
        "level": str(seen.group.level),
        "badges": badges.sync(booked.id, client=TEACHER).payload.read(4).decode(),
    }


def day(at: str, slot: int, reservation: int, tokens: list[str]) -> dict[str, object]:
    scans = [
        Scan(scan_id=uuid4(), slot_id=slot, badge=token, scanned_at=datetime.fromisoformat(at)) for token in tokens
    ]
    told = check_in_scans.sync(client=HOST, body=Scans(scans=scans))
    roster = read_roster.sync(slot, client=HOST)
    count = GroupHeadcount(reservation_id=reservation, pupils=24, adults=2, note="Des badges oubliés")
    closed = close_visit.sync(slot, client=HOST, body=Closure(headcounts=[count]))
    return {
        "results": [str(one.result) for one in told.results],
        "present": roster.present,
        "uai": roster.groups[0].college.uai,
        "closed": str(closed.state),
        "counted": closed.groups[0].counted,
    }


if __name__ == "__main__":
    print(json.dumps(before() if sys.argv[1] == "before" else day(*json.loads(sys.argv[2]))))
