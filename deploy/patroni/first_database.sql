-- Run once, by the first leader, before there is a standby that could confirm it.
SET synchronous_commit = local;
CREATE ROLE technilab LOGIN PASSWORD '@TECHNILAB_PASSWORD@';
CREATE DATABASE technilab OWNER technilab;
