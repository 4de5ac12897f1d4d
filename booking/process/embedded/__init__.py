"""Embedded PostgreSQL and Valkey servers, in DATA_DIR, used when DATABASE_URL or REDIS_URL is not set."""
