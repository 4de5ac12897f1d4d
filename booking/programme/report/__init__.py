"""Dossier France 2030: the file of a school year, from the board's own figures, and the sheet for the committee."""
