"""Decides, purely: no clock, no input or output, no randomness."""
