"""The last file or list that was taken in, kept so that it can be taken back whole."""
