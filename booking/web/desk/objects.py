"""What a group built, noted from the desk."""

from __future__ import annotations

from datetime import datetime

from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.day.checkin.open_desk import open_desk
from booking.day.checkin.record_build import record_build
from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import done
from booking.door.rights.guards import HOST
from booking.people.accounts.queries import Host
from booking.process.settings import Settings
from booking.web.desk.desk import desk_page
from workshops.refusals import Invalid, NotFound, Refusal

COUNTS = {"made": "Commencés", "finished": "Terminés", "working": "En marche", "taken_home": "Emportés"}


@post("/accueil/{slot:int}/groupes/{reservation:int}/fabrications", opt={**HOST, "camera": True})
async def note_build(
    slot: FromPath[int],
    reservation: FromPath[int],
    request: AnyRequest,
    person: NamedDependency[Host],
    settings: NamedDependency[Settings],
    now: NamedDependency[datetime],
) -> Template | Redirect:
    seen = await open_desk(slot, school=person.school, secret_key=settings.secret_key)
    if reservation not in {group.reservation for group in seen.groups}:
        raise NotFound()
    form = Form(await request.form())

    def named(field: str) -> str:
        return f"{field}-{reservation}"

    tech_object = form.choice(named("object"), {str(number) for number in seen.objects}, label="Objet")
    counts = {field: form.whole(named(field), 0, 500, label=label) for field, label in COUNTS.items()}
    minutes = form.whole(named("minutes"), 1, 600, label="Durée", default=0) or None
    note = form.text(named("note"), label="Remarque", most=500, required=False)
    try:
        form.refuse_if_wrong()
        build = await record_build(
            reservation,
            tech_object=int(tech_object),
            made=counts["made"],
            finished=counts["finished"],
            working=counts["working"],
            taken_home=counts["taken_home"],
            minutes=minutes,
            note=note,
            account=person.account,
            school=person.school,
            now=now,
        )
    except NotFound:
        raise
    except Refusal as no:
        if isinstance(no, Invalid) and not form.errors:
            form.errors.update({named(field): sentence for field, sentence in no.errors.items()})
        return desk_page(seen, now, status=no.status, form=form, wrong=reservation, refusal=no)
    return done(f"/accueil/{slot}", "objet-note", at=f"fabrication-{build}")
