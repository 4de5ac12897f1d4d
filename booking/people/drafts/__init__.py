"""What was typed and not yet taken, kept a short while so that nobody writes it twice."""
