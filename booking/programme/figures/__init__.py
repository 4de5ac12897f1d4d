"""The programme's figures as sheets: a table, the chart of it, the file to keep, the visits behind each line."""
