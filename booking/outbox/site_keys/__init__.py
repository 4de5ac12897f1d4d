"""Since when a secret key is the site's."""
