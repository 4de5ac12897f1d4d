"""BTS+1 courses as lycées and coordinators keep them: each act with its line in the journal."""
