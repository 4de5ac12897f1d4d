"""What may be answered by a replica: pages that decide nothing, asked for with GET, and no others."""

from __future__ import annotations

from booking.door.rights.guards import routes_of
from workshops.database.replica import MAX_LAG, ReplicationLag

PUBLIC = [
    *("/", "/agenda/lycee/{file:str}", "/api/v1/objects", "/api/v1/objects/{number:int}", "/api/v1/slots"),
    *("/consortium", "/creneaux", "/creneaux/carte", "/lycees/{uai:str}", "/objets"),
    *("/programme", "/programme/definitions", "/programme/dessin.svg"),
]
CHART = "/gestion/graphiques/{chart:str}"
OFFICE = [
    *("/gestion", "/gestion/accueillis", "/gestion/bilan.csv", "/gestion/bilan.xlsx", "/gestion/couverture"),
    *("/gestion/couverture.csv", "/gestion/demandes", "/gestion/dictionnaire", "/gestion/equite"),
    *("/gestion/equite.csv", CHART, f"{CHART}/chiffres.csv", f"{CHART}/chiffres.xlsx", f"{CHART}/dessin.png"),
    *(f"{CHART}/dessin.svg", "/gestion/journal", "/gestion/objectifs", "/gestion/objectifs.csv"),
    *("/gestion/objectifs.xlsx", "/gestion/objectifs/{programme:str}/{metric:str}/detail", "/partenaire"),
]


async def test_lists_and_figures_may_be_a_moment_old_and_nothing_else(_app):
    marked = {(method, path) for method, path, opt in routes_of(_app) if opt.get("decides") is False}
    assert {path for method, path in marked if method != "OPTIONS"} == {*PUBLIC, *OFFICE}
    assert {method for method, _ in marked} <= {"GET", "OPTIONS"}


def test_a_standby_is_behind_by_the_age_of_the_first_mark_that_it_does_not_show():
    behind = ReplicationLag()
    seen = [
        behind.seconds(written=written, replayed=shown, at=at)
        for at, written, shown in (
            (0, 100, 100),
            (1, 200, 100),
            (4, 300, 100),
            (5, 300, 250),
            (6, None, 250),
            (9, 300, 300),
        )
    ]
    assert seen == [0, 0, 3, 1, 2, 0]


def test_a_standby_that_stands_still_is_ever_later_and_a_quiet_primary_never_late():
    quiet, still = ReplicationLag(), ReplicationLag()
    assert {quiet.seconds(written=7, replayed=7, at=at) for at in range(1000)} == {0.0}
    for at in range(1000):
        late = still.seconds(written=at, replayed=0, at=at)
    assert late == 998 > MAX_LAG
    assert still.seconds(written=2000, replayed=1000, at=1000) > MAX_LAG
    assert still.seconds(written=2000, replayed=2000, at=1001) == 0
