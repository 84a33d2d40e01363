"""What things are: frozen values shared by every room; imports nothing of ours."""
