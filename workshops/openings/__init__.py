"""Openings: the day and hour from which the slots of a period may be reserved."""
