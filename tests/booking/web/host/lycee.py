"""A lycée and its host, signed in: where every test of these pages starts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

from tests import builders
from tests.application import application
from tests.browsing import Browser
from tests.builders import NOW

APP = application(now=lambda: NOW)
TAG = re.compile(r"<[^>]+>")


@dataclass
class Lycee:
    school: int
    account: int
    browser: Browser


async def a_lycee(name: str = "Lycée Jules Haag") -> Lycee:
    school = await builders.school(kind="lycee", name=name)
    account = await builders.person("host", name="Marc Perrin", school=school)
    return Lycee(school, account, await Browser(APP, now=NOW).sign_in(account))


def words(text: str, *, of: str = "main") -> str:
    """What a page's main part says, without its tags, spaces made plain."""
    inside = re.search(rf"<{of}[ >].*</{of}>", text, re.DOTALL)
    return " ".join(unescape(TAG.sub(" ", inside[0])).split())
