"""Forms: read, shown again with what was typed, kept as drafts."""
