"""What the desk calls about. Another kind is a name in `About`, a module with its `Kind`, a row here, and a flow that
asks first whether it is they and notes the answer on the call (`agent.actions.our_calls`)."""

from agent.desk import check_in_calls, reminder_calls
from agent.desk.call_kind import Kind
from agent.model.outgoing_call import About

KINDS: dict[About, Kind] = {"reminder": reminder_calls.KIND, "check_in": check_in_calls.KIND}
