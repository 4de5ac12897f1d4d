"""What people read for what a version to come did or wrote, once one has gone back from it."""

ACT = "Acte d'une version plus récente de Technilab"
LETTER = "Message d'une version plus récente de Technilab"


class WordsOfActs(dict[str, str]):
    """The words of each act, and words for one that is not of this version: no page ends for it."""

    def __missing__(self, act: str) -> str:
        return ACT
