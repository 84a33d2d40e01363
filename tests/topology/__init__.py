"""The desk as many processes, without containers: for tests, proofs, loads, and anybody who wants to watch it."""

from tests.topology.many import Many, Member, many

__all__ = ["Many", "Member", "many"]
