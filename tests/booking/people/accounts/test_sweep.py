"""Spent proofs of identity are thrown away, living ones are kept."""

from __future__ import annotations

from datetime import timedelta

from booking.people.accounts.sweep import sweep
from tests.builders import NOW, account
from workshops.database import rows, value

LINK = "INSERT INTO sign_in_links (token_hash, account, created_at, expires_at) VALUES ($1, $2, $3, $3)"
SESSION = "INSERT INTO sessions (id_hash, account, created_at, seen_at, expires_at) VALUES ($1, $2, $3, $3, $3)"
CHALLENGE = "INSERT INTO passkey_challenges (challenge_hash, purpose, expires_at) VALUES ($1, 'sign_in', $2)"
TRY = "INSERT INTO tries (bucket, at) VALUES ($1, ARRAY[$2::timestamptz])"


async def test_what_ended_more_than_a_day_ago_is_forgotten_and_the_rest_is_kept(db):
    claire = await account()
    for number, ago in enumerate((timedelta(days=2), timedelta(hours=23), -timedelta(hours=1))):
        await rows(LINK, bytes([number]), claire, NOW - ago)
        await rows(SESSION, bytes([number]), claire, NOW - ago)
        await rows(CHALLENGE, bytes([number]), NOW - ago)
        await rows(TRY, f"link:account:{number}", NOW - ago)
    for _ in range(2):
        await sweep(before=NOW - timedelta(days=1))
        assert [
            await value("SELECT array_agg(token_hash ORDER BY id) FROM sign_in_links"),
            await value("SELECT array_agg(id_hash ORDER BY id) FROM sessions"),
            await value("SELECT array_agg(challenge_hash ORDER BY id) FROM passkey_challenges"),
            await value("SELECT count(*) FROM tries"),
        ] == [[b"\x01", b"\x02"], [b"\x01", b"\x02"], [b"\x01", b"\x02"], 2]
