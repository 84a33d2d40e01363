"""A photograph sent in the web chat: taken where a form asks for one, kept beside the form at once, then heard as a
message like any other."""

import hashlib

from agent.desk.desk import Desk
from agent.desk.photos import MOST, kept_photo, own_url
from agent.desk.receive import Received, receive
from agent.dialogue.forms import SLOT, asked_in
from agent.model.conversation import Conversation
from agent.model.fault import Refused
from agent.model.form import FormRow
from agent.model.message import Inbound
from agent.ports import Tx


def wanted(desk: Desk, conversation: Conversation) -> bool:
    """Is the open question one for a photograph, and can one be opened here?"""
    frame = conversation.frames[-1] if conversation.frames else None
    held = frame.slots.get("item") if frame is not None and frame.asked == SLOT else None
    if desk.darkroom is None or conversation.mode == "staff" or held is None:
        return False
    found = asked_in(desk.content_for(conversation), held.value)
    return found is not None and found[1].kind == "attachment"


def put(desk: Desk, inbound: Inbound, talk: str, content: bytes) -> Received | None:
    """Keep the photograph beside the form that is being filled in, and the message that it is; a repeat is the same
    one. None where no form is open. Raises Refused for what is no photo or too much; Busy as `receive` does."""
    id = "P" + hashlib.sha256(inbound.provider_id.encode()).hexdigest()[:25].upper()
    with desk.store.begin(write=False) as tx:
        known = tx.inbox.known(inbound.channel, inbound.provider_id)
        if known is None and _form(tx, talk) is None:
            return None
    if known is None and desk.darkroom is not None:
        developed = desk.darkroom.develop(content)
        with desk.store.begin() as tx:
            tx.conversations.get(talk, lock=True)  # one at a time: a repeat finds the first
            row = _form(tx, talk)
            if row is None:
                return None
            if tx.photos.get(id) is None:
                if len(tx.photos.of_form(row.id)) >= MOST:
                    raise Refused("there are too many photos with this form")
                now = desk.clock()
                tx.photos.add(kept_photo(id, row, talk, developed, now), developed.content)
                desk.record(tx, "patient", "photo:kept", id, now, data={"form": row.id})
    return receive(desk, inbound.model_copy(update={"media": (own_url(id),)}), talk)


def _form(tx: Tx, talk: str) -> FormRow | None:
    """The open form that the conversation is filling in."""
    conversation = tx.conversations.get(talk)
    for frame in reversed(conversation.frames if conversation is not None else ()):
        held = frame.slots.get("form") if frame.flow == "form" else None
        row = tx.forms.get(str(held.value)) if held is not None else None
        if row is not None and row.state == "open":
            return row
    return None
