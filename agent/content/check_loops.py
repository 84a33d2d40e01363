"""Checks where the steps of a flow lead: none left over, no way round that never waits for the patient."""

from agent.content.faults import Fault
from agent.content.read_yaml import Document
from agent.model.flow import Flow


def check_loops(flow: Flow, document: Document) -> list[Fault]:
    """Steps that are never reached, and the first loop that could turn without anybody being asked."""
    ids = [s.id for s in flow.steps]
    after = {id: _after(flow, at) for at, id in enumerate(ids)}
    reached = _reach(after, ids[0])
    faults = [
        document.fault(f"step {id} is never reached", "Lead a `next` to it, or delete it.", "steps", at, "id")
        for at, id in enumerate(ids)
        if id not in reached
    ]
    waiting = _waiting(flow)
    loop = _loop({id: [n for n in after[id] if n not in waiting] for id in ids if id not in waiting})
    if loop:
        what = f"the steps {' → '.join(loop)} can go round without asking anybody"
        fix = "Let one of them collect a slot that the loop forgets, or end the flow there."
        faults.append(document.fault(what, fix, "steps", ids.index(loop[0]), "id"))
    return faults


def _after(flow: Flow, at: int) -> list[str]:
    """Where a step may lead."""
    step = flow.steps[at]
    out = [b.then for b in step.next]
    always = any(b.if_ is None for b in step.next) or step.end or bool(step.start)
    if not always or step.when is not None:
        out += [s.id for s in flow.steps[at + 1 : at + 2]]
    return out


def _reach(after: dict[str, list[str]], first: str) -> set[str]:
    reached, todo = set[str](), [first]
    while todo:
        at = todo.pop()
        if at not in reached:
            reached.add(at)
            todo += after[at]
    return reached


def _waiting(flow: Flow) -> set[str]:
    """Steps that will ask again: they collect a slot that some step forgets, itself or by what it requires."""
    forgotten = {name for s in flow.steps for name in s.forget}
    changed = True
    while changed:
        more = {n for n, s in flow.slots.items() if set(s.requires) & forgotten} - forgotten
        changed = bool(more)
        forgotten |= more
    return {s.id for s in flow.steps if s.collect in forgotten}


def _loop(after: dict[str, list[str]]) -> list[str]:
    """One way round, its first step named again at the end; empty where there is none. Linear, without recursion."""
    done: set[str] = set()
    for start in after:
        path: list[str] = []
        onward = [iter([start])]
        while onward:
            at = next(onward[-1], None)
            if at is None:
                onward.pop()
                if path:
                    done.add(path.pop())
            elif at in path:
                return [*path[path.index(at) :], at]
            elif at not in done:
                path.append(at)
                onward.append(iter(after[at]))
    return []
