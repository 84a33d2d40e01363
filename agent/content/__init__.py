"""Reads intents/, workflows/ and locales/ into one checked, immutable Content, and keeps the last good one."""

from agent.content.faults import ContentFault, Fault
from agent.content.load import load_content, read_content
from agent.content.service import ContentService
from agent.content.sources import Reading

__all__ = ["ContentFault", "ContentService", "Fault", "Reading", "load_content", "read_content"]
