"""Whether all that is kept has a copy, how old it is, and whether it was ever put back beside to see that it can be."""
