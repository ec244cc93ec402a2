"""`python -m tests.states.steps --steps 200000`: random steps of random seasons, the rules against the naive model."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter

from tests.states.seasons import Disagreement, compare


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--steps", type=int, default=200_000)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--keep-going", action="store_true", help="tell every kind of disagreement, not the first")
    given = arguments.parse_args()
    done, seed, began, kinds = 0, given.seed, time.perf_counter(), Counter[str]()
    while done < given.steps:
        try:
            done += compare(seed)
        except Disagreement as found:
            done += 1
            kind = str(found).splitlines()[-1].split(": ", 1)[1]
            kinds[kind] += 1
            if kinds[kind] == 1:
                print(found, file=sys.stderr)
            if not given.keep_going:
                return 1
        seed += 1
    seconds = time.perf_counter() - began
    print(f"{done} steps in {seed - given.seed} seasons, {seconds:.1f} s, {done / seconds:.0f} steps/s")
    for kind, times in kinds.most_common():
        print(f"{times} × {kind}")
    return 1 if kinds else 0


if __name__ == "__main__":
    sys.exit(main())
