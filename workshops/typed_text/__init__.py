"""What people type: which characters a text holds, and that it names no pupil and no child's health."""
