"""P-TECH and BTS+1 records as tables of a spreadsheet: taken in after a dry run, given out with the same columns."""
