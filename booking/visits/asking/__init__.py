"""What a teacher asks for, above the reservations that come of it: in order, in halves, and what nobody could have."""
