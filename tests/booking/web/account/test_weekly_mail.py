from __future__ import annotations

from tests import builders
from tests.browsing import Browser, read
from tests.builders import NOW
from workshops.database import value


async def signed_in(app, role: str, **place) -> Browser:
    app.state.clock = lambda: NOW
    account = await builders.person(role, **place)
    return await Browser(app, now=NOW).sign_in(account)


async def test_a_host_switches_the_monday_mail_off_and_on(app):
    host = await signed_in(app, "host", school=await builders.school(kind="lycee"))
    page = await host.get("/compte")
    assert 'name="weekly" value="oui" checked' in page.text
    answer = await host.post("/compte/mail-du-lundi")
    assert answer.headers["location"] == "/compte?fait=mail-du-lundi"
    assert await value("SELECT weekly_mail FROM accounts") is False
    assert 'name="weekly" value="oui">' in (await host.get("/compte")).text
    await host.post("/compte/mail-du-lundi", {"weekly": "oui"})
    assert await value("SELECT weekly_mail FROM accounts") is True


async def test_a_teacher_has_none_to_switch_off(app):
    teacher = await signed_in(app, "teacher", school=await builders.school())
    assert "Mail du lundi" not in read(await teacher.get("/compte"))
    assert (await teacher.post("/compte/mail-du-lundi")).status_code == 404
