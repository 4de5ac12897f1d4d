"""`make years`: every page and act with ten years of a country behind it, beside one académie and its only year.

Two databases, a web process of its own for each, asked in turn by one client on the same machine. A ratio is that of
the processor time that web and PostgreSQL spend on it, which the load of others does not move; the time of the whole
answer, whose median stands beside it, does. A ratio above 1.5 is marked. The whole table is written into docs/years.md.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests import database
from tests.load.processes import processes_of, spent
from tests.load.serving import free_port, serve
from tests.load.years_report import Line, write_report
from workshops.tallies.queries import SUMS

SECRET = "a secret of the bench, long enough to be one"
COUNTRY = 1_000_000
# A country has thirty académies and this one ten years.
PARTS = 300
MOST = 1.5
REPORT = database.ROOT / "docs" / "years.md"
# Below this a difference is the noise of the machine.
FLOOR_MS = 1.0
# A server closes a line that says nothing for some seconds.
IDLE = 2.0

# Who asks for what; {} are names of what years.fill() tells.
PAGES = {
    "nobody": (
        *("/", "/creneaux", "/creneaux?niveau=4e&eleves=24", "/creneaux?vue=mois", "/creneaux/carte"),
        *("/creneaux/{expected}", "/lycees/{uai}", "/objets", "/programme", "/consortium"),
    ),
    "teacher": (
        *("/creneaux?groupe={group}", "/creneaux/{expected}/reserver", "/mes-visites", "/mes-groupes", "/mon-college"),
        *("/reservations/{visit}", "/reservations/{visit}/autre-date", "/reservations/{visit}/badges"),
    ),
    "host": (
        *("/lycee", "/lycee/creneaux", "/lycee/creneaux?quand=passes", "/lycee/creneaux/{past}", "/lycee/ateliers"),
        *("/accueil/{here}", "/accueil/jour", "/lycee/donnees"),
    ),
    "company": ("/seances", "/entreprise"),
    "coordinator": (
        *("/gestion", "/gestion/a-faire", "/gestion/accueillis", "/gestion/equite", "/gestion/couverture"),
        *(
            "/gestion/creneaux",
            "/gestion/creneaux?niveau=4e",
            "/gestion/creneaux/{past}",
            "/gestion/creneaux?etat=attendues",
        ),
        *(
            "/gestion/graphiques/lycees/dessin.svg",
            "/gestion/couverture?qui=jamais-venus",
            "/gestion/repertoire",
            "/gestion/comptes",
        ),
        *(
            "/gestion/etablissements/{lycee}",
            "/gestion/repertoire?type=entreprise",
            "/gestion/journal",
            "/gestion/messages",
        ),
        *("/gestion/annees", "/gestion/demandes", "/gestion/administration"),
    ),
}
API = (
    ("", "GET /api/v1/slots, 200 items", "/api/v1/slots?limit=200"),
    ("", "GET /api/v1/slots, near", "/api/v1/slots?near=47.2,6.0&km=40&sort=distance"),
    ("teacher", "invitation.ics", "/api/v1/reservations/{visit}/invitation.ics"),
    ("teacher", "badges.pdf, 24", "/api/v1/reservations/{visit}/badges.pdf"),
    ("teacher", "papers.pdf", "/api/v1/reservations/{visit}/papers.pdf"),
    ("teacher", "GET /api/v1/reservations", "/api/v1/reservations"),
    ("host", "GET /api/v1/slots/{id}/roster", "/api/v1/slots/{here}/roster"),
)


@dataclass
class Site:
    """A database, the web process before it, who may ask."""

    name: str
    words: str
    port: int
    cast: dict[str, Any]
    line: http.client.HTTPConnection
    server: int
    asked_at: float = 0.0

    def ask(self, method: str, path: str, role: str, body: Any = None) -> tuple[float, int, bytes]:
        """Milliseconds until the whole answer is there, its status, its body."""
        headers = {"Host": f"127.0.0.1:{self.port}"}
        person = self.cast["roles"].get(role)
        if person and path.startswith("/api/"):
            headers["Authorization"] = f"Bearer {person['token']}"
        elif person:
            headers["Cookie"] = f"technilab={person['session']}"
        sent = None
        if body is not None:
            headers["Content-Type"], sent = "application/json", json.dumps(body)
        if time.monotonic() - self.asked_at > IDLE:
            self.line.close()
        began = time.perf_counter()
        self.line.request(method, path, sent, headers)
        answer = self.line.getresponse()
        told = answer.read()
        self.asked_at = time.monotonic()
        return 1000 * (time.perf_counter() - began), answer.status, told


@dataclass(frozen=True)
class Took:
    """Medians in milliseconds: on the processors that answer, and until the answer is there."""

    spent: float
    waited: float


@dataclass(frozen=True)
class Act:
    """What is asked each round, and the statuses that are right."""

    what: str
    ask: Callable[[Site, int], tuple[float, int, bytes]]
    right: tuple[int, ...] = (200,)


def reading(role: str, what: str, path: str) -> Act:
    return Act(what, lambda site, _: site.ask("GET", path.format(**_named(site)), "" if role == "nobody" else role))


def _named(site: Site) -> dict[str, Any]:
    return site.cast | {"group": site.cast["groups"][-1]}


def book(site: Site, n: int) -> tuple[float, int, bytes]:
    body = {"slot_id": site.cast["wide"][n], "group_id": site.cast["groups"][n], "pupils": 24, "adults": 2}
    took = site.ask("POST", "/api/v1/reservations", "teacher", body)
    site.cast.setdefault("booked", []).append(json.loads(took[2]).get("id"))
    return took


def book_a_full_slot(site: Site, n: int) -> tuple[float, int, bytes]:
    body = {"slot_id": site.cast["full"], "group_id": site.cast["groups"][n], "pupils": 24, "adults": 2}
    return site.ask("POST", "/api/v1/reservations", "teacher", body)


def cancel(site: Site, n: int) -> tuple[float, int, bytes]:
    path = f"/api/v1/reservations/{site.cast['booked'][n]}/cancellation"
    return site.ask("POST", path, "teacher", {"reason": "Sortie reportée"})


def scan(site: Site, tokens: list[str]) -> tuple[float, int, bytes]:
    at = datetime.now(UTC).isoformat()
    scans = [
        {"scan_id": str(uuid.uuid4()), "slot_id": site.cast["here"], "badge": token, "scanned_at": at}
        for token in tokens
    ]
    return site.ask("POST", "/api/v1/checkins", "host", {"scans": scans})


def build(site: Site, n: int) -> tuple[float, int, bytes]:
    body = {"object_id": site.cast["object"], "made": 20, "finished": 18, "working": 17, "taken_home": n % 20}
    return site.ask("POST", f"/api/v1/reservations/{site.cast['arrived'][0]}/builds", "host", body)


def close(site: Site, n: int) -> tuple[float, int, bytes]:
    slot, reservation = site.cast["over"][n]
    body = {"headcounts": [{"reservation_id": reservation, "pupils": 22, "adults": 2, "note": "Compté à la porte"}]}
    return site.ask("POST", f"/api/v1/slots/{slot}/closure", "host", body)


ACTS = (
    *(reading(role, f"{role}: {path}", path) for role, paths in PAGES.items() for path in paths),
    *(reading(role, what, path) for role, what, path in API),
    Act("POST /api/v1/reservations, 24 pupils", book, (201,)),
    Act("POST …/cancellation", cancel, (201,)),
    Act("POST /api/v1/reservations, full slot", book_a_full_slot, (409,)),
    Act("POST /api/v1/checkins, one scan", lambda site, n: scan(site, site.cast["tokens"][n : n + 1])),
    Act("POST /api/v1/checkins, 50 scans", lambda site, n: scan(site, site.cast["tokens"][:50])),
    Act("POST …/builds", build, (200, 201)),
    Act("POST …/closure", close, (200, 201)),
)


def here(name: str) -> dict[str, str]:
    """The settings of what runs on a database."""
    url = database.server().get_uri(name)
    return {"SECRET_KEY": SECRET, "DATABASE_URL": url, "PICCOLO_CONF": "booking.piccolo_conf", "DEMO": "1"}


def years(name: str, *asked: object) -> Any:
    """What tests.load.years says of a database."""
    command = [sys.executable, "-m", "tests.load.years", *map(str, asked)]
    done = subprocess.run(command, env=os.environ | here(name), stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def filled(name: str, slots: int, span: int) -> None:
    """A database of so many slots: copied from the one that was filled today, or filled now."""
    folder = Path(__file__).parent
    source = b"".join((folder / f"{of}.py").read_bytes() for of in ("years", "copying", "register"))
    source += SUMS.encode()
    size = f"{slots}_{span}"
    database.clone_filled(name, size=size, source=source, fill=lambda building: years(building, "fill", slots, span))


@contextmanager
def site(name: str, slots: int, span: int) -> Iterator[Site]:
    began = time.perf_counter()
    filled(name, slots, span)
    # All of a statement's work is its own process's: what helpers spend would be told of nobody.
    alone = f'ALTER DATABASE "{name}" SET max_parallel_workers_per_gather = 0'
    asyncio.run(database.run(database.server().get_uri("postgres"), alone))
    try:
        cast = years(name, "cast", span)
        words = f"{slots} slots in {span} year{'s' if span > 1 else ''}"
        print(f"{words}: ready in {time.perf_counter() - began:.0f} s", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            port, before = free_port(), dict(os.environ)
            os.environ |= here(name)
            server = serve(port, folder, workers=1)
            os.environ.clear()
            os.environ |= before
            try:
                yield Site(
                    name, words, port, cast, http.client.HTTPConnection("127.0.0.1", port, timeout=120), server.pid
                )
            finally:
                server.terminate()
                server.wait()
    finally:
        database.drop(name)


def measured(act: Act, sites: tuple[Site, Site], rounds: int) -> list[Took]:
    """Both, one round after the other, the one first and then the other."""
    took: tuple[list[tuple[float, float]], ...] = ([], [])
    asked = [processes_of(one.server, one.name) for one in sites]
    for n in range(rounds + 1):
        for which in (0, 1) if n % 2 else (1, 0):
            before = spent(asked[which])
            waited, status, told = act.ask(sites[which], n)
            if status not in act.right:
                raise SystemExit(f"{act.what}: {status} {told[:300]!r}")
            if n:
                took[which].append((spent(asked[which]) - before, waited))
    return [Took(*map(statistics.median, zip(*one, strict=True))) for one in took]


def show(what: str, one: Took, ten: Took, floor: float = FLOOR_MS) -> Line:
    """Print a line; it says whether it is slower than it may be."""
    slow = ten.spent > MOST * one.spent and ten.spent - one.spent > floor
    ratio = f"{ten.spent / one.spent:6.2f}" if one.spent else ""
    told = f"{one.spent:9.1f} {ten.spent:9.1f} ms  {ratio}  {one.waited:8.1f} {ten.waited:8.1f}"
    print(f"{what:54} {told}{'  <-- above 1.5' if slow else ''}", flush=True)
    return Line(what, one.spent, ten.spent, slow)


def main() -> None:
    asked = argparse.ArgumentParser(description="Ten years of a country beside one year of one académie.")
    asked.add_argument("--slots", type=int, default=COUNTRY, help="of the country's ten years")
    asked.add_argument("--rounds", type=int, default=9, help="of which the median is taken, 39 at most")
    asked.add_argument("--only", default="", help="the lines that hold these words")
    told = asked.parse_args()
    acts = [act for act in ACTS if told.only in act.what]
    name, part = f"years_{os.getpid()}", max(20, told.slots // PARTS)
    with site(f"{name}_one", part, 1) as one, site(f"{name}_ten", told.slots, 10) as ten:
        print(f"load of the machine: {', '.join(f'{each:.1f}' for each in os.getloadavg())}")
        print(f"{f'median of {told.rounds} rounds':54} {'a year':>9} {'10 years':>9}      ratio    waited for")
        lines = [show(act.what, *measured(act, (one, ten), told.rounds)) for act in acts]
        clocks = [years(each.name, "clock") for each in (one, ten)]
        lines += [show(what, *(Took(*each[what]) for each in clocks), floor=50) for what in clocks[0]]
        print(f"{sum(line.slow for line in lines)} above {MOST}")
        if told.slots == COUNTRY and not told.only:
            on = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
            head = {"one": one.words, "ten": ten.words, "most": MOST, "floor": FLOOR_MS, "on": on}
            write_report(lines, REPORT, head=head | {"rounds": told.rounds})


if __name__ == "__main__":
    main()
