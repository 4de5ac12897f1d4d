"""What was typed is put back into a form, and nothing else of the page changes."""

from __future__ import annotations

from booking.door.forms.repopulate import repopulate

PAGE = """<!doctype html><title>é &amp; è</title><script>if (1 < 2) { a("</b>") }</script>
<form method="post" action="/ailleurs"><input name="name" value="autre"></form>
<details class="panel"><summary>Plus</summary>
<form method="post" action="/mes-groupes?x=1" novalidate>
<input type="hidden" name="_csrf" value="t"><input type="hidden" name="key" value="new">
<input type="hidden" name="n" value="1">
<input class="form-control" name="name" value="4e A" required>
<input name="empty" type="number">
<textarea name="words" rows="4">
ancien &amp; vieux</textarea>
<select name="level"><option value="4e" selected>4e</option><option value="3e">3e</option></select>
<details><summary>Encore</summary><input type="checkbox" name="wait" value="oui" checked></details>
<details><summary>Niveaux</summary>
<input type="checkbox" name="levels" value="6e"/><input type="checkbox" name="levels" value="5e" checked/></details>
<input type="radio" name="one" value="a" checked><input type="radio" name="one" value="b">
<input type="file" name="file"><button name="level" value="6e">Envoyer</button>
</form></details><p>Fin&nbsp;&#233;<br/></p>
"""


def test_each_kind_of_field_is_answered_and_the_rest_is_as_it_was():
    typed = {
        "name": ['4e "B" <b>'],
        "words": ["deux\nlignes & plus"],
        "level": ["3e"],
        "levels": ["6e"],
        "one": ["b"],
        "n": ["1"],
        "key": ["old"],
        "_csrf": ["stolen"],
    }
    expected = (
        PAGE.replace('<details class="panel">', '<details class="panel" open>')
        .replace('value="4e A" required', 'required value="4e &quot;B&quot; &lt;b&gt;"')
        .replace("\nancien &amp; vieux", "\ndeux\nlignes &amp; plus")
        .replace('"4e" selected', '"4e"')
        .replace('value="3e"', 'value="3e" selected')
        .replace('value="oui" checked', 'value="oui"')
        .replace("<details><summary>Niveaux", "<details open><summary>Niveaux")
        .replace('value="6e"/>', 'value="6e" checked/>')
        .replace('value="5e" checked', 'value="5e"')
        .replace('value="a" checked', 'value="a"')
        .replace('name="one" value="b"', 'name="one" value="b" checked')
    )
    assert repopulate(PAGE, "/mes-groupes", typed) == (expected, True)


TWO = """<form method="post" action="/a"><input type="hidden" name="to" value="1"><input name="why"></form>
<form method="post" action="/a"><input type="hidden" name="to" value="2"><input name="why"></form>"""


def test_of_several_forms_the_one_with_the_same_hidden_fields_is_meant():
    shown, found = repopulate(TWO, "/a", {"to": ["2"], "why": ["grève"]})
    first, second = TWO.splitlines()
    answered = second.replace('name="why"', 'name="why" value="grève"')
    assert (shown, found) == (f"{first}\n{answered}", True)
    assert repopulate(TWO, "/a", {"to": ["3"], "why": ["grève"]}) == (TWO, False)


def test_the_second_step_of_a_form_comes_back_to_its_first_and_another_form_does_not():
    assert repopulate(PAGE, "/second", {"words": ["x"], "level": ["3e"]})[1] is True
    assert repopulate(PAGE, "/second", {"unknown": ["x"], "name": ["4e"]}) == (PAGE, False)
