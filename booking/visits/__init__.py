"""Groups that come: booked, ranked, moved, hosted."""
