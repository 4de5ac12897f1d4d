"""Photos of what was built, and pictures of workshops: drawn anew, kept, removed."""
