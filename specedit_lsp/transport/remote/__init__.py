"""Workers that others run, and what they are trusted with."""
