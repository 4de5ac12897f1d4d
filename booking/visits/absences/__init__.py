"""Absences: a collège whose groups did not come twice in a year is asked what happened, before its next demand."""
