"""technilab draw: replay a draw, from its public list, from its whole file or from the database; rehearse one."""

from __future__ import annotations

import asyncio
import secrets
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import click
import msgspec
from msgspec import Struct
from msgspec.structs import replace

from booking.commands.words import FrenchCommand, counted
from booking.visits.draws import queries
from booking.visits.draws.drawing import Against, Answer, Drawn, LineSeen, NotItsSeed
from booking.visits.draws.drawing import draw as draw_again
from booking.visits.draws.drawing_file import (
    Demand,
    PairLine,
    SentenceLine,
    SlotLine,
    Snapshot,
    digest_of_file,
    read_back,
)
from booking.visits.draws.places import PlacesLeft
from booking.visits.draws.public_list import PublicDrawList, list_in, listed
from booking.visits.draws.replay import Differences, differences, wrong_ranks
from booking.visits.draws.rules import SEED_BYTES, digest_of
from booking.visits.reservations.freeze_draw import frozen
from booking.words.wording import moment
from workshops.database import transaction
from workshops.refusals import Invalid

AGAINST: Mapping[Against, str] = {
    "closed": "le créneau n'est plus ouvert",
    "level": "il ne reçoit pas ce niveau",
    "refused": "le groupe y a été refusé",
    "busy": "le groupe est ailleurs à cette heure-là",
    "two_lycees": "les deux créneaux sont de deux lycées",
    "two_objects": "on n'y fabrique pas le même objet",
    "groups": "plus de place pour un groupe",
    "seats": "pas assez de places",
    "nothing_suits": "rien ne convient",
}


class Material(Struct, frozen=True):
    """What a draw is replayed from: its public list, its whole file, or both."""

    public: PublicDrawList | None
    file: Snapshot | None


@click.command(cls=FrenchCommand)
@click.argument("draw_of", metavar="PÉRIODE|FICHIER")
@click.option(
    "--list",
    "public_list",
    metavar="LISTE",
    type=click.Path(path_type=Path),
    help="La liste que publie la page du tirage, à comparer au fichier entier.",
)
@click.option("--demand", metavar="NUMÉRO", help="Dit ligne par ligne ce que cette demande a trouvé à son rang.")
@click.option("--dry-run", is_flag=True, help="Essaie le tirage d'une période avec les demandes d'à présent.")
def draw(draw_of: str, public_list: Path | None, demand: str | None, dry_run: bool) -> None:
    """PÉRIODE is an opening's number; FICHIER the public list or the whole file: no database is needed then."""
    if dry_run:
        click.echo(asyncio.run(_rehearsed(_period(draw_of), now=datetime.now(UTC))))
        click.echo("C'est un essai, avec une graine qui ne sert qu'à lui : rien n'est changé, et le tirage sera autre.")
        return
    material = asyncio.run(_of_database(int(draw_of))) if draw_of.isdigit() else _of_file(Path(draw_of))
    if public_list is not None:
        material = Material(_list_of(public_list), material.file)
    seed = _seed_of(material)
    if material.public is not None:
        _refuse_ranks(material.public, seed)
    if material.file is None:
        if demand is not None:
            raise Invalid(
                {"demand": "La liste publique ne dit pas ce que voit une demande : il faut le fichier entier."}
            )
        ranked = sum(bool(one.rank) for one in material.public.demands) if material.public else 0
        click.echo(f"Égal : {counted(ranked, 'demande', 'demandes')}, dans l'ordre que donne la graine.")
        return
    drawn = _drawn_again(material.file, seed)
    if material.public is not None:
        _refuse_differences(differences(material.public, material.file, drawn))
    click.echo(f"Égal : {_counts(drawn)}.")
    click.echo(f"Empreinte du fichier : {digest_of_file(material.file)}")
    if material.public is None:
        click.echo("La page du tirage publie cette empreinte ; --list LISTE compare aussi les rangs et les places.")
    if demand is not None:
        _tell_demand(demand, material.file, drawn)


def _period(told: str) -> int:
    if not told.isdigit():
        raise Invalid({"period": "--dry-run attend le numéro d'une période, comme dans l'adresse /tirages/3."})
    return int(told)


def _of_file(path: Path) -> Material:
    try:
        return Material(None, read_back(path.read_bytes()))
    except OSError:
        raise Invalid({"file": f"{path} ne se lit pas comme la liste d'un tirage, ni comme son fichier."}) from None
    except msgspec.DecodeError:
        return Material(_list_of(path), None)


def _list_of(path: Path) -> PublicDrawList:
    try:
        return list_in(path.read_bytes())
    except (OSError, msgspec.DecodeError):
        raise Invalid({"list": f"{path} ne se lit pas comme la liste d'un tirage."}) from None


async def _of_database(opening: int) -> Material:
    held = await queries.draw(opening)
    if held is None:
        raise Invalid({"period": f"Aucun tirage n'a le numéro {opening}."})
    public = listed(held, await queries.draw_lines(opening, limit=queries.LAST), await queries.left_by_draw(opening))
    kept = await queries.frozen_file(opening)
    return Material(public, None if kept is None else read_back(kept.file))


