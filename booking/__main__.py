"""python -m booking: the command line."""

from booking.cli import main

if __name__ == "__main__":
    main()
