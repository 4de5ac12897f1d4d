"""Authentication and authorization: sessions, API keys, guards, CSRF protection, desk links."""
