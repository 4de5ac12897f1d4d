"""The end of a school year."""
