"""Routes only: parse, authorise, call desk or content, answer."""
