"""Mails that a server took and another gave back minutes later: which ones, and whose address is doubtful since."""
