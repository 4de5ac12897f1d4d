"""The checker finds what it is for: three faults planted in builds of the product, and none in the product."""

from __future__ import annotations

import secrets

import pytest

from tests import database
from tests.command_line import ROOT, data_folder, eventually, free_port
from tests.faults.crowd import NAME, Crowd
from tests.faults.planted import BUGS, build_with
from tests.faults.site import Process, serves

ACTS = 700


@pytest.mark.parametrize("bug", [*BUGS, ""])
def test_a_planted_fault_is_found_and_none_in_the_product(bug, tmp_path):
    name, key, port = f"planted_{secrets.token_hex(4)}", secrets.token_urlsafe(48), free_port()
    url = database.clone(name)
    build = ROOT
    if bug:
        build_with(bug, build := tmp_path / "build")
    told = {"DATABASE_URL": url, "REDIS_URL": "redis://127.0.0.1:1", "SMTP_URL": "smtp://127.0.0.1:1"}
    told |= {"SECRET_KEY": key, "BASE_URL": f"https://{NAME}", "PORT": str(port)}
    try:
        with data_folder() as home:
            crowd = Crowd.at(url, home, key=key, clients=3, groups=12, slots=6)
            web = Process(["booking", "web"], told, home / "web.log", home, build=build)
            web.start()
            try:
                eventually(lambda: serves(port), "no page")
                crowd.go([("127.0.0.1", port)], rate=300, seed=1)
                eventually(lambda: len(crowd.acts()) > ACTS, "the clients do nothing")
                crowd.call_home()
                found = crowd.contradictions(crowd.come_home())
            finally:
                web.stop()
    finally:
        database.drop(name)
    assert bool(found) == bool(bug), [str(one) for one in found]
    if bug:
        assert {one.where.split()[0] for one in found} == {"slot"}
