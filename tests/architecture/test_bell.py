"""A page or an API call whose act writes mails wakes the worker: else the mails wait for its sweep."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
MODULES = {
    ".".join(file.relative_to(ROOT).with_suffix("").parts): file
    for package in ("booking", "workshops")
    for file in (ROOT / package).rglob("*.py")
}
READS = (".queries", ".rules", ".tables")
# They import such a module for something else: a constant, a sign-in without a mail, an act that tells nobody.
TELL_NOBODY = {
    "booking.web.account.own",
    "booking.web.account.passkey_sign_in",
    "booking.web.account.second_proof",
    "booking.web.account.trial",
    "booking.web.ptech.schemes",
    "booking.web.school.badge_marks",
}


@cache
def imports_of(module: str) -> frozenset[str]:
    found = set()
    for node in ast.walk(ast.parse(MODULES[module].read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{one.name}" for one in node.names)}
    return frozenset(found & set(MODULES))


def writes_mails(module: str, seen: set[str]) -> bool:
    if module in seen or module.endswith(READS):
        return False
    seen.add(module)
    if "INSERT INTO notices" in MODULES[module].read_text():
        return True
    return any(writes_mails(one, seen) for one in imports_of(module))


def test_every_door_behind_which_mails_are_written_rings():
    doors = ("booking.web.", "booking.api.")
    silent = {
        module
        for module, file in MODULES.items()
        if module.startswith(doors) and not module.endswith(".routes") and "await ring()" not in file.read_text()
        for verb in imports_of(module)
        if not verb.startswith((*doors, "booking.door.")) and writes_mails(verb, set())
    }
    assert silent == TELL_NOBODY
