"""One template a kind, laid out as a subject, as text and as HTML: both parts say the same, each in its own way."""

from __future__ import annotations

import re

import pytest
from jinja2 import UndefinedError

from booking.mails.compose import letter_of
from booking.mails.draft import Draft, Item, Listing
from booking.mails.kinds import KINDS, WHY_YOU, drafts_of
from booking.mails.recipients import TOLD, TOLD_BEFORE, lines_of
from booking.presentation.templating import TEMPLATES, environment
from booking.process.settings import read_settings
from booking.words.letters import RENAMED
from tests.builders import NOW
from workshops.events.queries import RecordedAct

LETTERS = TEMPLATES / "mail"
SOURCE = TEMPLATES.parent / "booking"
# Asked for by the act itself: with a secret, or to an address that it erases.
QUEUED = re.compile(r'(?:queue|MailToWrite)\(\s*(?:\*\()?"(\w+)"')
BLOCK = re.compile(r"{% block (\w+) %}")
ENV = environment(read_settings())


def blocks_of(name: str) -> set[str]:
    """Those that a template says."""
    return set(BLOCK.findall((LETTERS / name).read_text()))


def test_each_letter_has_its_template_and_no_template_is_without_a_letter():
    found = {file.name for file in LETTERS.iterdir() if not file.name.startswith("_")}
    assert found == {f"{kind}.html" for kind in [*KINDS, "instead"]}


def test_there_are_45_letters_at_most_and_each_is_led_to():
    assert len(KINDS) <= 45
    told = {line.letter for line in TOLD}
    queued = {kind for file in SOURCE.rglob("*.py") for kind in QUEUED.findall(file.read_text())}
    assert told | queued == set(KINDS)


def test_each_reader_and_each_thing_that_is_told_has_its_own_facts():
    for line in (*TOLD, *TOLD_BEFORE):
        reader, _ = drafts_of(line.letter, line.reader, line.what)
        assert reader in {line.reader, ""}, line
    for old, today in RENAMED.items():
        assert drafts_of(*today)[0] == today.reader, old
    asked = {(line.letter, line.what) for line in TOLD} | {(one.letter, one.what) for one in RENAMED.values()}
    gathered = {(letter, key.partition("/")[2]) for letter, by in KINDS.items() for key in by if "/" in key}
    assert gathered - asked == set()


def test_an_act_tells_each_side_by_one_letter():
    """Who is told of an event is known by the event and the side: a second line for the same one would be lost."""
    states = [None, *sorted({state for line in TOLD for state in (line.was or set()) | (line.state or set())})]
    for act in sorted({act for line in TOLD for act in line.acts}):
        for was in states:
            for state in states:
                event = RecordedAct(1, NOW, act, None, "", 1, None, was or "", state or "", None, "")
                sides = [line.to for line in lines_of(event)]
                assert len(sides) == len(set(sides)), (act, was, state)


def test_both_parts_lay_out_the_same_blocks():
    assert blocks_of("_section.txt") == blocks_of("_section.html") == {"sentence", "act"}
    assert [blocks_of(f"_{block}.txt") for block in ("subject", "next", "why")] == [{"subject"}, {"next"}, {"why_you"}]


@pytest.mark.parametrize("kind", sorted([*KINDS, "instead"]))
def test_a_letter_says_its_subject_what_happened_what_is_next_and_why_it_came(kind):
    readers = {key.partition("/")[0] for key in KINDS.get(kind, {"": None})}
    own = {"why_you"} if readers - WHY_YOU.keys() else set()
    assert blocks_of(f"{kind}.html") == {"subject", "sentence", "next", "act"} | own


def test_what_a_person_typed_is_shown_as_typed_in_both_parts():
    typed = '<b>Bonjour</b> & "merci"\n\n\nÀ jeudi'
    letter = letter_of(ENV, "access", Draft({"label": "a<b & c"}, "http://x/?a=1&b=2", typed=typed), what="passkey")
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
    letter = letter_of(ENV, "access", Draft(words={}, link="", lists=(found,)))
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
    letter = letter_of(ENV, "access", Draft(words={}, link=""))
    assert "Ouvrir mon compte" not in letter.text + letter.html
    assert "<a " not in letter.html


def test_a_word_that_the_facts_do_not_give_is_a_fault_and_no_gap_in_a_letter():
    with pytest.raises(UndefinedError, match="'expires_at' is undefined"):
        letter_of(ENV, "sign_in", Draft(words={}, link="http://x/1"))
