"""A file that comes with a form, and goes with the page that confirms it: nothing of it is kept here meanwhile."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from litestar.datastructures import UploadFile

from workshops.schools.rules import FileRefused

NO_FILE = "choisissez un fichier"


async def sent(form: Mapping[str, Any]) -> tuple[bytes, str]:
    """The file and its name. Raises FileRefused without one."""
    file = form.get("file")
    content = await file.read() if isinstance(file, UploadFile) else b""
    if not content:
        raise FileRefused(NO_FILE)
    return content, file.filename if isinstance(file, UploadFile) else ""


def carried(content: bytes) -> str:
    """The file as a hidden field."""
    return base64.urlsafe_b64encode(content).decode()


def brought_back(form: Mapping[str, Any]) -> bytes:
    """The file that the confirming page carried. Raises FileRefused without one."""
    try:
        content = base64.urlsafe_b64decode(str(form.get("content", "")))
    except (binascii.Error, ValueError):
        content = b""
    if not content:
        raise FileRefused(NO_FILE)
    return content
