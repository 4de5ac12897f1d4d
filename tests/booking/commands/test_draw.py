"""A draw is replayed from its list, its file or the database, and rehearsed, from the command line."""

from __future__ import annotations

import os
import re
from pathlib import Path

import msgspec
import pytest

from booking.visits.draws.drawing_file import Snapshot, read_back, written
from tests import builders
from tests.booking.web.public.test_draw import DRAWS, SEED, a_drawn_march, a_held_march, enter
from tests.booking.year.dump import dump
from tests.browsing import Browser
from tests.builders import paris
from tests.command_line import technilab
from workshops.database import rows, value

ALL = "5 demandes : 2 placées, 0 proposée, 3 en attente ; 0 place laissée dans 0 créneau"


@pytest.fixture
async def held(app, db, tmp_path) -> tuple[int, Path, Path]:
    """A draw that was held, its public list and its whole file."""
    opening, _ = await a_held_march(app)
    office = await Browser(app, now=DRAWS).sign_in(await builders.person("coordinator"))
    public, whole = tmp_path / "tirage.json", tmp_path / "entier.json"
    public.write_bytes((await office.get(f"/tirages/{opening}/liste.json")).content)
    whole.write_bytes((await office.get(f"/gestion/ouvertures/{opening}/tirage.json")).content)
    return opening, public, whole


def said(*words: object, home: Path, **more: str) -> tuple[int, list[str], str]:
    done = technilab("draw", *map(str, words), home=home, **more)
    return done.returncode, done.stdout.splitlines(), done.stderr


async def test_the_whole_file_gives_ranks_and_places_again_alone_or_beside_the_list(held, empty):
    _, public, whole = held
    digest = await value("SELECT encode(file_digest, 'hex') FROM openings")
    told = [f"Égal : {ALL}.", f"Empreinte du fichier : {digest}"]
    compare = "La page du tirage publie cette empreinte ; --list LISTE compare aussi les rangs et les places."
    assert said(whole, home=empty) == (0, [*told, compare], "")
    assert said(whole, "--list", public, home=empty) == (0, told, "")


async def test_the_database_gives_the_same(held, empty):
    opening, _, _ = held
    code, lines, _ = said(opening, home=empty, DATABASE_URL=os.environ["DATABASE_URL"])
    assert (code, lines[0]) == (0, f"Égal : {ALL}.")
    code, lines, error = said(opening + 1, home=empty, DATABASE_URL=os.environ["DATABASE_URL"])
    assert (code, lines, error) == (2, [], f"Aucun tirage n'a le numéro {opening + 1}.\n")


def changed(file: Path, **other: object) -> None:
    """The file of somebody who wishes that the draw had been another."""
    file.write_bytes(written(msgspec.structs.replace(read_back(file.read_bytes()), **other)))


def more_seats(file: Snapshot) -> Snapshot:
    slots = tuple(msgspec.structs.replace(slot, groups_left=slot.groups_left + 1) for slot in file.slots)
    return msgspec.structs.replace(file, slots=slots)


async def test_a_file_or_a_list_that_was_changed_is_different(held, empty):
    _, public, whole = held
    listed, file = public.read_text(), whole.read_bytes()
    whole.write_bytes(written(more_seats(read_back(file))))
    code, lines, _ = said(whole, "--list", public, home=empty)
    assert (code, lines) == (1, ["Différent : le fichier n'a pas l'empreinte publiée ; 2 créneaux à d'autres places."])
    changed(whole, seed=SEED[::-1].hex())
    assert said(whole, home=empty)[:2] == (1, ["Différent : la graine n'a pas l'empreinte publiée d'avance."])
    whole.write_bytes(file)
    public.write_text(listed.replace('"seats_left":', '"seats_left":1'))
    assert said(whole, "--list", public, home=empty)[1] == ["Différent : 2 créneaux à d'autres places."]
    public.write_text(listed.replace('"result":"waits"', '"result":"placed"', 1))
    assert said(whole, "--list", public, home=empty)[1] == ["Différent : 1 résultat."]
    public.write_text(listed.replace('"rank":5', '"rank":0').replace('"rank":4', '"rank":5').replace(":0,", ":4,"))
    assert said(public, home=empty)[0] == 1
    changed(whole, seed="")
    error = "La graine n'est pas encore publiée : le tirage n'a pas eu lieu.\n"
    assert said(whole, home=empty) == (2, [], error)


