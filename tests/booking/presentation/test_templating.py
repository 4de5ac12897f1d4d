"""What every page may use."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader, UndefinedError

from booking.presentation.templating import CompiledOnce, environment, initials, weeks_of
from booking.process.settings import read_settings


@pytest.fixture(scope="module")
def env():
    return environment(read_settings())


def test_an_hour_never_breaks_at_the_end_of_a_line(env):
    at = datetime(2027, 3, 25, 7, 30, tzinfo=UTC)
    shown = env.from_string("{{ at|hour }} / {{ at|moment }} / {{ span(at, at) }}").render(at=at)
    assert shown == (
        "8\u00a0h\u00a030 / jeudi 25 mars 2027, 8\u00a0h\u00a030"
        " / jeudi 25 mars 2027, de 8\u00a0h\u00a030 à 8\u00a0h\u00a030"
    )


def test_p_tech_never_breaks_at_its_hyphen(env):
    shown = env.from_string("{{ typed|unbroken }}").render(typed="P-TECH Microtechniques : 3")
    assert shown == "P-\u2060TECH Microtechniques\u00a0: 3"


def test_what_a_person_typed_is_text(env):
    assert env.from_string("{{ name }}").render(name="<b>4e B</b>") == "&lt;b&gt;4e B&lt;/b&gt;"


@pytest.mark.parametrize("asked", ["{{ nothing }}", "{% if nothing %}yes{% endif %}", "{{ nothing or 'else' }}"])
def test_a_name_that_nobody_gave_is_a_fault_even_where_it_is_only_asked_about(env, asked):
    with pytest.raises(UndefinedError):
        env.from_string(asked).render()


@pytest.mark.parametrize(
    ("name", "letters"), [("Claire Renaud", "CR"), ("Jean-Claude Bouquet", "JB"), ("Inès", "I"), ("", "")]
)
def test_initials_are_the_first_and_the_last_name_s(name, letters):
    assert initials(name) == letters


def test_a_month_is_read_by_weeks_from_monday():
    weeks = weeks_of(date(2027, 3, 1))
    assert (weeks[0][0], weeks[-1][-1], {len(week) for week in weeks}) == (date(2027, 3, 1), date(2027, 4, 4), {7})


def test_a_template_is_compiled_once_and_anew_when_it_has_changed(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    page, folder = tmp_path / "page.html", tmp_path / "kept"

    def shown(what: str) -> str:
        page.write_text(what)
        env = Environment(loader=FileSystemLoader(tmp_path), bytecode_cache=CompiledOnce(folder))
        return env.get_template("page.html").render()

    assert shown("24 élèves") == "24 élèves"
    (kept,) = folder.iterdir()
    written = kept.stat().st_mtime_ns
    assert shown("24 élèves") == "24 élèves"
    assert kept.stat().st_mtime_ns == written
    assert shown("25 élèves") == "25 élèves"
    assert kept.stat().st_mtime_ns > written


def test_a_template_is_shown_where_nothing_may_be_written(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    (tmp_path / "page.html").write_text("24 élèves")
    env = Environment(loader=FileSystemLoader(tmp_path), bytecode_cache=CompiledOnce(Path("/proc/kept")))
    assert env.get_template("page.html").render() == "24 élèves"


def test_a_template_of_mails_is_kept_as_a_page_and_as_text(tmp_path, monkeypatch):
    """What is escaped is compiled in: one for both would send what a person typed as a page's own words."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    (tmp_path / "mail.html").write_text("{{ typed }}")
    for _ in ("compiled", "kept"):
        env = Environment(loader=FileSystemLoader(tmp_path), bytecode_cache=CompiledOnce(tmp_path / "kept"))
        shown = [env.overlay(autoescape=one).get_template("mail.html").render(typed="<b>") for one in (False, True)]
        assert shown == ["<b>", "&lt;b&gt;"]
