"""P-TECH and BTS+1 records as spreadsheets: a lycée's own, all of them for the coordinator."""
