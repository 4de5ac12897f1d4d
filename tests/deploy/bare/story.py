"""Two machines, from bare Debian on, by the guides' own blocks: a new site and its years; one of the version before."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import httpx

from tests.command_line import ROOT, eventually
from tests.deploy.bare import people
from tests.deploy.bare.machine import Machine
from tests.deploy.bare.provider import SITE, Provider
from tests.deploy.bare.versions import built, kept_one, next_one, version_of
from tests.guides import sections

FILES = ROOT / "booking" / "demo" / "files"
LATER = "1.1.0"
# Seconds, within which a worker that was started has said so: the half minute of the guides.
SIGN_OF_LIFE = 30
HOST, TEACHER, OFFICE = "marc@example.org", "claire@example.org", "ada@example.org"


class Guide:
    """A guide being followed: each part that is typed, and in the end those that were not."""

    def __init__(self, bare: Machine, name: str) -> None:
        self.bare, self.name = bare, name
        self.left = {section.heading: section.blocks for section in sections(name)}

    def follow(self, heading: str, *, without: str = "") -> str:
        """Type every block of a part, in order, without those that hold a word of another way; the last answer."""
        said = ""
        for block in self.left.pop(heading):
            if not without or without not in block:
                print(f"\n  {self.name}.md, {heading}:")
                if block == "technilab check":
                    time.sleep(SIGN_OF_LIFE)
                said = self.bare.type(block, told=f"{self.name}.md, {heading}")
        return said


def first_day(bare: Machine, beside: Provider) -> tuple[str, int]:
    """From bare Debian to a booking, the copies and their rehearsal: the version that serves, and the visit."""
    version = built(ROOT, bare.root / "root")
    one = Guide(bare, "one_machine")
    one.follow("1. Packages")
    bare.add(f"technilab-{version}.tar.gz and the wheel beside it, in /root, as `make wheel` makes them")
    one.follow("2. Technilab")
    one.follow("3. Settings")
    trust(bare, beside)
    bare.add("Valkey is started, as Debian's package does by itself", "systemctl start valkey-server")
    one.follow("4. Tables and services")
    one.follow("5. The door")
    ministry_s_files(bare)
    one.follow("6. First day")
    one.follow("7. A first slot and a first booking")
    served(version)
    booked = first_booking(bare, beside)
    one.follow("8. Copies of your own")
    still_there(booked)

    copies = Guide(bare, "copies")
    copies.follow("One machine, or a managed PostgreSQL")
    still_there(booked)
    one.follow("9. Is it well")
    return version, booked


def new_site(bare: Machine, beside: Provider, folder: Path) -> None:
    """The first day of a site, who watches it, its secrets, its next version and back."""
    version, booked = first_day(bare, beside)
    watching = Guide(bare, "watching")
    watching.follow("On one machine")
    watched()

    operating = Guide(bare, "operating")
    password = "of-the-acting-user"
    bare.add("the provider's console makes the user technilab_acts", f"ACTING_PASSWORD={password}")
    beside.ask(f"CREATE ROLE technilab_acts LOGIN PASSWORD '{password}'")
    operating.follow("Two users of the database", without="runuser")
    still_there(booked)
    operating.follow("Another secret key")
    still_there(booked)

    tree = next_one(LATER, folder)
    built(tree, bare.root / "root")
    bare.add(f"technilab-{LATER}.tar.gz and its wheel, this tree under that number, in /root", "cd /root")
    upgrade = Guide(bare, "upgrade")
    upgrade.follow("One machine")
    served(LATER)
    still_there(booked)
    upgrade.follow("Going back")
    served(version)
    still_there(booked)


def trust(bare: Machine, beside: Provider) -> None:
    """Whom the provider's certificates are signed by."""
    authority = beside.authority.read_bytes()
    bare.put("the provider's certificate", "/etc/technilab/database-ca.crt", authority)
    bare.put(
        "the mail server's certificate is of the same authority, which this machine trusts as it does public ones",
        "/usr/local/share/ca-certificates/provider.crt", authority,
    )  # fmt: skip
    bare.add("update-ca-certificates", "update-ca-certificates >/dev/null 2>&1")


def ministry_s_files(bare: Machine) -> None:
    for source, name in (("etablissements", "annuaire"), ("calendrier", "calendrier")):
        there = f"/var/lib/technilab/{name}.csv"
        bare.put(f"the ministry's file {there}", there, (FILES / f"{source}.csv").read_bytes())


def served(version: str) -> None:
    """By nginx and https, and ready, within the half minute that a start takes at most."""

    def ready() -> bool:
        try:
            return people.version_that_serves() == version
        except (httpx.TransportError, AssertionError):
            return False

    eventually(ready, f"{SITE} does not serve {version}", within=60)
    print(f"  = https://{SITE} serves {version}", flush=True)


KEYS: dict[str, str] = {}


