"""The last import, undone whole while nothing hangs on what it made."""
