"""Whether what serves and what works behind is well: what `/health/ready`, `/metrics` and `technilab check` read."""
