"""One template a kind, laid out as a subject, as text and as HTML: both parts say the same, each in its own way."""

from __future__ import annotations

import re

import pytest
from jinja2 import UndefinedError

from booking.mails.compose import letter_of
from booking.mails.draft import Draft, Item, Listing
from booking.mails.kinds import KINDS
from booking.presentation.templating import TEMPLATES, environment
from booking.process.settings import read_settings

LETTERS = TEMPLATES / "mail"
BLOCK = re.compile(r"{% block (\w+) %}")
ENV = environment(read_settings())


def blocks_of(name: str) -> set[str]:
    """Those that a template says, or takes from the one that it begins with."""
    words = (LETTERS / name).read_text()
    above = re.search(r'{% extends "mail/(\w+\.html)" %}', words)
    return set(BLOCK.findall(words)) | (blocks_of(above[1]) if above else set())


def test_each_kind_has_its_template_and_no_template_is_without_a_kind():
    found = {file.name for file in LETTERS.iterdir() if not file.name.startswith("_")}
    assert found == {f"{kind}.html" for kind in [*KINDS, "instead"]}


def test_both_parts_lay_out_the_same_blocks():
    assert blocks_of("_section.txt") == blocks_of("_section.html") == {"sentence", "act"}
    assert [blocks_of(f"_{block}.txt") for block in ("subject", "next", "why")] == [{"subject"}, {"next"}, {"why_you"}]


@pytest.mark.parametrize("kind", sorted([*KINDS, "instead"]))
def test_a_letter_says_its_subject_what_happened_what_is_next_and_why_it_came(kind):
    known = KINDS.get(kind)
    own = set() if known is not None and (known.reader or known.readers) else {"why_you"}
    assert blocks_of(f"{kind}.html") == {"subject", "sentence", "next", "act"} | own


def test_what_a_person_typed_is_shown_as_typed_in_both_parts():
    typed = '<b>Bonjour</b> & "merci"\n\n\nÀ jeudi'
    letter = letter_of(ENV, "passkey_added", Draft(words={"label": "a<b & c"}, link="http://x/?a=1&b=2", typed=typed))
    assert letter.subject == "Une clé d'accès ouvre votre compte Technilab"
    assert letter.text.splitlines()[2:] == [
        "La clé d'accès « a<b & c » ouvre maintenant votre compte Technilab.",
        "",
        '<b>Bonjour</b> & "merci"',
        "",
        "À jeudi",
        "",
        "Si c'est bien vous, il n'y a rien à faire. Sinon, dites-le : toutes vos sessions et vos clés se ferment.",
        "",
        "Ce n'était pas moi :",
        "http://x/?a=1&b=2",
        "",
        "-- ",
        "Technilab : les collégiens fabriquent un objet technologique au lycée.",
        "Message envoyé automatiquement. Il vous parvient parce que ce qui ouvre votre compte a changé.",
    ]
    assert "«\u00a0a&lt;b &amp; c\u00a0»" in letter.html
    assert "&lt;b&gt;Bonjour&lt;/b&gt; &amp; &#34;merci&#34;\n\n\nÀ jeudi</p>" in letter.html
    assert 'href="http://x/?a=1&amp;b=2"' in letter.html


def test_a_list_leads_to_the_same_pages_in_both_parts():
    found = Listing("À voir", (Item("Mardi", "http://x/1", "au lycée"), Item("Jeudi", "http://x/2")), more=3)
    letter = letter_of(ENV, "passkey_removed", Draft(words={}, link="", lists=(found,)))
    assert letter.text.split("\n\n")[2] == (
        "À voir\n- Mardi\n  au lycée\n  http://x/1\n- Jeudi\n  http://x/2\n- et 3 autres"
    )
    shown = re.findall(r"<li[^>]*>(.*?)</li>", letter.html)
    assert [re.sub(r' style="[^"]*"', "", one) for one in shown] == [
        '<a href="http://x/1">Mardi</a><br>au lycée',
        '<a href="http://x/2">Jeudi</a>',
        "et 3 autres",
    ]


def test_a_letter_without_a_next_step_shows_no_empty_one():
    letter = letter_of(ENV, "passkey_removed", Draft(words={}, link=""))
    assert "Ouvrir mon compte" not in letter.text + letter.html
    assert "<a " not in letter.html


def test_a_word_that_the_facts_do_not_give_is_a_fault_and_no_gap_in_a_letter():
    with pytest.raises(UndefinedError, match="'expires_at' is undefined"):
        letter_of(ENV, "sign_in", Draft(words={}, link="http://x/1"))
