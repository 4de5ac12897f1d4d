"""BTS+1: bachelor-level courses, from the idea to the first graduates, and what became of their students."""
