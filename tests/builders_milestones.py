"""Milestones for tests, as they are kept: one thing each, the rest as it mostly is."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from typing import Any

from tests.builders import NOW, _insert
from workshops.database import rows


async def milestone(*, title: str = "Convention signée", due_on: date = date(2027, 3, 1), **more: Any) -> int:
    """Due on 1 March 2027 by the coordination, of the whole programme."""
    return await _insert("milestones", title=title, due_on=due_on, **more)


async def proof(of: int, *, kind: str = "link", label: str = "Compte rendu", **more: Any) -> int:
    """A link unless said otherwise; `content` is that of a PDF."""
    values: dict[str, Any] = {"milestone": of, "kind": kind, "label": label, "added_at": NOW}
    content = more.pop("content", b"%PDF-1.4 example")
    if kind == "link":
        values["link"] = "https://www.example.org/compte-rendu"
    if kind == "file":
        values |= {"media": "pdf", "size": len(content), "sha256": sha256(content).hexdigest()}
    made = await _insert("milestone_proofs", **values | more)
    if kind == "file":
        await rows("INSERT INTO milestone_proof_files (proof, content) VALUES ($1, $2)", made, content)
    return made
