"""A proposer that claims bookings in 500 ways, and texts that would say so without a row."""

from tests.dialogue.test_honest_words import five_hundred_lies
from tests.prove.ground import Ground

PROMISE = '"Booked" is only said if booked'
SIZE = "a lying proposer, 500 ways, over whole conversations; every text that went out"


def prove(ground: Ground) -> str:
    return f"500 lies, {five_hundred_lies()} texts went out; words of a booking only with the row of a booked visit"
