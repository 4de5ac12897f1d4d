"""The consortium: who carries the programme, in which role and since when."""
