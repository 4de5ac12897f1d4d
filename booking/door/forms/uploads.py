"""Uploaded files, carried in a hidden field of the confirmation page: nothing is stored on the server meanwhile."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from litestar.datastructures import UploadFile

from workshops.schools.rules import FileRefused

NO_FILE = "choisissez un fichier"


async def uploaded_file(form: Mapping[str, Any]) -> tuple[bytes, str]:
    """The uploaded file and its name. Raises FileRefused without one."""
    file = form.get("file")
    content = await file.read() if isinstance(file, UploadFile) else b""
    if not content:
        raise FileRefused(NO_FILE)
    return content, file.filename if isinstance(file, UploadFile) else ""


def encoded_file(content: bytes) -> str:
    """The file encoded for a hidden field."""
    return base64.urlsafe_b64encode(content).decode()


def decoded_file(form: Mapping[str, Any]) -> bytes:
    """The file that the confirmation page carried. Raises FileRefused without one."""
    try:
        content = base64.urlsafe_b64decode(str(form.get("content", "")))
    except (binascii.Error, ValueError):
        content = b""
    if not content:
        raise FileRefused(NO_FILE)
    return content
