"""What more than one machine is made of: the engines' files, and `make cluster`, which starts them all on this one."""