def first_booking(bare: Machine, beside: Provider, token: str = "technilab token") -> int:
    """What a lycée and a teacher do at the pages and at the API; the number of the visit."""
    bare.add("a host publishes a workshop by the mailed link, opens a slot; a teacher finds it and books")
    people.ask_for_a_link(HOST)
    people.publish_a_workshop(beside.link(HOST, f"https://{SITE}/connexion/"))
    KEYS.update({who: bare.add(f"a key of {who}", f"{token} {who}").splitlines()[-1] for who in (HOST, TEACHER)})
    made = people.book(KEYS[HOST], KEYS[TEACHER])
    print(f"  = reservation {made['id']}: {made['state']}", flush=True)
    eventually(lambda: any(to == TEACHER and "Horloge" in text for to, text in beside.mails), "no mail of the booking")
    print("  = its mail has come", flush=True)
    return int(made["id"])


def still_there(number: int) -> None:
    """After whatever was done to the site, within a restart's seconds."""

    def there() -> bool:
        try:
            return bool(people.visit(KEYS[TEACHER], number)["id"] == number)
        except (httpx.TransportError, AssertionError):
            return False

    eventually(there, f"reservation {number} is not there", within=60)
    print(f"  = reservation {number} is there", flush=True)


def watched() -> None:
    """Prometheus reads the site and the machine, and says of no rule that it cannot be judged."""
    for job in ("technilab", "node"):
        asked = {"query": f'up{{job="{job}"}}'}
        eventually(lambda asked=asked: prometheus("query", asked)["result"][0]["value"][1] == "1", job)  # type: ignore[misc]
    groups = prometheus("rules", {})["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    assert rules and all(rule["health"] != "err" for rule in rules)
    print(f"  = Prometheus reads the site and the machine, and judges by {len(rules)} rules", flush=True)


def prometheus(what: str, asked: dict[str, str]) -> dict[str, Any]:
    """Its answer; nothing yet while it starts."""
    try:
        answer = httpx.get(f"http://127.0.0.1:9090/api/v1/{what}", params=asked, timeout=20)
    except httpx.TransportError:
        return {"result": [{"value": [0, ""]}]}
    told: dict[str, Any] = answer.json()["data"]
    return told if told.get("result") != [] else {"result": [{"value": [0, ""]}]}


# As the guide of that version said: its sources in /opt/technilab, an environment there, an account, its units.
INSTALLED_THEN = """
apt-get update
apt-get install -y python3-venv nginx-light openssl
useradd --system technilab
mkdir /opt/technilab
tar -xzf technilab-{0}.tar.gz --strip-components=1 -C /opt/technilab
python3 -m venv /opt/technilab/.venv
outside /opt/technilab/.venv/bin/pip install --quiet --require-hashes -r /opt/technilab/requirements.lock
outside /opt/technilab/.venv/bin/pip install --quiet --no-deps technilab-{0}-py3-none-any.whl
"""
STARTED_THEN = """
cd /opt/technilab
cp -r deploy/systemd/technilab-.service.d /etc/systemd/system/
install -m 644 deploy/systemd/technilab-web.service deploy/systemd/technilab-worker.service /etc/systemd/system/
install -m 644 deploy/systemd/technilab-migrate.service /etc/systemd/system/
systemctl start technilab-migrate && systemctl enable --now technilab-web technilab-worker
"""
COMMAND_THEN = (
    "systemd-run --quiet --pipe --wait --uid=technilab --property=EnvironmentFile=/etc/technilab/technilab.env"
    " --setenv=DATA_DIR=/var/lib/technilab /opt/technilab/.venv/bin/technilab"
)


def version_before(bare: Machine, beside: Provider, folder: Path, commit: str) -> None:
    """A site of the version before, installed as its own guide said and used, is brought to this one by today's."""
    old, new = kept_one(commit, folder), version_of(ROOT)
    was = built(old, bare.root / "root")
    built(ROOT, bare.root / "root")
    bare.add(f"a site of {was} ({commit[:8]}), as its own guide said")
    bare.type(INSTALLED_THEN.format(was).strip())
    one = Guide(bare, "one_machine")
    one.follow("3. Settings", without="redis://")
    trust(bare, beside)
    bare.type(STARTED_THEN.strip())
    (door,) = one.left.pop("5. The door")
    bare.type(door.replace("/opt/technilab/current", "/opt/technilab"))
    ministry_s_files(bare)
    for block in (*one.left.pop("6. First day"), *one.left.pop("7. A first slot and a first booking")):
        bare.type(block.replace("technilab ", f"{COMMAND_THEN} "))
    served(was)
    booked = first_booking(bare, beside, f"{COMMAND_THEN} token")

    bare.add(f"technilab-{new}.tar.gz and its wheel, in /root", "cd /root")
    Guide(bare, "upgrade").follow("From before 1.0.0")
    served(new)
    still_there(booked)
