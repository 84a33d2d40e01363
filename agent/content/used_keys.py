"""The message keys that the code itself says; the flows and tables name the others. A test compares this list with
the source, so that neither a missing nor a forgotten message goes unseen."""

USED = frozenset(
    """
    answer.how_long.visit.one
    arrived.told.closed
    booking.offer
    call.machine call.no_more call.not_now call.opening
    consent.ask_record consent.help consent.started consent.stopped consent.stopped.bereaved
    courtesy.good courtesy.goodbye courtesy.welcome
    decision.booked decision.cancelled decision.changed decision.declined decision.done decision.expired
    decision.late decision.waitlisted
    document.link
    error.media error.trouble error.unsupported_language
    form.checked form.link form.photo.large form.photo.unreadable form.why.usual
    greeting.disclosure greeting.hello greeting.offer
    handoff.added handoff.added.closed handoff.asked handoff.joined handoff.returned handoff.stuck
    identity.code
    late.told.closed
    oncall.many oncall.one
    pattern.back_to pattern.language pattern.not_understood pattern.one_by_one pattern.sorry
    pattern.silence pattern.stale
    reminder.soon visit.cannot
    safety.clinical safety.connect safety.distress safety.emergency safety.kept safety.safeguard safety.self_harm
    safety.self_harm.no_line safety.urgent safety.with_you
    visit.calendar
    text.begin text.dropped text.offer text.sent
    voice.back voice.closing voice.continue voice.keys.dob voice.keys.leave voice.keys.left
    voice.keys.next_week voice.keys.open voice.keys.other voice.keys.person voice.keys.phone voice.keys.soonest
    voice.keys.this_week voice.keys.unheard voice.keys.week_after voice.language voice.language.more
    voice.no_answer voice.no_answer_withheld voice.slower voice.slower.most
    voice.record.go voice.record.kept voice.record.no voice.record.nothing voice.trouble voice.usual
    voice.usual.already voice.waiting voice.waiting.nobody
    whisper.about whisper.back whisper.from whisper.gone whisper.joined whisper.known whisper.language whisper.named
    whisper.number whisper.take whisper.urgent
    """.split()
)

# Keys that the code puts together: "role.<role>", "option.<word>"; every message that begins so counts as used.
PREFIXES = (
    "document.page.",
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
    "visit.page.",
    "why.",
)

# What comes of a key that is named: "<ask>.again" when the answer was not understood, "<ask>.back" on coming back to
# it, "<ask>.unnamed" where a name was left to staff, "<title>.want" on a button, "<key>.open" while no flow is open,
# "<key>.closed" after hours.
ENDINGS = (".again", ".back", ".closed", ".open", ".unnamed", ".want")
