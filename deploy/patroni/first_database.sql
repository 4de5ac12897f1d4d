-- Run once, by the first leader, before there is a standby that could confirm it.
SET synchronous_commit = local;
-- One owns the tables and brings them up to date; the other acts, and `technilab migrate` gives it what acts need.
CREATE ROLE technilab LOGIN PASSWORD '@TECHNILAB_PASSWORD@';
CREATE ROLE technilab_acts LOGIN PASSWORD '@ACTING_PASSWORD@';
-- How far its standbys are behind, which PostgreSQL tells few.
GRANT pg_read_all_stats TO technilab, technilab_acts;
CREATE DATABASE technilab OWNER technilab;
