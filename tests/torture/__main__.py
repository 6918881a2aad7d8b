"""`make torture N=1000`: N programs of people, faults and crashes over both state machines, and N/2 kills of a worker.

Everything follows from a seed, which is printed; what fails prints the command that shows it again.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from random import SystemRandom

OVER_MEMORY = "tests/sync/test_state_machine.py"
OVER_THE_SANDBOX = "tests/scenarios/test_sandbox_machine.py"
SHARE = 10
"""One program in so many runs over the sandbox, where each step costs calls over HTTP."""
CHUNK = 100
"""Programs of one report."""


def main() -> int:
    """Run what was asked for; 0 where everything held."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("programs", type=int, help="how many programs; half as many kills")
    parser.add_argument("--seed", type=int, default=SystemRandom().randrange(10**6))
    parser.add_argument("--only", choices=["programs", "kills"])
    asked = parser.parse_args()
    say(f"seed {asked.seed}")
    if asked.only == "kills":
        return kills(asked.programs // 2, asked.seed)
    if asked.only == "programs":
        return programs(asked.programs, asked.seed)
    command = [sys.executable, "-m", "tests.torture", str(asked.programs), "--seed", str(asked.seed), "--only"]
    with subprocess.Popen([*command, "kills"]) as killing:  # each keeps one processor busy
        code = programs(asked.programs, asked.seed)
    return code or killing.returncode


def kills(number: int, seed: int) -> int:
    from tests.torture.kills import Broken, kill_workers

    try:
        kill_workers(number, seed, say)
    except Broken as broken:
        say(f"FAILED: {broken}. Again: python -m tests.torture {2 * number} --only kills --seed {seed}")
        return 1
    return 0


def programs(number: int, seed: int) -> int:
    """Programs in reports of a hundred, each with a seed of its own."""
    begun = time.monotonic()
    for first in range(0, number, CHUNK):
        some = min(CHUNK, number - first)
        shares = ((OVER_MEMORY, some - some // SHARE), (OVER_THE_SANDBOX, some // SHARE))
        for machine, count in (each for each in shares if each[1]):
            arguments = [machine, "-q", f"--hypothesis-seed={seed + first}"]
            settings = {"ENTENTE_TORTURE": str(count)}
            command = [sys.executable, "-m", "pytest", *arguments]
            done = subprocess.run(command, env=os.environ | settings, capture_output=True, text=True, check=False)
            if done.returncode:
                sys.stdout.write(done.stdout + done.stderr)
                say(f"FAILED. Again: ENTENTE_TORTURE={count} pytest {' '.join(arguments)}")
                return 1
        say(f"{first + some} of {number} programs, {time.monotonic() - begun:.0f} s")
    return 0


def say(line: str) -> None:
    sys.stdout.write(f"torture: {line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
