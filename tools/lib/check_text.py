"""Rules on words: unfinished work, silenced lints, and who may look at identifiable data."""

import re

from sources import Finding, code_only, is_cpp, is_test, line_of

UNFINISHED = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")  # in halves: this file is checked too
SILENCED = re.compile(r"NOLINT(?:NEXTLINE|BEGIN|END)?(?P<rest>[^\n]*)")
REASON = re.compile(r"^(?:\([^)\n]+\))?: \S")
REVEAL = re.compile(r"(?:\.|->)\s*reveal\s*\(")
REVEAL_LIST = "tools/reveal.txt"


def check_unfinished(files):
    for name, text in files.items():
        if name == "package-lock.json" or name.startswith(("LICENSE", "tests/fuzz/", "tests/data/")):
            continue  # digests in base 64, and texts of others
        for match in UNFINISHED.finditer(text):
            yield Finding(name, line_of(text, match.start()), f"{match[0]}: finish it or file it as an issue")


def check_silenced(files):
    for name, text in files.items():
        if not is_cpp(name):
            continue
        for match in SILENCED.finditer(text):
            if not REASON.match(match["rest"]):
                yield Finding(name, line_of(text, match.start()), "NOLINT(check): says why, after a colon")


def check_reveal(files):
    """Identifiable<T>::reveal() is called in listed files only, and every listed file calls it."""
    listed = {}
    for number, line in enumerate(files[REVEAL_LIST].splitlines(), 1):
        if line and not line.startswith("#"):
            path, _, reason = (part.strip() for part in line.partition("|"))
            listed[path] = number
            if not reason:
                yield Finding(REVEAL_LIST, number, f"{path} has no reason")
    calls = set()
    for name, text in files.items():
        if not is_cpp(name) or not name.startswith("src/") or is_test(name):
            continue
        code = code_only(text)
        for match in REVEAL.finditer(code):
            calls.add(name)
            if name not in listed:
                yield Finding(name, line_of(code, match.start()), f"reveal() outside the files of {REVEAL_LIST}")
    for path, number in listed.items():
        if path not in calls:
            yield Finding(REVEAL_LIST, number, f"{path} does not call reveal()")


def check(files):
    yield from check_unfinished(files)
    yield from check_silenced(files)
    yield from check_reveal(files)
