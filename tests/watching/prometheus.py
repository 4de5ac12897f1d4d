"""Debian's Prometheus, its tool and its node exporter; each test that needs one is skipped in words where it is not."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from tests.command_line import data_folder, eventually, free_port

ROOT = Path(__file__).parents[2]
RULES = ROOT / "deploy" / "prometheus" / "rules.yml"
BOARD = ROOT / "deploy" / "grafana" / "technilab.json"
# What begins with another word is PromQL's own, or a label.
SERIES = re.compile(r"\b(?:(?:technilab|process|node|haproxy)_\w+|up)\b")


@cache
def rules() -> list[dict[str, Any]]:
    return [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]


@cache
def panels() -> list[tuple[str, str]]:
    """Title and expression of each figure of the board."""
    found = json.loads(BOARD.read_text())["panels"]
    return [(panel["title"], one["expr"]) for panel in found for one in panel.get("targets", [])]


def expressions() -> list[str]:
    return [rule["expr"] for rule in rules()] + [expr for _, expr in panels()]


def named() -> set[str]:
    """The series that rules and board speak of."""
    return {name for expr in expressions() for name in SERIES.findall(re.sub(r'"[^"]*"', "", expr))}


def program(name: str) -> str:
    """Where it is; skips the test where it is not on this machine."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"no {name} here (apt-get install {name})")
    return found


class Prometheus:
    """One that runs, and what it answers."""

    def __init__(self, url: str) -> None:
        self._url = url

    def until(self, seen: Callable[[], bool]) -> None:
        """Wait until it has scraped and judged so."""
        eventually(lambda: _looked(seen), f"not seen; firing: {self.firing()}")

    def value(self, expression: str) -> list[tuple[dict[str, str], float]]:
        found = self._ask("query", query=expression)["result"]
        return [(one["metric"], float(one["value"][1])) for one in found]

    def firing(self) -> set[str]:
        return {one["labels"]["alertname"] for one in self._ask("alerts")["alerts"] if one["state"] == "firing"}

    def unwell(self) -> list[str]:
        """Rules that it cannot evaluate, with why."""
        groups = self._ask("rules")["groups"]
        return [
            f"{rule['name']}: {rule.get('lastError')}"
            for one in groups
            for rule in one["rules"]
            if rule["health"] != "ok"
        ]

    def _ask(self, what: str, **asked: str) -> Any:
        answer = httpx.get(f"{self._url}/api/v1/{what}", params=asked, timeout=30).json()
        assert answer["status"] == "success", answer
        return answer["data"]


@contextmanager
def prometheus(config: str, rules: str) -> Iterator[Prometheus]:
    """Started on a configuration whose rules are in a file beside it; stopped and forgotten at the end."""
    binary, port = program("prometheus"), free_port()
    with data_folder() as folder:
        (folder / "prometheus.yml").write_text(config.replace("@FOLDER@", str(folder)))
        (folder / "rules.yml").write_text(rules)
        log = folder / "log"
        command = [binary, f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data"]
        with log.open("wb") as output:
            process = subprocess.Popen(
                [*command, f"--web.listen-address=127.0.0.1:{port}"], stdout=output, stderr=output, cwd=folder
            )
        try:
            url = f"http://127.0.0.1:{port}"
            eventually(lambda: _ready(url), "Prometheus does not start")
            yield Prometheus(url)
        finally:
            process.terminate()
            process.wait(30)


@contextmanager
def node_exporter() -> Iterator[str]:
    """Its address; it tells of this machine."""
    binary, address = program("prometheus-node-exporter"), f"127.0.0.1:{free_port()}"
    process = subprocess.Popen(
        [binary, f"--web.listen-address={address}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        eventually(lambda: answers(f"http://{address}/metrics"), "the node exporter does not start")
        yield address
    finally:
        process.terminate()
        process.wait(30)


def _looked(seen: Callable[[], bool]) -> bool:
    try:
        return seen()
    except IndexError:  # nothing was scraped yet
        return False


def _ready(url: str) -> bool:
    return answers(f"{url}/-/ready")


def answers(url: str) -> bool:
    """Whether a page is there."""
    try:
        return httpx.get(url, timeout=5).status_code == 200
    except httpx.TransportError:
        return False
