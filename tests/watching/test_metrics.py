"""What a site with traffic tells whoever watches it."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Iterator
from itertools import pairwise

import httpx
import pytest

from booking.process.version import VERSION
from tests.command_line import PATIENCE, data_folder, eventually, free_port, processes_of, python, technilab
from tests.deploy.test_pages_door import balancer
from tests.watching.prometheus import RULES, named, node_exporter, panels, program, prometheus
from tests.watching.site import BEARER, TOKEN, Site, told_at, watched_site

SAMPLE = re.compile(r"^([a-z_]+)(\{.*\})? (\S+)$", re.MULTILINE)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with watched_site() as one:
        one.act()
        one.put_off_a_mail()
        one.archive_by("/bin/true")
        eventually(lambda: "technilab_wal_archive_last_success_timestamp_seconds " in one.told(), "nothing is archived")
        one.archive_by("/bin/false")
        eventually(lambda: "technilab_wal_archive_failing 1.0" in one.told(), "archiving does not fail")
        yield one


def figures(told: str) -> dict[str, float]:
    """Each series, as it is written, and its figure."""
    return {f"{name}{labels}": float(figure) for name, labels, figure in SAMPLE.findall(told)}


def test_a_booking_its_refusal_a_scan_and_the_mails_are_counted_whichever_process_did_them(site: Site):
    eventually(lambda: figures(site.told())["technilab_mails_sent_total"] > 0, "no mail is counted")
    told = figures(site.told())
    assert (
        told['technilab_bookings_total{state="confirmed"}'] + told['technilab_bookings_total{state="requested"}'] >= 1
    )
    assert told['technilab_refusals_total{kind="group-busy"}'] >= 1
    assert told['technilab_refusals_total{kind="busy"}'] == 0  # the first rush is seen to have grown from it
    assert told['technilab_scans_total{result="unknown"}'] == 1
    assert told['technilab_scans_total{result="present"}'] == 0
    assert told['technilab_job_duration_seconds_count{outcome="done",task="deliver_notices"}'] >= 1


def test_the_moments_are_told_as_moments_and_the_certificate_s_end_is_that_of_the_public_address(site: Site):
    told, now = figures(site.told()), time.time()
    for moment in ("worker_last_beat", "erasure_last_success"):
        assert now - 120 < told[f"technilab_{moment}_timestamp_seconds"] <= now + 1, moment
    assert 86_400 < told["technilab_certificate_expiry_timestamp_seconds"] - now < 3 * 86_400
    assert told["technilab_address_reachable"] == 1


def test_each_process_is_seen_as_the_system_sees_it_and_says_its_version(site: Site):
    told = site.told()
    roles = re.findall(r'^process_resident_memory_bytes\{pid="\d+",role="(\w+)"\} [1-9]', told, re.MULTILINE)
    assert sorted(roles) == ["web", "web", "worker"]
    assert (
        len(re.findall(rf'^technilab_build_info\{{.*version="{re.escape(VERSION)}"\}} 1.0$', told, re.MULTILINE)) == 1
    )


def test_what_is_the_same_on_each_process_says_so(site: Site):
    helps = dict(re.findall(r"^# HELP (\w+) (.*)$", site.told(), re.MULTILINE))
    same = {name for name, words in helps.items() if words.endswith("take the max, not the sum")}
    assert {"technilab_mails_waiting", "technilab_standbys_streaming", "technilab_wal_archive_failing"} <= same
    assert same.isdisjoint({"technilab_mails_sent_total", "technilab_database_up", "technilab_disk_free_bytes"})


def test_the_format_is_as_prometheus_s_own_tool_wants_it(site: Site):
    check = [program("promtool"), "check", "metrics"]
    told = subprocess.run(check, input=site.told(), capture_output=True, text=True, check=False)
    assert (told.returncode, told.stdout, told.stderr) == (0, "", "")


def test_the_buckets_have_no_hole(site: Site):
    bounds = re.findall(r'^technilab_http_request_duration_seconds_bucket\{le="([\d.]+)"', site.told(), re.MULTILINE)
    edges = sorted(set(map(float, bounds)))
    assert edges[0] <= 0.005
    assert edges[-1] >= 30
    assert [(a, b) for a, b in pairwise(edges) if b > 3 * a] == []


def test_a_machine_with_a_worker_alone_is_asked_at_an_address_of_the_worker_s_own(site: Site):
    port = free_port()
    told = {"DATABASE_URL": site.pair.primary.url, "REDIS_URL": "none", "METRICS_TOKEN": TOKEN, "DEMO": "1"}
    script = "from booking.__main__ import main; import sys; sys.argv = ['technilab', 'worker']; main()"
    with data_folder() as home:
        worker = python(script, home, WORKER_METRICS=f"127.0.0.1:{port}", **told)
        try:
            eventually(lambda: _answers(port), "the worker tells nothing")
            eventually(
                lambda: (
                    'technilab_job_duration_seconds_count{outcome="done"' in told_at(f"http://127.0.0.1:{port}/metrics")
                ),
                "no job is counted",
            )
            found = told_at(f"http://127.0.0.1:{port}/metrics")
            refused = [
                httpx.get(f"http://127.0.0.1:{port}{path}", headers=shown, timeout=PATIENCE).status_code
                for path, shown in (("/metrics", {}), ("/metrics", {"Authorization": TOKEN}), ("/", BEARER))
            ]
        finally:
            worker.terminate()
            assert worker.wait(PATIENCE) == 0
    assert refused == [401, 401, 404]
    assert re.findall(r'^process_resident_memory_bytes\{pid="\d+",role="(\w+)"\}', found, re.MULTILINE) == ["worker"]
    assert "technilab_disk_free_bytes" in found
    assert "technilab_mails_waiting" not in found


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=5).status_code == 401
    except httpx.TransportError:
        return False


@pytest.mark.parametrize("address", ["9101", "10.0.0.1", "http://10.0.0.1:9101", "10.0.0.1:port", "a@b:1"])
def test_an_address_of_a_worker_that_is_none_is_refused_in_a_sentence(site: Site, address: str):
    told = {"DATABASE_URL": site.pair.primary.url, "REDIS_URL": "none", "METRICS_TOKEN": TOKEN, "DEMO": "1"}
    with data_folder() as home:
        ran = technilab("worker", home=home, WORKER_METRICS=address, **told)
    assert ran.returncode == 2
    assert ran.stderr.splitlines()[-1].startswith("WORKER_METRICS est une adresse et un port")


def test_after_a_restart_the_dead_are_not_counted_as_living(site: Site):
    (web, *_) = [one for one in processes_of(site.home) if "booking.commands.serve" in one.cmdline()]
    web.kill()

    def replaced() -> bool:
        try:
            told = site.told()
        except httpx.TransportError:  # what was just handed to the one that was killed
            return False
        return f'pid="{web.pid}"' not in told and told.count("process_open_fds{") == 3

    eventually(replaced, "no other process is seen in its place")


def names_told(exposition: str) -> set[str]:
    return set(re.findall(r"^([a-z_]+)(?:\{| )", exposition, re.MULTILINE))


def test_every_series_that_a_rule_or_a_panel_names_is_told_by_a_site_with_traffic_or_by_its_machines(site: Site):
    with node_exporter() as node, balancer() as figures:
        machine = names_told(httpx.get(f"http://{node}/metrics", timeout=30).text)
        machine |= names_told(httpx.get(figures, headers=BEARER, timeout=30).text)
    assert named() - names_told(site.told()) - machine - {"up"} == set()


def test_a_series_that_nobody_gives_is_seen(site: Site):
    assert {"technilab_outbox_waiting"} - names_told(site.told()) == {"technilab_outbox_waiting"}


DELAYED = {f"Technilab{one}" for one in ("MailsLate", "DiskFills", "Slow", "Away", "DatabaseAway")}
CONFIG = f"""
global: {{scrape_interval: 2s, evaluation_interval: 1s}}
rule_files: [@FOLDER@/rules.yml]
scrape_configs:
  - job_name: technilab
    authorization: {{credentials: {TOKEN}}}
    static_configs: [{{targets: ["@SITE@"]}}]
  - job_name: node
    static_configs: [{{targets: ["@NODE@"]}}]
