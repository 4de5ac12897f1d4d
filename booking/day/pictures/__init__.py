"""Pictures of workshops, that lycées choose to show."""
