"""Reads intents/, workflows/ and locales/ into one checked, immutable Content."""

from agent.content.load import ContentFault, load_content

__all__ = ["ContentFault", "load_content"]
