"""Asks the clinic's systems, as rasa-sdk actions; decides nothing and says nothing."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.actions.context import ClinicAction

ACTIONS: tuple[str, ...] = (
    "action_match_visit_type",
    "action_find_openings",
    "action_hold_opening",
    "action_release_hold",
    "action_identify",
    "action_check_code",
    "action_my_appointments",
    "action_pending_request",
    "action_request_status",
    "action_note_attendance",
    "action_clinic_facts",
    "action_find_instruction",
    "action_note_check_in",
    "action_note_asked",
    "action_may_text",
    "action_stop_texts",
    "action_end_calls",
    "action_answer_offer",
    "action_note_offered",
    "action_note_missed",
    "action_leave_waitlist",
    "action_find_offer",
    "action_open_offer",
    "action_offer_facts",
    "action_note_reached",
    "action_note_bulk",
    "action_note_told",
    "action_call_window",
    "action_note_wish",
    "action_note_number",
)


def built_in() -> "tuple[ClinicAction, ...]":
    """One instance of each action in ACTIONS, in that order; imports rasa-sdk."""
    from agent.actions.appointments import (
        MyAppointments,
        NoteAttendance,
        NoteReached,
        NoteWish,
        PendingRequest,
        RequestStatus,
    )
    from agent.actions.bulk import NoteBulk, NoteTold
    from agent.actions.call_backs import CallWindow
    from agent.actions.check_ins import NoteAsked, NoteCheckIn
    from agent.actions.facts import ClinicFacts
    from agent.actions.holds import HoldOpening, ReleaseHold
    from agent.actions.identity import CheckCode, Identify
    from agent.actions.instructions import FindInstruction
    from agent.actions.missed import NoteMissed
    from agent.actions.offers_elsewhere import FindOffer, OpenOffer
    from agent.actions.openings import FindOpenings
    from agent.actions.our_calls import NoteNumber
    from agent.actions.texting import EndCalls, MayText, StopTexts
    from agent.actions.vacancies import AnswerOffer, LeaveWaitlist, NoteOffered, OfferFacts
    from agent.actions.visit_types import MatchVisitType

    return (
        MatchVisitType(),
        FindOpenings(),
        HoldOpening(),
        ReleaseHold(),
        Identify(),
        CheckCode(),
        MyAppointments(),
        PendingRequest(),
        RequestStatus(),
        NoteAttendance(),
        ClinicFacts(),
        FindInstruction(),
        NoteCheckIn(),
        NoteAsked(),
        MayText(),
        StopTexts(),
        EndCalls(),
        AnswerOffer(),
        NoteOffered(),
        NoteMissed(),
        LeaveWaitlist(),
        FindOffer(),
        OpenOffer(),
        OfferFacts(),
        NoteReached(),
        NoteBulk(),
        NoteTold(),
        CallWindow(),
        NoteWish(),
        NoteNumber(),
    )
