"""The guides of docs/ typed as they stand, in a bare Debian beside a PostgreSQL that is rented: `python -m
tests.deploy.bare`."""
