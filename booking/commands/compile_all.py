"""python -m booking.commands.compile_all web, or worker, by `make setup`: compiles what a start would compile.

An installation may write in its data folder alone: what is not compiled beforehand is compiled again at each start.
"""

from __future__ import annotations

import os
import sys

from booking.commands.menu import technilab

ENVIRONMENT = {"DEMO": "1", "REDIS_URL": "none"}


def main(command: str) -> None:
    os.environ |= ENVIRONMENT
    context = technilab.make_context("technilab", [command])
    technilab.get_command(context, command)  # modules that a start has imported by then are not imported again
    if command == "worker":
        from booking.commands.worker import worker_settings  # noqa: PLC0415 as the start imports it

        worker_settings()
        return
    from booking.commands.serve import build_app  # noqa: PLC0415 as above

    templates = build_app().template_engine.engine
    for name in templates.list_templates(extensions=["html"]):
        if not name.startswith("mail/"):  # letters have a template environment of their own
            templates.get_template(name)


if __name__ == "__main__":
    main(sys.argv[1])
