"""Pages of collèges (teachers) and lycées (hosts)."""
