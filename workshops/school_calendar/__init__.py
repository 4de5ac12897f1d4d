"""When pupils are away: holidays, public holidays, a school's own closures."""
