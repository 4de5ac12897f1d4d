"""python -m booking.commands.compile_all web, or worker, by `make setup`: what its start would compile.

An installed Technilab may write in its data folder alone: what is not compiled before, each start compiles again.
"""

from __future__ import annotations

import os
import sys

from booking.commands.menu import technilab

NOBODY_ASKS = {"DEMO": "1", "REDIS_URL": "none"}


def main(command: str) -> None:
    os.environ |= NOBODY_ASKS
    told = technilab.make_context("technilab", [command])
    technilab.get_command(told, command)  # what a start has read by then is not read again
    if command == "worker":
        from booking.commands.worker import clockwork  # noqa: PLC0415 as the start reads it

        clockwork()
        return
    from booking.commands.serve import assembled  # noqa: PLC0415 as above

    templates = assembled().template_engine.engine
    for name in templates.list_templates(extensions=["html"]):
        if not name.startswith("mail/"):  # a letter has words of its own
            templates.get_template(name)


if __name__ == "__main__":
    main(sys.argv[1])
