"""A page has a type: one frozen Struct gives its template every name that it reads, and no other."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import pytest
from jinja2 import Environment, nodes
from jinja2.meta import find_undeclared_variables

from booking.door.http.answers import Page
from booking.presentation.templating import TEMPLATES, environment
from booking.process.settings import read_settings
from tests.application import assembled

# Given to every page by the framework, for the functions that all of them may use.
ALWAYS = {"request"}
NOT_PAGES = ("mail/", "_", "base.html")


def pages(of: type[Page] = Page) -> Iterable[type[Page]]:
    for one in of.__subclasses__():
        yield one
        yield from pages(one)


@pytest.fixture(scope="module")
def env() -> Environment:
    assembled()
    return environment(read_settings())


@cache
def parsed(env: Environment, name: str) -> tuple[set[str], set[str], list[nodes.Node]]:
    """What a template makes itself, what it asks of others, and the templates that it is made of: read once for all
    the pages that share it."""
    source, path, _ = env.loader.get_source(env, name)
    tree = env._parse(source, name, path)
    parts = tree.find_all((nodes.Extends, nodes.Include, nodes.FromImport, nodes.Import))
    return own_names(tree), find_undeclared_variables(tree), list(parts)


def own_names(tree: nodes.Template) -> set[str]:
    """What a template makes itself: `set`, loops, macros and what it imports."""
    stored = {one.name for one in tree.find_all(nodes.Name) if one.ctx in {"store", "param"}}
    macros = {one.name for one in tree.find_all(nodes.Macro)}
    imports = {one.target for one in tree.find_all(nodes.Import)}
    for several in tree.find_all(nodes.FromImport):
        imports |= {one if isinstance(one, str) else one[1] for one in several.names}
    return stored | macros | imports


def names_read(env: Environment, name: str, given: frozenset[str] = frozenset()) -> set[str]:
    """The names that a template asks of its page, with those of the templates that it is made of.

    `given` are those that the template that includes it made.
    """
    own, undeclared, parts = parsed(env, name)
    made = given | own
    read = undeclared - made - set(env.globals) - ALWAYS - {"caller"}
    for part in parts:
        assert isinstance(part.template, nodes.Const), f"{name} is made of a template that only its page knows"
        with_context = not isinstance(part, nodes.FromImport | nodes.Import) or part.with_context
        inner = names_read(env, part.template.value, frozenset(made) if with_context else frozenset())
        assert with_context or not inner, f"{name} imports {part.template.value} without context, which reads {inner}"
        read |= inner
    return read


def test_a_page_gives_its_template_every_name_that_it_reads_and_no_other(env):
    given = {one.template: {*one.__struct_fields__, *one.inputs} for one in pages()}
    read = {template: names_read(env, template) for template in given}
    assert {one: sorted(given[one] ^ read[one]) for one in given if given[one] != read[one]} == {}


def test_a_page_takes_no_name_that_every_page_has(env):
    """A template would read the page's own: such a field is named otherwise, never left out."""
    assert {one.__name__: taken for one in pages() if (taken := {*one.__struct_fields__} & set(env.globals))} == {}


def test_a_page_stays_as_its_handler_made_it():
    assert [one.__name__ for one in pages() if not one.__struct_config__.frozen] == []


def test_every_page_has_one_type(env):
    shown = [one.template for one in pages()]
    untyped = [
        name
        for file in TEMPLATES.rglob("*.html")
        if not (name := str(file.relative_to(TEMPLATES))).startswith(NOT_PAGES)
        and not file.name.startswith("_")
        and name not in shown
    ]
    assert (sorted(untyped), sorted({one for one in shown if shown.count(one) > 1})) == ([], [])
