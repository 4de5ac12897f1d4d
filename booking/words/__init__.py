"""The French words that pages, mails, papers and the API share."""
