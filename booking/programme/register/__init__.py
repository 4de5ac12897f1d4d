"""The register: every school, company and partner that is known, in one list."""
