"""Half-groups: a class larger than a slot comes as two halves, booked in one act."""
