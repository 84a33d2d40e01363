"""The message keys that the code itself says; the flows and tables name the others. A test compares this list with
the source, so that neither a missing nor a forgotten message goes unseen."""

USED = frozenset(
    """
    booking.offer
    consent.help consent.started consent.stopped
    courtesy.goodbye courtesy.welcome
    decision.booked decision.cancelled decision.changed decision.declined decision.done decision.expired
    error.trouble
    facts.closure facts.directions facts.hours facts.insurance facts.none
    format.due format.due.today format.range
    greeting.disclosure greeting.hello greeting.offer
    handoff.added handoff.asked handoff.joined handoff.returned handoff.stuck
    identity.code
    options.inline options.reply options.reply_short options.spoken
    pattern.back_to pattern.dropped pattern.language pattern.not_understood pattern.one_by_one pattern.sorry
    pattern.which
    safety.clinical safety.distress safety.emergency safety.kept safety.safeguard safety.self_harm
    safety.self_harm.no_line safety.urgent
    term.any_provider term.local_emergency_number
    """.split()
)

# Keys that the code puts together: "role.<role>", "option.<word>"; every message that begins so counts as used.
PREFIXES = ("format.opening", "option.", "part.", "relation.", "role.", "why.")

# What comes of a key that a flow or table names: "<ask>.again" when it was not understood, "<title>.want" on a button.
ENDINGS = (".again", ".want")
