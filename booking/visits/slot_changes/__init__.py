"""What a changed slot does to those who come."""
