"""Calls of the desk's own in the audit, in words."""

from agent.model.wording import N_

OF_CALLS = {
    "check-in:call-planned": N_("a patient will be asked by telephone how they are"),
    "check-in:dialled": N_("dialled a patient to ask how they are"),
    "check-in:called": N_("a call to ask how a patient is came to an end"),
    "reminder:call-planned": N_("a reminder will be told by telephone"),
    "reminder:dialled": N_("dialled a patient to remind them"),
    "reminder:called": N_("a reminder call came to an end"),
    "waitlist:call-planned": N_("somebody on the waitlist will be offered a time by telephone"),
    "waitlist:dialled": N_("dialled somebody on the waitlist to offer them a time"),
    "waitlist:called": N_("a call to offer a time came to an end"),
    "waitlist:texted": N_("offered a time by text after a call that told nobody"),
}
