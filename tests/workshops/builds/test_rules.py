"""What is noted of an object names nobody."""

from __future__ import annotations

from workshops.builds.rules import wrong_counts


def test_a_remark_that_names_a_pupil_is_refused():
    counts = {"made": 4, "finished": 4, "working": 4, "taken_home": 4, "minutes": None}
    assert wrong_counts(**counts, note="Une vis manquait.") == {}
    assert wrong_counts(**counts, note="Cassé par Théo Dubois") == {
        "note": "Remarque : « Théo Dubois » ressemble à un nom de personne, et cette ligne est lue et imprimée."
        " Écrivez ce qui s'est passé, sans nom."
    }
