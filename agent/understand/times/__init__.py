"""Dates and times as patients say them: a small engine over the rows of intents/<language>/_times.yaml."""

from agent.understand.times.grammar import TimeGrammar, load_grammar
from agent.understand.times.values import Expression
from agent.understand.times.wanted import Wanted, wanted

__all__ = ["Expression", "TimeGrammar", "Wanted", "load_grammar", "wanted"]
