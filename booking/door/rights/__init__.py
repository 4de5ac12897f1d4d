"""Who is asking, and what she may do: session, guards, CSRF, desk links."""