"""


def test_prometheus_itself_reads_a_site_whose_archive_is_refused_and_tells_until_it_is_mended(site: Site):
    # As they are, but for the minutes that each waits, which the cases above hold.
    at_once = re.sub(r"^(\s+for): .*$", r"\1: 1s", RULES.read_text(), flags=re.MULTILINE)
    site.archive_by("/bin/true")
    with node_exporter() as node:
        config = CONFIG.replace("@SITE@", site.address).replace("@NODE@", node)
        with prometheus(config, at_once) as watching:
            watching.until(lambda: watching.value("min(up)")[0][1] == 1)
            watching.until(lambda: watching.value("technilab_wal_archive_failing == 0") != [])
            assert "TechnilabWalNotArchived" not in watching.firing()
            site.archive_by("/bin/false")
            watching.until(lambda: "TechnilabWalNotArchived" in watching.firing())
            site.archive_by("/bin/true")
            watching.until(lambda: "TechnilabWalNotArchived" not in watching.firing())
            assert watching.unwell() == []
            # Its certificate has two days left; nothing else is wrong with the site, but what a busy machine delays.
            firing = {one for one in watching.firing() if one.startswith("Technilab")}
            assert firing - DELAYED == {"TechnilabCertificateEnds"}
            shown = {expr: watching.value(expr) for _, expr in panels()}
    assert [expr for expr, told in shown.items() if not told and "rate(" not in expr and "increase(" not in expr] == []
