"""Papers for a visit."""
