"""The three questions after a visit, and the three answers of each."""

QUESTIONS = ("built", "level", "again")
ANSWERS = ("yes", "partly", "no")
