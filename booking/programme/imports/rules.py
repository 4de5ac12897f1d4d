"""Why an import cannot be undone, in words."""

from __future__ import annotations

from collections.abc import Sequence

from workshops.refusals import Refusal


class NothingToUndo(Refusal):
    kind = "nothing-to-undo"
    title = "Rien à défaire"
    sentence = "Aucun import n'est à défaire : le dernier l'est déjà, ou il n'a rien changé."


class ImportInUse(Refusal):
    """Something hangs on what the import made, or has changed since; `held` says what."""

    kind = "import-in-use"
    title = "Cet import ne se défait plus"

    def __init__(self, held: Sequence[str]) -> None:
        self.held = list(held)
        super().__init__(f"Rien n'est défait : {' ; '.join(held)}. Corrigez à la main, ou par un nouveau fichier.")
