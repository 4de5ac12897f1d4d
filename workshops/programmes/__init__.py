"""The three schemes of the programme: what each aims at, and the records of P-TECH and of BTS+1."""
