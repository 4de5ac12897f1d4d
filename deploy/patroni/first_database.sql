-- Run once, by the first leader, before there is a standby that could confirm it.
SET synchronous_commit = local;
CREATE ROLE technilab LOGIN PASSWORD '@TECHNILAB_PASSWORD@';
-- How far its standbys are behind, which PostgreSQL tells few.
GRANT pg_read_all_stats TO technilab;
CREATE DATABASE technilab OWNER technilab;
