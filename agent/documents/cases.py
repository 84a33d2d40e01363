"""The cases of a note: each sentence compared with the talk, the rest of the note and the record."""

from collections.abc import Sequence

from agent.documents.case import Case, Person
from agent.documents.checks_bound import check_bound
from agent.documents.checks_family import check_family
from agent.documents.checks_how import check_how
from agent.documents.checks_nuance import check_nuance
from agent.documents.checks_people import check_people, sex_of
from agent.documents.checks_record import check_record
from agent.documents.checks_results import check_results
from agent.documents.checks_room import check_room
from agent.documents.checks_sense import check_sense
from agent.documents.checks_tight import check_tight, is_question, is_title
from agent.documents.checks_values import check_values
from agent.documents.heard import Said, Talk
from agent.documents.linking import link
from agent.documents.record import Chart


def cases(
    taken: Sequence[Said], talk: Talk, person: Person, spoken: Talk | None = None, record: Chart | None = None
) -> list[Case]:
    """A checked case for each sentence; `talk` holds what was said and, after it, the record's own sentences."""
    if not person.sex:
        person = Person(person.names, sex_of(list(taken)), person.ages, person.drugs, person.known)
    return [case_of(n, taken, talk, person, spoken or talk, record or Chart()) for n in range(len(taken))]


def case_of(n: int, taken: Sequence[Said], talk: Talk, person: Person, spoken: Talk, record: Chart) -> Case:
    """The case of sentence number `n`."""
    others = [o for k, o in enumerate(taken) if k != n and o.text != taken[n].text]
    case = Case(taken[n], link(taken[n], talk), talk, others, person, spoken)
    if is_title(case) or is_question(case):
        case.mark("title")
        return case
    check_values(case)
    check_how(case)
    check_family(case)
    check_people(case)
    check_sense(case)
    check_nuance(case)
    check_bound(case, *check_tight(case))
    check_record(case, record)
    check_results(case, record)
    check_room(case, record)
    return case
