"""What watches over a site: what it is told, the rules that judge it, the board that shows it."""
