"""Milestones: what is due to the funder, by which day, who answers for it, and what proves that it is done."""
