"""What a form's regular expression may hold, so that no answer can make it run for long."""

import re

LONGEST_ANSWER = 200  # characters that are held against a pattern
_LONGEST, _MOST_OPEN, _MOST_TIMES = 200, 3, 100
_COUNT = re.compile(r"\{(\d{1,4})(,(\d{0,4}))?\}")


def unfit(pattern: str) -> str:
    """Why the pattern is not run, empty where it is. Refused is what can take long: a group that repeats and holds
    something that repeats or several ways, more than three open counts, looking around and looking back."""
    if len(pattern) > _LONGEST:
        return f"the pattern is longer than {_LONGEST} characters"
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return "the pattern cannot be read"
    if re.search(r"\(\?(?!:)|\\[1-9]", pattern):
        return "the pattern looks around or back"
    return _slow(pattern)


def _slow(pattern: str) -> str:
    """Walks it once; `free`: for each group that stands open, does it hold what may vary?"""
    free, closed, open_counts, at = [False], False, 0, 0
    while at < len(pattern):
        char = pattern[at]
        count = _COUNT.match(pattern, at) if char == "{" else None
        if char in "*+?" or count is not None:
            varies, many = _counts(char, count)
            at = count.end() if count is not None else at + 1
            at += at < len(pattern) and pattern[at] in "?+"
            if closed and many:
                return "the pattern repeats a group that itself may vary"
            open_counts += varies and many
            free[-1] = free[-1] or varies
            closed = False
            if open_counts > _MOST_OPEN:
                return f"the pattern has more than {_MOST_OPEN} open counts"
            if count is not None and max(int(n or 0) for n in count.group(1, 3)) > _MOST_TIMES:
                return f"the pattern counts further than {_MOST_TIMES}"
            continue
        closed = False
        if char == "(":
            free.append(False)
        elif char == ")" and len(free) > 1:
            closed = free.pop()
            free[-1] = free[-1] or closed
        elif char == "|":
            free[-1] = True
        at = _past(pattern, at)
    return ""


def _counts(char: str, count: "re.Match[str] | None") -> tuple[bool, bool]:
    """Does it vary how often, and can it be more than once?"""
    if count is None:
        return True, char != "?"
    least, most = count[1], count[3] if count[2] else count[1]
    return least != most, most == "" or int(most) > 1


def _past(pattern: str, at: int) -> int:
    """After the character, the escape or the class that stands here."""
    if pattern[at] == "\\":
        return at + 2
    if pattern[at] != "[":
        return at + 1
    at += 2 if pattern[at + 1 : at + 2] == "^" else 1
    first = True
    while at < len(pattern) and (pattern[at] != "]" or first):
        at, first = at + (2 if pattern[at] == "\\" else 1), False
    return at + 1


def matches(pattern: str, text: str) -> bool:
    """Does the whole answer match?"""
    return len(text) <= LONGEST_ANSWER and re.fullmatch(pattern, text) is not None
