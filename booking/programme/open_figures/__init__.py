"""The public figures as tables that anybody may take away and use."""
