"""The consortium as the coordinator keeps it, and what each partner has done in a school year."""
