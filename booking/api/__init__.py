"""HTTP JSON: one module per resource."""
