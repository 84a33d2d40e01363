"""Read once, before processes are forked: the content and the clinic, so that each need not read them."""

from tests.prove.bookings import clinic, content

clinic()
content()
