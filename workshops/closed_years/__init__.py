"""Années closes: what they were counted as, the schools as they were then, and what was corrected since."""
