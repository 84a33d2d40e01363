"""Why a text did not reach its reader, in the words of those who must reach them otherwise."""

from agent.model.wording import N_

UNSENT = {
    "hourly_cap": N_("This number got the most texts of an hour: this one was held back, and maybe others"),
    "opted_out": N_("They wrote STOP: this text was not sent"),
    "expired": N_("It was too late to send this text"),
    "delivery_unknown": N_("It is not certain that this text arrived; it was not sent again"),
    "delivery_unsure": N_("Nobody can say yet whether this text went out; it was not sent again"),
    "delivery_failed": N_("This text did not arrive"),
    "delivery_rejected": N_("The carrier refused this text"),
    "delivery_busy": N_("The carrier did not take this text in time"),
    "delivery_stopped": N_("They told their carrier to stop our texts"),
    "delivery_misconfigured": N_("Our account at the carrier does not work: tell the operator"),
    "delivery_account": N_("Our account at the carrier does not work: tell the operator"),
    "delivery_our_number": N_("Our number may not send texts: tell the operator"),
    "delivery_no_channel": N_("No way to send texts is set up: tell the operator"),
    "delivery_country": N_("Our account may not text that country: tell the operator"),
    "delivery_bad_number": N_("This is not a number that can be texted"),
    "delivery_landline": N_("This number cannot get texts; it may be a landline"),
    "delivery_unreachable": N_("The phone is off or out of reach"),
    "delivery_inactive": N_("The number is unknown or no longer in use"),
    "delivery_blocked": N_("Their phone or carrier blocks our texts"),
    "delivery_filtered": N_("The carrier took this text for spam"),
    "delivery_text": N_("The carrier does not accept this text as it is"),
}
