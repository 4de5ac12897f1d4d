"""Companies on a walk: what they and their lycées do, the refusal each act must meet, and what must be true of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from asyncpg import Record

from booking.programme.company_years.queries import company_year
from booking.visits.attendance.acts import DeclineComing, TellComing, WithdrawComing
from booking.visits.attendance.announce import announce
from booking.visits.attendance.change import accept, change, decline, withdraw
from booking.visits.attendance.rules import (
    AlreadyAnnounced,
    AlreadyAnswered,
    CompanyPlacesFull,
    CompanyTradeTaken,
    NoMoreAnnouncements,
)
from tests import builders
from tests.booking.visits.reservations.demands import SECRET
from workshops.database import rows
from workshops.refusals import Refusal

LIVE = ("asked", "announced")
COMPANY_NEVER = {
    "company places of a slot are the people of its companies": """
SELECT sl.id, sl.company_places, sl.company_places_taken, sum(a.people) AS people
FROM slots sl LEFT JOIN attendances a ON a.slot = sl.id AND a.state IN ('asked', 'announced')
GROUP BY sl.id HAVING sl.company_places_taken <> coalesce(sum(a.people), 0)
  OR sl.company_places_taken > sl.company_places""",
    "a company comes once to a slot": """
SELECT slot, company FROM attendances WHERE state IN ('asked', 'announced') GROUP BY 1, 2 HAVING count(*) > 1""",
    "one company of a trade, where the lycée says so": """
SELECT a.slot, c.trade FROM attendances a JOIN slots sl ON sl.id = a.slot AND sl.one_per_trade
JOIN companies c ON c.id = a.company WHERE a.state IN ('asked', 'announced') GROUP BY 1, 2 HAVING count(*) > 1""",
    "a company that came was announced at a visit that was held, with those people": """
SELECT t.slot, t.siret, t.people FROM company_turnouts t JOIN slots sl ON sl.id = t.slot
WHERE sl.state <> 'done' OR NOT EXISTS (SELECT FROM attendances a JOIN companies c ON c.id = a.company
  WHERE a.slot = t.slot AND c.siret = t.siret AND a.state = 'announced' AND a.people = t.people)""",
    "a company announced at a visit that was held came": """
SELECT a.id FROM attendances a JOIN slots sl ON sl.id = a.slot JOIN companies c ON c.id = a.company
WHERE a.state = 'announced' AND sl.state = 'done'
  AND NOT EXISTS (SELECT FROM company_turnouts t WHERE t.slot = a.slot AND t.siret = c.siret)""",
}
# A company whose demand was never answered, though its session begins.
UNANSWERED = """SELECT a.id FROM attendances a JOIN slots sl ON sl.id = a.slot
WHERE a.state = 'asked' AND sl.starts_at <= $1::timestamptz"""
HELD = """SELECT sl.starts_at, sl.ends_at, a.people FROM attendances a JOIN slots sl ON sl.id = a.slot
WHERE a.company = $1 AND a.state = 'announced' AND sl.state = 'done'
  AND EXISTS (SELECT FROM turnouts t WHERE t.slot = sl.id AND t.counted > 0) ORDER BY sl.starts_at, sl.id"""

WITHDRAWN = ["attendance_ended/company", "attendance_ended/host"]
# What people must hear of a company's act; the head count alone stands in its agenda.
HEARD = {
    "attendance_asked": ["attendance_asked/company", "attendance_asked/host"],
    "attendance_announced": ["attendance_confirmed/company", "attendance_confirmed/host"],
    "attendance_accepted": ["attendance_confirmed/company"],
    "attendance_declined": ["attendance_ended/company/declined"],
    "attendance_changed": ["attendance_confirmed/company/changed", "attendance_confirmed/host/changed"],
    "attendance_described": ["attendance_confirmed/host/changed"],
    "attendance_withdrawn": WITHDRAWN,
    "attendance_lapsed": ["attendance_ended/company/lapsed"],
    "attendance_follow": ["slot_changed/company"],
    "attendance_call_off": ["slot_called_off/company"],
}


@dataclass
class Companies:
    """Three companies, two of them of one trade, each with the account that announces it; `strange` is nobody's."""

    numbers: list[int] = field(default_factory=list)
    account_of: dict[int, int] = field(default_factory=dict)
    trade_of: dict[int, str] = field(default_factory=dict)
    strange: int = 0
    uids: count[int] = field(default_factory=lambda: count(1))

    @classmethod
    async def new(cls) -> Companies:
        self = cls()
        for trade in ("Horlogerie", "Horlogerie", "Usinage"):
            company = await builders.company(trade=trade)
            self.numbers.append(company)
            self.account_of[company] = await builders.person("company", company=company)
            self.trade_of[company] = trade
        self.strange = await builders.company(trade="Textile")
        return self

    async def announce(self, slot: int, company: int, people: int, *, now: datetime) -> None:
        drawn = next(self.uids)
        await announce(
            TellComing(people=people, role="temoignage"),
            slot=slot,
            company=company,
            by=self.account_of[company],
            uid=f"venue-{drawn}@technilab.example",
            badge_salt=UUID(int=drawn),
            secret_key=SECRET,
            now=now,
        )

    async def act(
        self, coming: Record, act: str, *, people: int, host: Mapping[str, Any], now: datetime, stranger: bool = False
    ) -> None:
        """Do one act on a coming, as its company or the lycée that receives; a stranger is of neither."""
        company = self.strange if stranger else coming["company"]
        own = {"company": company, "by": self.account_of[coming["company"]], "now": now}
        match act:
            case "change":
                await change(coming["id"], TellComing(people=people, role="mentorat"), **own)
            case "withdraw":
                await withdraw(coming["id"], WithdrawComing(), **own)
            case "welcome":
                await accept(coming["id"], **host)
            case _:
                await decline(coming["id"], DeclineComing(reason="Atelier complet"), **host)


