"""`python -m tests.understand.fuzz [messages a language] [seed]`: odd messages for the ears and the safety gate in all
languages; prints what each kind cost, and the first message that was not answered."""

import sys
import time
from collections import defaultdict

from tests import shared
from tests.understand.odd_texts import answered, odd_texts


def main() -> int:
    count, seed = (int(sys.argv[1]) if sys.argv[1:] else 2_000), (int(sys.argv[2]) if sys.argv[2:] else 1)
    content, ears, gate = shared.content(), shared.hearing().ears, shared.hearing().gate
    spent: dict[str, list[float]] = defaultdict(list)
    for lang, rows in content.rows["corpus"].items():
        words = [w for row in rows.values() for text in row["examples"] for w in str(text).split()]
        for kind, text in odd_texts(seed, count, words):
            began = time.thread_time()
            try:
                answered(ears, gate, text, lang)
            except Exception as fault:
                print(f"{lang}, seed {seed}, {kind}: {fault!r} for {text[:200]!r}")
                raise
            spent[kind].append(time.thread_time() - began)
    for kind, each in spent.items():
        print(f"{kind:<14} {len(each):>6} messages, longest {max(each) * 1000:6.1f} ms of CPU")
    print(f"{sum(map(len, spent.values()))} messages in {len(content.rows['corpus'])} languages, all answered")
    return 0


if __name__ == "__main__":
    sys.exit(main())
