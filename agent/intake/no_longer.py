"""A bare "I stopped it" while medicines are asked for: the medicine is kept, as one that is no longer taken."""

from agent.intake.engine import put
from agent.model.form import Asked, Form, FormRow, Given, medicines


def no_longer(form: Form, row: FormRow, asked: Asked, words: str, inbound: str | None) -> FormRow:
    """Of the medicine that was just named, or is being asked for; where it has no name, the words stand as a question
    for staff. What else would be asked about it is passed over."""
    item = form.item(asked.link)
    group = medicines(form, item) if item is not None else None
    if item is None or group is None:
        return row
    if item not in (group, *group.items):  # whether there are any: none now, and staff ask about the one that was
        fresh = Given(link=item.link, values=(False,), words=words, unsure=True, inbound=inbound)
        return row.model_copy(update={"given": put(form, row.given, fresh)})
    held = {(g.link, g.row): g for g in row.given}
    links = [i.link for i in group.items if i.asks]
    named = held.get((links[0], asked.row))
    given = row.given
    before = f"{named.words} — {words}" if named is not None and named.words else words
    values = named.values if named is not None else ()
    first = Given(link=links[0], row=asked.row, values=values, words=before, unsure=not values, inbound=inbound)
    given = put(form, given, first.model_copy(update={"stopped": True}))
    for link in links[1:]:
        if (link, asked.row) not in held:
            given = put(form, given, Given(link=link, row=asked.row))
    return row.model_copy(update={"given": given})