def refused_announcement(
    slot: Record, company: int, trade: str, comings: Mapping[int, Record], people: int, *, now: datetime
) -> type[Refusal] | None:
    """Why a company may not come to a slot, thought out again without the rules."""
    here = [one for one in comings.values() if one["slot"] == slot["id"] and one["state"] in LIVE]
    if slot["state"] != "open" or now >= slot["starts_at"]:
        return NoMoreAnnouncements
    if any(one["company"] == company for one in here):
        return AlreadyAnnounced
    if slot["one_per_trade"] and any(one["trade"] == trade for one in here):
        return CompanyTradeTaken
    return CompanyPlacesFull if sum(one["people"] for one in here) + people > slot["company_places"] else None


def refused_act(
    coming: Record, act: str, comings: Mapping[int, Record], people: int, *, now: datetime
) -> type[Refusal] | None:
    """The same for a coming that stands."""
    if act in {"welcome", "turn_down"} and coming["state"] not in (("asked",) if act == "welcome" else LIVE):
        return AlreadyAnswered
    if coming["state"] not in LIVE or coming["slot_state"] != "open" or now >= coming["starts_at"]:
        return NoMoreAnnouncements
    here = [one for one in comings.values() if one["slot"] == coming["slot"] and one["state"] in LIVE]
    others = sum(one["people"] for one in here if one["id"] != coming["id"])
    return CompanyPlacesFull if act == "change" and others + people > coming["company_places"] else None


def check_companies(
    was: Mapping[int, Record],
    now: Mapping[int, Record],
    lines: Mapping[int, list[str]],
    told: Mapping[int, Counter[str]],
) -> None:
    """Each coming that changed has one line in the journal and its mails, the others none; one UID for its whole life.

    SEQUENCE never decreases, and grows with each change of hour, of place, of head count or of state.
    """
    for number, one in now.items():
        before = was.get(number)
        changed = before is None or _told_of(before) != _told_of(one)
        acts = lines.get(number, [])
        assert len(acts) == changed, (number, before and before["state"], one["state"], acts)
        heard = [kind for act in acts for kind in HEARD[act]]
        assert told.get(number, Counter()) == Counter(heard), (number, acts)
        if before is None:
            assert one["sequence"] == 0
            continue
        assert (one["uid"], one["company"], one["slot"]) == (before["uid"], before["company"], before["slot"])
        assert one["sequence"] >= before["sequence"]
        if before["state"] in LIVE and _shown(before) != _shown(one):
            assert one["sequence"] > before["sequence"], (before["state"], one["state"])
    assert set(lines) | set(told) <= set(now)


def _shown(coming: Record) -> tuple[object, ...]:
    return tuple(coming[key] for key in ("state", "people", "starts_at", "ends_at", "room"))


def _told_of(coming: Record) -> tuple[object, ...]:
    """What belongs to the coming itself, and its slot's hour while it follows."""
    own = tuple(coming[key] for key in ("state", "sequence", "people", "role", "message", "reason", "confirmed_at"))
    return (*own, *(_shown(coming) if coming["state"] in LIVE else ()))


async def check_certificates(companies: Companies) -> None:
    """A year's certificate holds the hours of the visits that had pupils and the company, and nothing else."""
    for company in companies.numbers:
        filed = await company_year(company, year="2026-2027")
        held = await rows(HELD, company)
        assert [(one.starts_at, one.people) for one in filed.attended] == [(one[0], one[2]) for one in held]
        assert filed.lasts == sum((one[1] - one[0] for one in held), timedelta())
