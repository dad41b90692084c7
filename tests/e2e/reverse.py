#!/usr/bin/env python3
"""Salted hashes give everybody away, and what the hub holds gives nobody away: `candour demo reverse`.

usage: reverse.py CANDOUR
"""
import re
import subprocess
import sys


def main(program):
    # The synthetic numbers are all among the highest million: every person is found, or the attack does not work.
    done = subprocess.run([program, "demo", "reverse", "--prefixes", "1000000", "--providers", "ACG31"],
                          capture_output=True, text=True)
    said = done.stdout
    if done.returncode != 0:
        sys.exit(f"it ended with {done.returncode}:\n{said}\n{done.stderr[-2000:]}")
    found, people = re.search(r"([\d,]+) of ([\d,]+) people found", said).groups()
    if people == "0" or found != people:
        sys.exit(f"of {people} people behind salted hashes {found} were found")
    refused = re.findall(r"Guardian \d: (CND-\d{4})", said)
    if len(refused) < 2 or "\n  0 people found\n" not in said:
        sys.exit(f"the hub was not refused as it must be:\n{said}")
    print(f"salted hashes: {found} of {people} found; the hub: refused with {', '.join(refused)}, nobody found")


if __name__ == "__main__":
    main(*sys.argv[1:])
