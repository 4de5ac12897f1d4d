"""The collèges to write to: who they are, how far, the letter that invites them, and its reminder."""
