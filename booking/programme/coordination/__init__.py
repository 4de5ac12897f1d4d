"""What the coordinator looks after: what needs care, and the acts of gestion, told to the journal."""
