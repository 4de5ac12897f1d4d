"""Who did what, when: append-only, never a pupil."""
