"""python -m tests.booking.api.keep_examples URL: writes the examples of the API's pages anew, off a trial that runs.

A class's visit is played, then each account of the trial reads all that it may: what is answered is kept shape by
shape, a list with its first two items. Shapes that nothing answered are named.
"""

from __future__ import annotations

import json
import re
import sys
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from booking.web.public.api_examples import KEPT

Told = dict[str, Any]
ITEMS = 2


class Recorder:
    """What is answered, held against the document: the first example of each shape that has the most in it."""

    def __init__(self, document: Told) -> None:
        self.document = document
        self.examples: Told = {}
        self.paths = [(re.compile(re.sub(r"\{\w+\}", r"[^/]+", path)), path) for path in sorted(document["paths"])]

    def take(self, answer: httpx.Response) -> None:
        path = answer.request.url.path
        found = sorted((one for pattern, one in self.paths if pattern.fullmatch(path)), key=lambda one: one.count("{"))
        kind = answer.headers.get("content-type", "")
        if found and answer.is_success and kind.startswith("application/json"):
            act = self.document["paths"][found[0]][answer.request.method.lower()]
            content = act["responses"][str(answer.status_code)]["content"]["application/json"]
            self._keep(content["schema"], answer.json())

    def _keep(self, schema: Told, value: Any) -> None:
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            shape = self.document["components"]["schemas"][name]
            if "properties" in shape and isinstance(value, dict):
                short = shortened(value)
                if weight(short) > weight(self.examples.get(name)):
                    self.examples[name] = short
                self._keep(shape, value)
            return
        for way in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
            if "$ref" in way or "items" in way:
                self._keep(way, value)
        if isinstance(value, dict):
            for name, part in schema.get("properties", {}).items():
                if value.get(name) is not None:
                    self._keep(part, value[name])
        if isinstance(value, list) and "items" in schema:
            for part in value:
                self._keep(schema["items"], part)


def shortened(value: Any) -> Any:
    """The same with the first items of each list."""
    if isinstance(value, list):
        return [shortened(part) for part in value[:ITEMS]]
    return {name: shortened(part) for name, part in value.items()} if isinstance(value, dict) else value


def weight(example: Any) -> int:
    """How many values an example says that are something."""
    if isinstance(example, dict | list):
        parts = example.values() if isinstance(example, dict) else example
        return 1 + sum(map(weight, parts))
    return int(example not in {None, "", 0})


class Keys:
    """The accounts of the trial, each as a program with its key."""

    def __init__(self, url: str, recorder: Recorder) -> None:
        self.of: dict[str, list[httpx.Client]] = {}
        for account in httpx.get(f"{url}/demo/comptes.json").json():
            key = {"Authorization": f"Bearer {account['token']}"}
            hooks: dict[str, list[Any]] = {"response": [lambda answer: (answer.read(), recorder.take(answer))]}
            client = httpx.Client(base_url=f"{url}/api/v1", headers=key, timeout=60, event_hooks=hooks)
            self.of.setdefault(account["role"], []).append(client)

    def __iter__(self) -> Iterator[httpx.Client]:
        return (client for clients in self.of.values() for client in clients)


def read_all(keys: Keys, document: Told) -> None:
    """Each account reads every address: the numbers are those that its lists gave."""
    gets = sorted((path for path, acts in document["paths"].items() if "get" in acts), key=lambda one: one.count("{"))
    for client in keys:
        numbers: dict[str, list[Any]] = {}
        for path in gets:
            asked = path.removeprefix("/api/v1")
            if asked == "/coverage":
                asked = f"{asked}?cohort={datetime.now(UTC).year - 3}"
            where, _, rest = asked.partition("{")
            known = numbers.get(where, [])[:3] if rest else [None]
            for number in known:
                answer = client.get(asked if number is None else where + str(number) + rest.partition("}")[2])
                if number is None and answer.is_success and "items" in answer.text[:10]:
                    name = {"/companies": "siret", "/years": "year", "/reports": "year"}.get(asked, "id")
                    items = answer.json()["items"]
                    numbers[f"{asked}/"] = [one.get(name) for one in items if one.get(name)]
                    if asked == "/reservations":
                        numbers["/slots/"] = [*dict.fromkeys(one["slot_id"] for one in items)]


