"""The message keys that the code itself says; the flows and tables name the others. A test compares this list with
the source, so that neither a missing nor a forgotten message goes unseen."""

USED = frozenset(
    """
    booking.offer
    consent.help consent.started consent.stopped
    courtesy.good courtesy.goodbye courtesy.welcome
    decision.booked decision.cancelled decision.changed decision.declined decision.done decision.expired
    decision.late decision.waitlisted
    error.media error.trouble error.unsupported_language
    form.link form.why.usual
    greeting.disclosure greeting.hello greeting.offer
    handoff.added handoff.asked handoff.joined handoff.returned handoff.stuck
    identity.code
    pattern.back_to pattern.dropped pattern.language pattern.not_understood pattern.one_by_one pattern.sorry
    pattern.silence pattern.stale
    reminder.soon visit.cannot
    safety.clinical safety.connect safety.distress safety.emergency safety.kept safety.safeguard safety.self_harm
    safety.self_harm.no_line safety.urgent safety.with_you
    text.begin text.dropped text.offer text.sent
    voice.back voice.closing voice.continue voice.no_answer voice.no_answer_withheld voice.slower voice.slower.most
    voice.trouble
    whisper.about whisper.back whisper.from whisper.language whisper.take whisper.urgent
    """.split()
)

# Keys that the code puts together: "role.<role>", "option.<word>"; every message that begins so counts as used.
PREFIXES = (
    "facts.",
    "form.page.",
    "format.",
    "option.",
    "options.",
    "part.",
    "relation.",
    "role.",
    "snippet.",
    "term.",
    "why.",
)

# What comes of a key that is named: "<ask>.again" when the answer was not understood, "<ask>.back" on coming back to
# it, "<title>.want" on a button, "<key>.open" while no flow is open, "<key>.closed" after hours.
ENDINGS = (".again", ".back", ".closed", ".open", ".want")
