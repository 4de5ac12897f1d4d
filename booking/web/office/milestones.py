"""Jalons: what is due to the funder, late first, and each one on a page with what proves it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from litestar import get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Response, Template

from booking.door.forms.form_act import form_act
from booking.door.forms.read import FILE_READ, Form
from booking.door.http.answers import Page, dictionary_of, done, download, download_table, page, renders
from booking.door.http.replica_routing import DECIDES_NOTHING
from booking.door.rights.guards import AnyOf, AsCoordinator, Now, may
from booking.outbox.journal.queries import Told, latest_about
from booking.people.accounts.queries import Coordinator, OfPartner
from booking.people.accounts.roles import Permission
from booking.programme.milestones.export import export_milestones
from booking.programme.milestones.look_into import BYTES_MOST, look_into
from booking.words.files import DICTIONARY
from booking.words.wording import PROGRAMMES, paris
from workshops.milestones.plan import PlanMilestone, change_milestone, plan_milestone, remove_milestone
from workshops.milestones.prove import AddProof, add_proof, remove_proof
from workshops.milestones.queries import MilestoneCard, milestone, milestones, proof_content
from workshops.milestones.rules import RISKS
from workshops.milestones.settle import (
    CompleteMilestone,
    GiveUpMilestone,
    complete_milestone,
    give_up_milestone,
    take_up_milestone,
)
from workshops.partners.queries import partners
from workshops.programmes.targets.queries import targets
from workshops.refusals import or_not_found

PAGE = "/gestion/jalons"
WHOLE = "programme"
# What narrows the list, by its word in an address.
SCHEMES = {"": "Tous", **PROGRAMMES, WHOLE: "Tout le programme"}
OF_SCHEMES = {"": "Tout le programme", **PROGRAMMES}
Reader = AnyOf[Coordinator | OfPartner]


@renders("office/milestones.html")
class MilestoneList(Page, frozen=True):
    """Those of the reader's own `body` first, the others, those that have `ended`; `keeps`: she changes them."""

    own: Sequence[MilestoneCard]
    others: Sequence[MilestoneCard]
    ended: Sequence[MilestoneCard]
    scheme: str
    schemes: Mapping[str, str]
    programmes: Mapping[str, str]
    body: str
    keeps: bool
    today: date


@renders(
    "office/milestone.html",
    acts={"asked": PlanMilestone, "ends": CompleteMilestone, "gives_up": GiveUpMilestone, "proof": AddProof},
)
class MilestonePage(Page, frozen=True):
    """One milestone, its proofs, what was `told` of it to whoever `keeps` it; the choices of its forms."""

    one: MilestoneCard
    told: Sequence[Told]
    programmes: Mapping[str, str]
    risks: Mapping[str, str]
    owners: Mapping[str, str]
    figures: Mapping[str, str]
    keeps: bool
    today: date


@renders("office/milestone_new.html", acts={"asked": PlanMilestone})
class NewMilestone(Page, frozen=True):
    programmes: Mapping[str, str]
    owners: Mapping[str, str]


@get(PAGE, opt=may("milestones.read") | DECIDES_NOTHING)
async def list_milestones(person: Reader, now: Now, dispositif: FromQuery[str] = "") -> Template:
    scheme = dispositif if dispositif in SCHEMES else ""
    found = of_scheme(scheme, await milestones(now=now))
    own = person.partner if isinstance(person, OfPartner) else None
    shown = MilestoneList(
        own=[one for one in found if one.open and own is not None and one.owner == own],
        others=[one for one in found if one.open and (own is None or one.owner != own)],
        ended=[one for one in found if not one.open],
        scheme=scheme,
        schemes=SCHEMES,
        programmes=OF_SCHEMES,
        body=person.partner_name if isinstance(person, OfPartner) else "",
        keeps=person.may(Permission.MILESTONES_KEEP),
        today=paris(now).date(),
    )
    return page(shown)


def of_scheme(scheme: str, found: Sequence[MilestoneCard]) -> list[MilestoneCard]:
    """Those of a scheme, or of the whole programme; all without one."""
    asked = "" if scheme == WHOLE else scheme
    return [one for one in found if not scheme or one.programme == asked]


@get(f"{PAGE}.csv", opt=may("milestones.read") | DECIDES_NOTHING)
async def milestones_csv(
    person: Reader, now: Now, dispositif: FromQuery[str] = "", dictionnaire: FromQuery[str] = ""
) -> Response[bytes]:
    return await _file(DICTIONARY if dictionnaire else "csv", person, dispositif, now)


@get(f"{PAGE}.xlsx", opt=may("milestones.read") | DECIDES_NOTHING)
async def milestones_xlsx(person: Reader, now: Now, dispositif: FromQuery[str] = "") -> Response[bytes]:
    return await _file("xlsx", person, dispositif, now)


