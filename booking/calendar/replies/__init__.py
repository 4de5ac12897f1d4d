"""What the invited people's agendas answer: a hint to the schools, never a command."""
