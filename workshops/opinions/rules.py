"""The three questions after a visit, and the three answers of each."""

QUESTIONS = ("built", "level", "again")
FEWEST = 5
"""From so many visits on are the answers of a year told: nobody's can be read in them."""
ANSWERS = ("yes", "partly", "no")