def play(keys: Keys) -> None:
    """A host opens slots, a teacher comes with her class, a company announces itself, the desk scans, all is closed."""
    host, teacher, firm = keys.of["host"][0], keys.of["teacher"][0], keys.of["company"][0]
    boss = keys.of["coordinator"][0]
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    day = now + timedelta(days=45)
    while day.weekday() in {2, 5, 6}:
        day += timedelta(days=1)
    workshop = next(one for one in host.get("/workshops").json()["items"] if one["state"] == "published")
    base = {"workshop_id": workshop["id"], "seats": 30, "company_places": 4}
    slots = []
    for hour in (8, 10, 13, 15):
        at = day.replace(hour=hour)
        body = base | {"starts_at": at.isoformat(), "ends_at": (at + timedelta(minutes=90)).isoformat()}
        opened = host.post("/slots", json=body)
        if not opened.is_success:
            raise SystemExit(f"{body}: {opened.text}")
        slots.append(opened.json()["id"])
    name = f"4e {uuid.uuid4().hex[:3]}"
    year = teacher.get("/groups").json()["items"][0]["school_year"]
    group = teacher.post("/groups", json={"name": name, "level": "4e", "pupils": 24, "school_year": year}).json()["id"]
    who = {"group_id": group, "pupils": 24, "adults": 2}
    number = teacher.post("/reservations", json=who | {"slot_id": slots[0]}).json()["id"]
    series = base | {"weekdays": [1], "starts": "08:00", "ends": "09:30", "dry_run": False}
    series |= {"from": str(day.date()), "to": str((day + timedelta(days=40)).date())}
    school = boss.get("/colleges-to-come?limit=1").json()["items"][0]["id"]
    target = {"label": "Contacts d'entreprises", "target": 40, "unit": "contacts", "from_on": "2026-09-01"} | {
        "to_on": "2031-08-31"
    }
    figure = {"figure": 12, "counted_on": str(now.date()), "source": "Rectorat"}
    hands = {"sections": [{"section": "2de MTNE", "present": 24, "hands": 6}]}
    today = [
        one
        for one in host.get("/slots?limit=200").json()["items"]
        if one["starts_at"] < (now + timedelta(hours=9)).isoformat()
    ]
    acts: list[tuple[httpx.Client, str, str, Any]] = [
        (firm, "POST", f"/slots/{slots[1]}/attendances", {"people": 2, "role": "demonstration"}),
        (host, "POST", f"/slots/{slots[1]}/resize", {"seats": 26}),
        (host, "PATCH", f"/slots/{slots[1]}", {"levels": ["4e", "3e"]}),
        (teacher, "PUT", f"/reservations/{number}/headcount", {"pupils": 23, "adults": 2}),
        (teacher, "PUT", f"/reservations/{number}/needs", {"needs": "", "boxes": {"chairs": 2}}),
        (teacher, "POST", f"/reservations/{number}/move", {"to_slot_id": slots[1]}),
        (teacher, "POST", f"/reservations/{number}/coming", None),
        (teacher, "POST", "/alerts", {"level": "4e", "pupils": 29, "distance_most": 10}),
        (teacher, "POST", "/demands", who | {"lines": [{"slot_id": slots[2]}]}),
        (teacher, "POST", "/wishes", who | {"slot_ids": [slots[3]]}),
        (teacher, "POST", f"/reservations/{number}/cancellation", {"reason": "Sortie reportée"}),
        (host, "POST", f"/slots/{slots[0]}/call-off", {"reason": "Machine en panne"}),
        (boss, "PUT", "/me", {"name": "Camille Perrin"}),
        (host, "POST", "/rooms", {"name": name, "seats": 24}),
        (host, "POST", "/closures", {"label": "Travaux", "first_on": "2030-02-04", "last_on": "2030-02-05"}),
        (host, "POST", "/slots/series", series),
        (boss, "PUT", f"/schools/{school}/rural", {"rural": True}),
        (boss, "PUT", f"/schools/{school}/classes", {"level": "4e", "classes": 4}),
        (boss, "PUT", "/targets/bts1/contacts", target),
        (boss, "POST", "/targets/bts1/contacts/figures", figure),
        (boss, "PUT", f"/contributions/rates/{year}/companies", {"euros": 40, "source": "Convention"}),
        (boss, "POST", f"/colleges-to-come/{school}/invitation", {"words": ""}),
        (host, "PUT", f"/september-hands/{now.year}", hands),
        *((host, "POST", "/checkins", {"scans": [{"scan_id": str(uuid.uuid4()), "slot_id": one["id"], "badge": "B1.X",
            "scanned_at": now.isoformat()}]}) for one in today[:1]),
    ]  # fmt: skip
    for client, method, path, body in acts:
        answer = client.request(method, path, json=body)
        print(method, path, answer.status_code, "" if answer.is_success else answer.text[:300])
    found = host.get("/series").json()["items"][-1:]
    for path, body in (
        ("/move", {"days": 1, "dry_run": True}),
        ("/dates", {"dates": [str(day.date())], "dry_run": True}),
    ):
        for made in found:
            answer = host.post(f"/series/{made['id']}{path}", json=body)
            print(path, answer.status_code, "" if answer.is_success else answer.text[:300])
    one = teacher.post("/groups", json={"name": f"{name} X", "level": "4e", "pupils": 20, "school_year": year}).json()[
        "id"
    ]
    teacher.post(f"/groups/{one}/archive")


def main(url: str) -> None:
    document = httpx.get(f"{url}/api/openapi.json").json()
    recorder = Recorder(document)
    keys = Keys(url, recorder)
    play(keys)
    read_all(keys, document)
    text = json.dumps(dict(sorted(recorder.examples.items())), ensure_ascii=False, indent=1)
    KEPT.write_text(text.replace(url, "https://technilab.example.org") + "\n", encoding="utf-8")
    print("without example:", sorted(answered(document) - recorder.examples.keys()))


def answered(document: Told) -> set[str]:
    """The shapes that some answer is made of."""
    acts = [act for path in document["paths"].values() for act in path.values()]
    waiting = [*names_in([answer for act in acts for status, answer in act["responses"].items() if status < "400"])]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += names_in(document["components"]["schemas"][name])
    return {name for name in found if "properties" in document["components"]["schemas"][name]}


def names_in(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if "$ref" in part:
            yield part["$ref"].rpartition("/")[2]
        for inner in part.values():
            yield from names_in(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from names_in(inner)


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
