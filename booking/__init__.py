"""Who comes: accounts, groups, reservations, badges, check-in, pages and API."""
