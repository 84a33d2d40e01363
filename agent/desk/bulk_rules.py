"""Standing rules of recalls: each month the desk prepares what a rule means, for a person to answer for or drop."""

from datetime import datetime
from zoneinfo import ZoneInfo

from agent.desk.bulk import prepare, prepared_nothing
from agent.desk.desk import Desk
from agent.model.bulk import Choice
from agent.model.clinic import RecallRule
from agent.model.fault import Conflict, Refused


def by_rules(desk: Desk) -> int:
    """Prepare this month's recalls that are not prepared yet, in the clinic's opening day; how many. Several processes
    may do it at once: the database takes one for each rule and month."""
    now, count = desk.clock(), 0
    for rule in desk.clinic.bulk.recalls:
        count += _once(desk, rule, now)
    return count


def name_of(rule: RecallRule, month: datetime) -> str:
    """A rule in a month, `month` in the clinic's zone."""
    return f"{rule.visit_type}:{rule.months}:{month:%Y-%m}"


def _once(desk: Desk, rule: RecallRule, now: datetime) -> bool:
    name = name_of(rule, now.astimezone(ZoneInfo(desk.clinic.zone)))
    choice = Choice(visit_type=rule.visit_type, months=rule.months)
    with desk.store.begin(write=False) as tx:
        if tx.bulk.has_rule(desk.clinic.id, name):
            return False
    try:
        prepare(desk, None, "recall", choice, {}, rule=name)
    except Conflict:
        return False  # another process was faster
    except Refused as why:
        prepared_nothing(desk, choice, name, str(why))
    return True
