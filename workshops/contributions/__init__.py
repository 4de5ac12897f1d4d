"""Apports : what is given to the programme in kind, what an hour of it is worth, and the three sums of its money."""
