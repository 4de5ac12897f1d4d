"""The HTTP layer that pages and API share: authentication, guards, CSRF, forms, headers, caching, error responses."""
