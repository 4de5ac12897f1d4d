"""The day of the visit: badges, papers, the desk, what it leaves."""
