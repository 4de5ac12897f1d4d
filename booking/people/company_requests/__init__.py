"""Companies that ask to join, until the coordination answers."""
