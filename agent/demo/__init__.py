"""The demo clinic and its stand-ins for the outside world; nothing here runs in production."""
