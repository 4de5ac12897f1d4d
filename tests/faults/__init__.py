"""What the product keeps when machines die under it: clients with a log of their own, and who reads it afterwards."""
