"""Charts drawn on the server: SVG for pages, PNG to keep."""