async def test_what_was_drawn_and_could_not_be_had_any_more_is_told_and_no_difference(held, empty):
    _, public, whole = held
    public.write_text(public.read_text().replace('"result":"placed"', '"result":"waits"', 1))
    code, lines, _ = said(whole, "--list", public, home=empty)
    lost = "1 demande n'a pas eu sa place : un créneau ou un groupe n'était plus libre quand elle a été donnée."
    assert (code, lines[:2]) == (0, [lost, f"Égal : {ALL}."])


async def test_a_demand_reads_line_by_line_what_was_left_at_its_rank(held, empty):
    _, public, whole = held
    slots = [number for (number,) in await rows("SELECT id FROM slots ORDER BY id")]
    first, second, third = [number for (number,) in await rows("SELECT number FROM demands ORDER BY rank LIMIT 3")]
    days = [f"créneau {slots[0]} (jeudi 18 mars 2027, 9 h 00)", f"créneau {slots[1]} (jeudi 25 mars 2027, 9 h 00)"]
    free, full = "où il restait 24 places et 1 groupe", "où il restait 0 place et 0 groupe"
    seen = [said(whole, "--demand", number, home=empty)[1][3:] for number in (first, second, third)]
    lines = [[line for line in told if "recherche" not in line] for told in seen]
    assert lines == [
        [
            f"Demande {first} : rang 1, 24 élèves.",
            f"  1. {days[0]}, {free} : place (24 élèves, {days[0]})",
            f"  2. {days[1]}, {free} : pas regardé, une ligne d'avant convient",
        ],
        [
            f"Demande {second} : rang 2, 24 élèves.",
            f"  1. {days[0]}, {full} : plus de place pour un groupe",
            f"  2. {days[1]}, {free} : place (24 élèves, {days[1]})",
        ],
        [
            f"Demande {third} : rang 3, 24 élèves.",
            f"  1. {days[0]}, {full} : plus de place pour un groupe",
            f"  2. {days[1]}, {full} : plus de place pour un groupe",
        ],
    ]
    refused = "La liste publique ne dit pas ce que voit une demande : il faut le fichier entier.\n"
    assert said(public, "--demand", first, home=empty)[2] == refused
    unknown = said(whole, "--demand", "f" * 16, home=empty)
    assert (unknown[0], unknown[2]) == (2, f"Aucune demande de ce tirage n'a le numéro {'f' * 16}.\n")


async def test_a_rehearsal_says_counts_changes_nothing_and_shows_nothing_of_the_seed(app, db, empty):
    opening = await a_drawn_march(app)
    slots = [await builders.slot(starts_at=paris(f"2027-03-{day} 09:00")) for day in (18, 25)]
    for _ in range(3):
        await enter(*slots)
    before = dump()
    code, lines, _ = said(opening, "--dry-run", home=empty, DATABASE_URL=os.environ["DATABASE_URL"])
    told = "Essai : 3 demandes : 2 placées, 0 proposée, 1 en attente ; 0 place laissée dans 0 créneau."
    tried = "C'est un essai, avec une graine qui ne sert qu'à lui : rien n'est changé, et le tirage sera autre."
    assert (code, lines) == (0, [told, tried])
    assert dump() == before
    numbers = {number for (number,) in await rows("SELECT number FROM demands")}
    assert set(re.findall("[0-9a-f]{16,}", " ".join(lines))) & {SEED.hex(), *numbers} == set()


async def test_a_draw_that_was_held_is_not_rehearsed_nor_is_a_file(held, empty):
    opening, public, _ = held
    done = said(opening, "--dry-run", home=empty, DATABASE_URL=os.environ["DATABASE_URL"])
    assert (done[0], done[2]) == (2, "Ce tirage a déjà eu lieu : sans --dry-run, la commande le refait.\n")
    asked = "--dry-run attend le numéro d'une période, comme dans l'adresse /tirages/3.\n"
    assert said(public, "--dry-run", home=empty)[2] == asked
