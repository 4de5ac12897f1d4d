"""Séries: one workshop on many dates, over the school calendar, opened in one act."""
