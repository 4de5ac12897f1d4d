"""The collèges that have not come yet: who they are, how far, and the letter that invites them."""
