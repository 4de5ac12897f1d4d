"""Links that open one visit's desk, that day, to a helper without account."""
