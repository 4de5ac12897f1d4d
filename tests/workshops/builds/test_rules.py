"""What is noted of an object names nobody."""

from __future__ import annotations

import pytest

from workshops.builds.record import RecordBuild
from workshops.refusals import Invalid


def test_a_remark_that_names_a_pupil_is_refused():
    counts = {"tech_object": 1, "made": 4, "finished": 4, "working": 4, "taken_home": 4}
    assert RecordBuild(**counts, note="Une vis manquait.").note == "Une vis manquait."
    with pytest.raises(Invalid) as no:
        RecordBuild(**counts, note="Cassé par Théo Dubois")
    assert no.value.errors == {
        "note": "Remarque : « Théo Dubois » ressemble à un nom de personne, et cette ligne est lue et imprimée."
        " Écrivez ce qui s'est passé, sans nom."
    }
