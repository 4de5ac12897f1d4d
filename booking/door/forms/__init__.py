"""Forms: parsed, shown again with the submitted values, saved as drafts."""
