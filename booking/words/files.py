"""The words of files that are given out."""

DICTIONARY = "dictionnaire"
"""The form of a file that says what each column of another is."""
