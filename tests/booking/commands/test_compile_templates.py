"""Where nothing may be written, as an installed Technilab, a start finds its modules and templates compiled."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from tests.command_line import ROOT

SERVED = """
import sys
from booking.commands.menu import technilab

compiled = []

def heard(event, told):
    if event == "compile" and str(told[1]).startswith(sys.argv[1]):
        compiled.append(str(told[1]))

sys.addaudithook(heard)
technilab.get_command(technilab.make_context("technilab", ["web"]), "web")
from booking.commands.serve import build_app

app = build_app()
for name in ("public/home.html", "public/offer.html", "school/after.html"):
    app.template_engine.get_template(name)
print(sorted(set(compiled)))
"""


def test_an_installed_technilab_compiles_nothing_when_it_starts(tmp_path):
    for folder in ("booking", "workshops", "templates"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    env = {**os.environ, "DEMO": "1"}

    def run(*words: str, **told: str) -> str:
        command = [sys.executable, *words]
        ran = subprocess.run(command, cwd=tmp_path, env=env | told, capture_output=True, text=True, check=True)
        return ran.stdout

    def compiled() -> str:
        return run("-c", SERVED, str(tmp_path), PYTHONDONTWRITEBYTECODE="1")

    run("-m", "compileall", "-q", "booking", "workshops")
    run("-m", "booking.commands.compile_templates")
    assert compiled() == "[]\n"
    home = tmp_path / "templates" / "public" / "home.html"
    home.write_text(f"{home.read_text()} ")
    assert compiled() == f"{[str(home)]}\n"