def _seed_of(material: Material) -> bytes:
    """The seed, checked against its digest; ends the command where it is another."""
    told = (material.public.seed if material.public else None) or (material.file.seed if material.file else "")
    if not told:
        raise Invalid({"period": "La graine n'est pas encore publiée : le tirage n'a pas eu lieu."})
    seed = bytes.fromhex(told)
    if any(digest_of(seed) != one.digest for one in (material.public, material.file) if one is not None):
        _differs("la graine n'a pas l'empreinte publiée d'avance")
    return seed


def _refuse_ranks(public: PublicDrawList, seed: bytes) -> None:
    if wrong := wrong_ranks(public, seed):
        ranked = sum(bool(demand.rank) for demand in public.demands)
        _differs(f"{counted(wrong, 'rang', 'rangs')} sur {ranked} ne sont pas ceux du tirage")


def _drawn_again(file: Snapshot, seed: bytes) -> Drawn:
    try:
        return draw_again(replace(file, seed=seed.hex()))
    except NotItsSeed:
        _differs("la graine n'a pas l'empreinte publiée d'avance")


def _refuse_differences(found: Differences) -> None:
    if found.any:
        _differs(
            " ; ".join(
                words
                for wrong, words in (
                    (found.another_file, "le fichier n'a pas l'empreinte publiée"),
                    (found.ranks, f"{counted(found.ranks, 'rang', 'rangs')}"),
                    (found.digests, f"{counted(found.digests, 'empreinte de demande', 'empreintes de demandes')}"),
                    (found.results, f"{counted(found.results, 'résultat', 'résultats')}"),
                    (found.places, f"{counted(found.places, 'créneau', 'créneaux')} à d'autres places"),
                )
                if wrong
            )
        )
    if found.lost:
        what = counted(found.lost, "demande n'a pas eu sa place", "demandes n'ont pas eu leur place")
        click.echo(f"{what} : un créneau ou un groupe n'était plus libre quand elle a été donnée.")


def _differs(why: str) -> NoReturn:
    click.echo(f"Différent : {why}.")
    sys.exit(1)


async def _rehearsed(opening: int, *, now: datetime) -> str:
    """The counts of a draw of the demands as they are, by a seed of its own; nothing is written."""
    held = await queries.draw(opening)
    if held is None:
        raise Invalid({"period": f"Aucun tirage n'a le numéro {opening}."})
    if held.ranked_at is not None:
        raise Invalid({"period": "Ce tirage a déjà eu lieu : sans --dry-run, la commande le refait."})
    async with transaction():
        snapshot, _ = await frozen(opening, now=now)
    seed = secrets.token_bytes(SEED_BYTES)
    return f"Essai : {_counts(draw_again(replace(snapshot, digest=digest_of(seed), seed=seed.hex())))}."


def _counts(drawn: Drawn) -> str:
    """« 200 demandes : 120 placées, 30 proposées, 50 en attente ; 157 places laissées dans 12 créneaux »."""
    outcomes = Counter(answer.outcome for answer in drawn.answers)
    free = [place.seats for place in drawn.left if place.seats and place.groups]
    return (
        f"{counted(len(drawn.answers), 'demande', 'demandes')} :"
        f" {counted(outcomes['placed'], 'placée', 'placées')},"
        f" {counted(outcomes['offered'], 'proposée', 'proposées')}, {outcomes['waits']} en attente ;"
        f" {counted(sum(free), 'place laissée', 'places laissées')} dans {counted(len(free), 'créneau', 'créneaux')}"
    )


def _tell_demand(number: str, file: Snapshot, drawn: Drawn) -> None:
    answer = next((one for one in drawn.answers if one.number == number), None)
    if answer is None:
        raise Invalid({"demand": f"Aucune demande de ce tirage n'a le numéro {number}."})
    demand = next(one for one in file.demands if one.number == number)
    beyond = "" if demand.within else ", en plus des classes du collège"
    click.echo(f"Demande {number} : rang {answer.rank}, {counted(demand.pupils, 'élève', 'élèves')}{beyond}.")
    for words in _lines_seen(demand, answer, file):
        click.echo(f"  {words}")


def _lines_seen(demand: Demand, answer: Answer, file: Snapshot) -> Iterator[str]:
    for place, (line, seen) in enumerate(zip(demand.lines, answer.lines, strict=True)):
        match line:
            case SlotLine() | PairLine():
                what = " et ".join(_slot_seen(left, file) for left in seen.left)
            case SentenceLine():
                what = "recherche"
        yield f"{place + 1}. {what} : {_came_of(place, answer, seen, file)}"


def _slot_seen(left: PlacesLeft, file: Snapshot) -> str:
    restes = f"{counted(left.seats, 'place', 'places')} et {counted(left.groups, 'groupe', 'groupes')}"
    return f"{_named(left.slot, file)}, où il restait {restes}"


def _named(slot: int, file: Snapshot) -> str:
    found = next((one for one in file.slots if one.id == slot), None)
    return f"créneau {slot}" if found is None else f"créneau {slot} ({moment(found.starts_at)})"


def _came_of(place: int, answer: Answer, seen: LineSeen, file: Snapshot) -> str:
    if answer.line is not None and place > answer.line:
        return "pas regardé, une ligne d'avant convient"
    if place != answer.line:
        return AGAINST[seen.against] if seen.against else "rien"
    seats = " et ".join(
        f"{counted(seated.pupils, 'élève', 'élèves')}, {_named(seated.slot, file)}" for seated in answer.seats
    )
    return f"{'place' if answer.outcome == 'placed' else 'place proposée'} ({seats})"
