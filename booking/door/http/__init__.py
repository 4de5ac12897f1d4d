"""HTTP: response headers, caching, compression, error responses, metrics, routing."""
