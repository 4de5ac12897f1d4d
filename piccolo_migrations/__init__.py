"""One subfolder per Piccolo app: a flat folder makes Piccolo drop tables."""
