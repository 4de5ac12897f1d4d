"""Messages: a row first, a mail later."""
