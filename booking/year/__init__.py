"""The end of a school year, and how long anything is kept."""