async def _file(form: str, person: Coordinator | OfPartner, dispositif: str, now: datetime) -> Response[bytes]:
    scheme = dispositif if dispositif in SCHEMES else ""
    found = of_scheme(scheme, await milestones(now=now))
    chosen = SCHEMES[scheme] if scheme else "tous les dispositifs"
    content = await export_milestones(found, chosen=chosen, form=form, by=person.account, now=now)
    named = "-".join(filter(None, ("technilab-jalons", scheme)))
    beside = dictionary_of(f"{PAGE}.csv", {"dispositif": scheme})
    return download_table(content, name=f"{named}-du-{paris(now).date().isoformat()}", form=form, dictionary=beside)


@get(f"{PAGE}/nouveau", opt=may("milestones.keep"))
async def new_milestone(now: Now) -> Template:
    return page(NewMilestone(OF_SCHEMES, await _owners(now)))


async def _owners(now: datetime, *, also: int | None = None) -> dict[str, str]:
    """Who may answer for a milestone: the coordination, the members of today, and whoever does already."""
    today = paris(now).date()
    members = {str(one.id): one.name for one in await partners() if one.id == also or one.member_on(today)}
    return {"": "La coordination", **members}


@post(PAGE, opt=may("milestones.keep"))
@form_act(PlanMilestone, page=new_milestone.fn)
async def add_one(asked: PlanMilestone, person: AsCoordinator, now: Now) -> Redirect:
    number = await plan_milestone(asked, by=person.account, now=now)
    return done(f"{PAGE}/{number}", "jalon-enregistre")


@get(f"{PAGE}/{{number:int}}", opt=may("milestones.read"))
async def one_milestone(number: FromPath[int], person: Reader, now: Now) -> Template:
    one, keeps = or_not_found(await milestone(number, now=now)), person.may(Permission.MILESTONES_KEEP)
    shown = MilestonePage(
        one=one,
        told=await latest_about("milestone", number) if keeps else (),
        programmes=OF_SCHEMES,
        risks=RISKS,
        owners=await _owners(now, also=one.owner) if keeps else {},
        figures={"": "Aucun"} | {str(known.id): known.label for known in await targets()} if keeps else {},
        keeps=keeps,
        today=paris(now).date(),
    )
    return page(shown)


@post(f"{PAGE}/{{number:int}}", opt=may("milestones.keep"))
@form_act(PlanMilestone, page=one_milestone.fn)
async def change_one(asked: PlanMilestone, number: FromPath[int], person: AsCoordinator, now: Now) -> Redirect:
    await change_milestone(number, asked, by=person.account, now=now)
    return done(f"{PAGE}/{number}", "jalon-enregistre")


@post(f"{PAGE}/{{number:int}}/fait", opt=may("milestones.keep"))
@form_act(CompleteMilestone, page=one_milestone.fn)
async def complete_one(asked: CompleteMilestone, number: FromPath[int], person: AsCoordinator, now: Now) -> Redirect:
    await complete_milestone(number, asked, by=person.account, now=now)
    return done(f"{PAGE}/{number}", "jalon-fait")


@post(f"{PAGE}/{{number:int}}/abandon", opt=may("milestones.keep"))
@form_act(GiveUpMilestone, page=one_milestone.fn)
async def give_up_one(asked: GiveUpMilestone, number: FromPath[int], person: AsCoordinator, now: Now) -> Redirect:
    await give_up_milestone(number, asked, by=person.account, now=now)
    return done(f"{PAGE}/{number}", "jalon-abandonne")


@post(f"{PAGE}/{{number:int}}/reprise", opt=may("milestones.keep"))
async def take_up_one(number: FromPath[int], person: AsCoordinator, now: Now) -> Redirect:
    await take_up_milestone(number, by=person.account, now=now)
    return done(f"{PAGE}/{number}", "jalon-repris")


@post(f"{PAGE}/{{number:int}}/retrait", opt=may("milestones.keep"))
async def remove_one(number: FromPath[int], person: AsCoordinator, now: Now) -> Redirect:
    await remove_milestone(number, by=person.account, now=now)
    return done(PAGE, "jalon-retire")


@post(
    f"{PAGE}/{{number:int}}/preuves",
    opt=may("milestones.keep") | {"file_most": BYTES_MOST},
    request_max_body_size=FILE_READ,
)
@form_act(AddProof, page=one_milestone.fn)
async def prove_one(asked: AddProof, form: Form, number: FromPath[int], person: AsCoordinator, now: Now) -> Redirect:
    file = form.file("file")
    looked = await look_into(await file.read(BYTES_MOST + 1)) if file else None
    await add_proof(number, asked, file=looked, by=person.account, now=now)
    return done(f"{PAGE}/{number}", "preuve-ajoutee")


@get(f"{PAGE}/{{number:int}}/preuves/{{proof:int}}/fichier", opt=may("milestones.read"))
async def proof_file(number: FromPath[int], proof: FromPath[int], person: Reader) -> Response[bytes]:
    found = or_not_found(await proof_content(number, proof))
    return download(found.content, name=found.file_name)


@post(f"{PAGE}/{{number:int}}/preuves/{{proof:int}}/retrait", opt=may("milestones.keep"))
async def drop_proof(number: FromPath[int], proof: FromPath[int], person: AsCoordinator, now: Now) -> Redirect:
    await remove_proof(number, proof, by=person.account, now=now)
    return done(f"{PAGE}/{number}", "preuve-retiree")
