"""Who says to a reminder call that they cannot come, and hangs up, is called by a person."""

from datetime import timedelta

from agent.desk.reminders import remind
from tests.outgoing import outgoing


def test_who_hangs_up_after_saying_so_is_called_back() -> None:
    with outgoing() as out:
        who, made = out.due()
        caller = out.ring()
        caller.wait()
        caller.say("yes")
        caller.say("yes this is Rosa")
        caller.say("I can't make it")
        caller.hang_up()
        assert out.until_over(caller, made) == "told"
        out.world.clock.now += timedelta(minutes=31)
        remind(out.world.desk)
        (task,) = [t for t in out.line.tasks(who.phones[0]) if t.kind == "callback"]
        assert task.reason == "cannot_come_unfinished"
