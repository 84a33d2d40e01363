"""Walks through the product that a person starts: they take pictures, and are no tests."""
