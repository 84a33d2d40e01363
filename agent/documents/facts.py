"""The facts of a case: each sentence of a note compared with the talk, the rest of the note and the record."""

from collections.abc import Sequence

from agent.documents.case import Case, Person
from agent.documents.checks_people import check_people, sex_of
from agent.documents.checks_sense import check_sense
from agent.documents.checks_values import check_values
from agent.documents.heard import Said, Talk, said
from agent.documents.linking import link


def cases(texts: Sequence[str], talk: Talk, person: Person) -> list[Case]:
    """A checked case for each sentence."""
    taken = [said(text) for text in texts]
    if not person.sex:
        person = Person(person.names, sex_of(taken), person.ages, person.drugs, person.known)
    return [_case(n, taken, talk, person) for n in range(len(taken))]


def _case(n: int, taken: list[Said], talk: Talk, person: Person) -> Case:
    others = [o for k, o in enumerate(taken) if k != n and o.text != taken[n].text]
    case = Case(taken[n], link(taken[n], talk), talk, others, person)
    check_values(case)
    check_people(case)
    check_sense(case)
    return case
