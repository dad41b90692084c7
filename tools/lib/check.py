"""Runs one of the repository's own checks by name, or all: check.py [--fix] NAME…

Prints each finding as `path:line: what is wrong` and ends with 1 if there was one.
"""

import sys

import check_edges
import check_errors
import check_links
import check_sizes
import check_text
from sources import ROOT, tracked

CHECKS = {
    "edges": check_edges.check, "words": check_text.check, "sizes": check_sizes.check,
    "errors": check_errors.check, "links": check_links.check,
}


def read_all():
    """{path: text} of every file that is text."""
    files = {}
    for name in tracked():
        try:
            files[name] = (ROOT / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture, or a corpus that is bad on purpose
    return files


def main(arguments):
    names = [argument for argument in arguments if argument != "--fix"] or list(CHECKS)
    files = read_all()
    if "--fix" in arguments and "errors" in names and check_errors.pages_of(files):
        (ROOT / check_errors.INDEX).write_text(check_errors.index_of(files), encoding="utf-8")
        files = read_all()
    findings = [finding for name in names for finding in CHECKS[name](files)]
    for finding in findings:
        print(finding)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
