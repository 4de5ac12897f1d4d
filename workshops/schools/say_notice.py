"""How many school days before a visit the reservations of a lycée close."""

from __future__ import annotations

# The number that it said before, none where there is no such lycée.
SAY_NOTICE = """UPDATE schools s SET booking_days = $2
FROM (SELECT id, booking_days FROM schools WHERE id = $1 FOR NO KEY UPDATE) was
WHERE s.id = was.id AND s.kind = 'lycee' RETURNING was.booking_days"""
