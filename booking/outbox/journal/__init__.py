"""The journal: events and refusals, with the names of those who acted."""
