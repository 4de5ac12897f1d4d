"""Visites reprises: what was held before Technilab, by a file, a form or a machine; declared, never scanned."""
