"""Technilab's own PostgreSQL and Valkey, in DATA_DIR, for whoever gives neither DATABASE_URL nor REDIS_URL."""
