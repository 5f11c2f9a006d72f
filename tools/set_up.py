"""The way into set-up: `python3 tools/set_up.py run|test`, called by `make run` and `make test`.

Any Python from 2.7 on can read this file, so that one that is too old gets a sentence and not a syntax error. The
steps themselves are in steps.py.
"""

import sys

OLDEST_PYTHON = (3, 11)
GOALS = ("run", "test")


def main():  # Without types: the oldest readers know none.
    goal = sys.argv[1] if len(sys.argv) == 2 else ""
    if goal not in GOALS:
        sys.stderr.write("usage: python3 tools/set_up.py run|test\n")
        return 2
    if sys.version_info[:2] < OLDEST_PYTHON:
        sys.stderr.write(
            "Set-up stopped: Tekhne needs Python 3.11 or newer and this is " + sys.version.split()[0] + ": "
            "install one and say `make PYTHON=python3.11 " + goal + "`.\n"
        )
        return 2
    # Only now: an older Python cannot read it.
    from steps import set_up

    return set_up(goal)


if __name__ == "__main__":
    sys.exit(main())
