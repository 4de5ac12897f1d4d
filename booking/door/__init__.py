"""What pages and API share at the door: session, guards, csrf, headers, refusals, bell."""
