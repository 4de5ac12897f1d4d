"""Who uses the site that the guides have made: a lycée that opens a slot, a teacher who books, by the https door."""

from __future__ import annotations

import html
import re
import ssl
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.deploy.bare.provider import SITE

URL = f"https://{SITE}"
BEFORE_IT_WAS_SAID = "0.1.0"
WORKSHOP = {
    "title": "Horloge en laiton", "summary": "Du plan à l'objet.", "levels": ["5e", "4e"], "minutes": "180",
    "seats": "24", "groups_max": "1", "access": "Bâtiment C.", "pupils_do": "Limer, percer à la main.",
    "shown_only": "Le tour.", "protective_equipment": "Lunettes prêtées.", "responsible": "Marc Perrin",
    "new_object": "Horloge",
}  # fmt: skip


def door() -> httpx.Client:
    """As a browser comes; the certificate of the guide is one that browsers warn of."""
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    return httpx.Client(base_url=URL, verify=trusting, timeout=60, headers={"Sec-Fetch-Site": "same-origin"})


def fine(answer: httpx.Response) -> httpx.Response:
    assert answer.status_code < 400, (answer.request.method, str(answer.request.url), answer.status_code, answer.text)
    return answer


def version_that_serves() -> str:
    """What `/health/ready` says, and that it is ready; before 1.0.0 it said no version."""
    with door() as anybody:
        return str(fine(anybody.get("/health/ready")).json().get("version", BEFORE_IT_WAS_SAID))


def ask_for_a_link(email: str) -> None:
    """As the sign-in page does for who types her address there."""
    with door() as pages:
        fine(pages.post("/connexion", data={"email": email}))


def publish_a_workshop(link: str) -> None:
    """A host comes in by the mailed link, describes a workshop with its safety sheet and publishes it."""
    with door() as pages:
        fine(pages.post(link))
        form = fine(pages.get("/lycee/ateliers/nouveau")).text
        made = fine(pages.post("/lycee/ateliers", data={"_csrf": csrf(form), **WORKSHOP}))
        path = made.headers["location"].partition("?")[0]
        shown = html.unescape(fine(pages.get(path)).text)
        fine(pages.post(f"{path}/publication", data={"_csrf": csrf(shown)}))


def csrf(page: str) -> str:
    found = re.search(r'name="_csrf" value="([^"]+)"', page)
    assert found
    return found[1]


def book(host: str, teacher: str) -> dict[str, Any]:
    """The lycée opens a slot, a teacher finds it and books it: the reservation as she reads it."""
    with door() as api:

        def asked(key: str, path: str, **body: Any) -> dict[str, Any]:
            headers = {"Authorization": f"Bearer {key}"}
            told: dict[str, Any] = fine(api.post(f"/api/v1{path}", json=body, headers=headers)).json()
            return told

        headers = {"Authorization": f"Bearer {host}"}
        (workshop,) = fine(api.get("/api/v1/workshops", headers=headers)).json()["items"]
        day = visit_day()
        slot = asked(
            host, "/slots", workshop_id=workshop["id"], seats=24,
            starts_at=f"{day}T08:00:00Z", ends_at=f"{day}T11:00:00Z",
        )  # fmt: skip
        (open_one,) = fine(api.get("/api/v1/slots", params={"level": "4e", "pupils": 24})).json()["items"]
        assert open_one["id"] == slot["id"]
        group = asked(teacher, "/groups", name="4e A", level="4e", pupils=24, school_year=school_year(day))
        return asked(teacher, "/reservations", slot_id=slot["id"], group_id=group["id"], pupils=24, adults=2)


def visit_day() -> str:
    """A Tuesday six weeks from now, well before which one may book."""
    day = datetime.now(UTC) + timedelta(weeks=6)
    return f"{day + timedelta(days=(1 - day.weekday()) % 7):%Y-%m-%d}"


def school_year(day: str) -> str:
    year, month = int(day[:4]), int(day[5:7])
    first = year if month >= 9 else year - 1
    return f"{first}-{first + 1}"


def visit(teacher: str, number: int) -> dict[str, Any]:
    """The reservation as it is read now."""
    with door() as api:
        headers = {"Authorization": f"Bearer {teacher}"}
        told: dict[str, Any] = fine(api.get(f"/api/v1/reservations/{number}", headers=headers)).json()
        return told
