"""What waits to be told: a message is a row first, a mail later."""
