"""What a visit leaves to those who received it: its counts, the hours given, a teacher's line, photos of objects."""
