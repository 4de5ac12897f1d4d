"""A company is told when classes reserve near it."""
