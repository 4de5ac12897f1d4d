"""What a phone is told of a visit, and the keys that open it."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64decode

import pytest

from booking.day.checkin.phone_roster import key_of, phone_roster
from tests.booking.day.checkin.day import NINE_FOUR, START
from tests.browsing import SECRET
from workshops.database import value
from workshops.refusals import NotFound


def test_a_badge_s_key_is_hkdf_of_its_token_and_of_the_slot():
    # RFC 5869, 2.2 and 2.3, written out.
    drawn = hmac.new(b"12", b"B1.TOKEN", hashlib.sha256).digest()
    assert key_of("B1.TOKEN", slot=12) == hmac.new(drawn, b"technilab roster 1\x01", hashlib.sha256).digest()
    assert key_of("B1.TOKEN", slot=13) != key_of("B1.TOKEN", slot=12)


async def test_each_badge_has_its_place_and_its_key(day):
    await value("UPDATE schools SET phone = '03 81 35 58 70' WHERE kind = 'college'")
    told = await phone_roster(day.slot, school=day.school, secret_key=SECRET)
    assert [(group.label, group.college, group.phone, group.sign, group.mark) for group in told.groups] == [
        ("4e B", "Collège Stendhal", "03 81 35 58 70", 0, "cercle bleu"),
        ("5e A", "Collège Stendhal", "03 81 35 58 70", 1, "triangle ocre"),
    ]
    seventeen = next(badge for badge in told.groups[0].badges if badge.face == "17")
    assert seventeen.at == hashlib.sha256(day.tokens[16].encode()).hexdigest()
    assert b64decode(seventeen.key) == key_of(day.tokens[16], slot=day.slot)
    assert (told.slot, told.here, (told.forget_at - told.starts_at).total_seconds()) == (day.slot, (), 5 * 3600)


async def test_who_is_here_changes_but_the_version_does_not(day):
    before = await phone_roster(day.slot, school=day.school, secret_key=SECRET)
    badge = await value("SELECT id FROM badges WHERE reservation = $1 AND number = 4", day.groups[0])
    await value(
        """INSERT INTO presences (badge, slot, scan, first_scanned_at)
           VALUES ($1, $2, '00000000-0000-4000-8000-000000000000', $3) RETURNING id""",
        badge,
        day.slot,
        NINE_FOUR,
    )
    after = await phone_roster(day.slot, school=day.school, secret_key=SECRET)
    assert [(one.at, one.since) for one in after.here] == [(after.groups[0].badges[3].at, NINE_FOUR)]
    assert (after.version, after.groups) == (before.version, before.groups)
    await value("UPDATE badges SET revoked_at = $2 WHERE id = $1", badge, START)
    assert (await phone_roster(day.slot, school=day.school, secret_key=SECRET)).version != before.version


async def test_badges_printed_under_another_secret_have_no_line(day):
    assert (await phone_roster(day.slot, school=day.school, secret_key="another")).groups == ()


async def test_another_lycee_takes_nothing(day):
    with pytest.raises(NotFound):
        await phone_roster(day.slot, school=day.school + 1, secret_key=SECRET)
