"""python -m booking.commands.compile_templates, by `make setup`: compiles pages, as compileall compiles modules.

An installation may write in its data folder alone: what is not compiled beforehand is compiled again at each start.
"""

from __future__ import annotations

from booking.presentation.templating import environment
from booking.process.settings import read_settings

A_TRIAL = {"DEMO": "1", "SECRET_KEY": "-" * 32}


def main() -> None:
    """Compile every template but those of letters, which have a template environment of their own."""
    templates = environment(read_settings(A_TRIAL))
    for name in templates.list_templates(extensions=["html"]):
        if not name.startswith("mail/"):
            templates.get_template(name)


if __name__ == "__main__":
    main()
