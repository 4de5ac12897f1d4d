"""What a lycée sees of those who come to it, and what it has left to do."""
