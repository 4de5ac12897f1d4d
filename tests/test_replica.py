"""The tests' own standby follows, waits when it is told to, and becomes a primary."""

from __future__ import annotations

from tests.replica import IN_RECOVERY, primary_and_standby


def test_a_standby_follows_its_primary_and_takes_its_place():
    with primary_and_standby(migrated=False) as pair:
        pair.primary.ask("CREATE TABLE kept AS SELECT 7 AS number")
        pair.catch_up()
        assert (pair.standby.ask("SELECT number FROM kept"), pair.standby.ask(IN_RECOVERY)) == ("7", "t")
        pair.pause()
        pair.primary.ask("UPDATE kept SET number = 8")
        assert pair.standby.ask("SELECT number FROM kept") == "7"
        pair.resume()
        pair.catch_up()
        assert pair.standby.ask("SELECT number FROM kept") == "8"
        pair.primary.stop("immediate")
        pair.standby.promote()
        pair.standby.ask("UPDATE kept SET number = 9")
        assert (pair.standby.ask("SELECT number FROM kept"), pair.standby.ask(IN_RECOVERY)) == ("9", "f")
