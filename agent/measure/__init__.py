"""MEASURES understanding on messages that nothing is trained on: cases, what was heard, figures, floors, pages."""
