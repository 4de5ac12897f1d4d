"""What a company announced and did in a school year, for itself, the coordination and its certificate."""
