"""What a badge says to a machine or a hand: tokens and short codes, drawn when a badge is first needed."""
