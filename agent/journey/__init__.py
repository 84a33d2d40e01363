"""One patient's way through the desk, from the first text to the third day after the visit, played end to end."""
