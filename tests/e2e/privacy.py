#!/usr/bin/env python3
"""What leaves a provider names nobody, and what makes a release has not seen the publication.

usage: privacy.py CANDOUR WORK_FOLDER

Two providers go through the real commands. Then every identifier of their source files is searched for in all that
may leave (counts, release, errors, reports as JSON) and in the vault's file. With strace, every file that a command
opens is seen: between load and compare nobody opens the publication. Release tables are searched as CSV: that the
Parquet file holds the same table is a test of src/release.
"""
import pathlib
import re
import shutil
import sys

from kills import can_trace
from provider import COLLECTION, COLUMNS, OK, PERIOD, PUBLISHED_AT, REFUSED, Candour, Provider, read_source, synthesise

CODES = ["ACG31", "DTT"]
IDENTIFIERS = ["nhs_number", "local_patient_id", "pathway_id", "postcode", "birth_date"]
# Days that a release says of itself are nobody's birthday there.
SAID_OF_THE_PERIOD = {f"{PERIOD}-01", f"{PERIOD}-30", PUBLISHED_AT[:10]}


def identifiers(path):
    """The values of a source file that identify, each in every spelling that a program might give it."""
    found = set()
    for _, row in read_source(path)[1].values():
        for field in IDENTIFIERS:
            text = row[COLUMNS[field]] if COLUMNS[field] in row else ""
            if len(text) < 6 or text in SAID_OF_THE_PERIOD:
                continue
            found |= {text, text.replace(" ", "")}
            if field == "nhs_number":
                digits = text.replace(" ", "")
                found.add(f"{digits[:3]} {digits[3:6]} {digits[6:]}")
            if field == "birth_date" and re.fullmatch(r"\d{4}-\d\d-\d\d", text):
                year, month, day = text.split("-")
                found |= {f"{day}/{month}/{year}", year + month + day}
    return {value.encode() for value in found}


def named_in(folder, values):
    """Which of the values stand in which file below a folder."""
    return [(path.relative_to(folder).as_posix(), value) for path in sorted(folder.rglob("*")) if path.is_file()
            for content in [path.read_bytes()] for value in values if value in content]


class Flow:
    """The way of the data, each command's opened files beside it."""

    def __init__(self, candour, folder):
        self.candour, self.folder = candour, folder
        self.may_trace = can_trace(folder)
        self.opened = {}

    def run(self, name, *words):
        trace = self.folder / "traces" / name.replace(" ", "-")
        trace.parent.mkdir(exist_ok=True)
        before = ["strace", "-f", "-qq", "-s", "4096", "-o", trace, "-e", "trace=%file"] if self.may_trace else []
        done = self.candour.run(*words, expect=(OK, REFUSED), before=before)
        self.opened[name] = trace.read_text(errors="replace") if self.may_trace else ""
        said = self.folder / "leaves/said"
        said.mkdir(parents=True, exist_ok=True)
        (said / name.replace(" ", "-")).write_text(done.err + done.out, encoding="utf-8")

    def provider(self, code, files):
        provider = Provider(self.candour, self.folder / "providers" / code, files, code).make()
        source = files / "sources" / f"{code}.csv"
        self.run(f"validate {code}", "validate", COLLECTION, source, "--submitter", code, "--period", PERIOD, "--json")
        self.run(f"load {code}", *provider.load_words(source, "--json"))
        self.run(f"count {code}", *provider.count_words(self.folder / "leaves/counts/waits" / code))
        self.run(f"quarantine {code}", "quarantine", "show", COLLECTION, "--period", PERIOD, *provider.keys,
                 "--hide-values")
        self.run(f"show {code}", "vault", "show", COLLECTION, *provider.keys)
        return provider


def main(program, folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    flow = Flow(Candour(program, folder / "scratch"), folder)
    files = synthesise(flow.candour, folder, CODES)
    publication, leaves = folder / "publication.csv", folder / "leaves"
    providers = [flow.provider(code, files) for code in CODES]
    flow.run("release", *providers[0].release_words(leaves / "counts", leaves / "release"))
    made = set(flow.opened)
    flow.run("compare", "release", "compare", leaves / "release", "--with", publication, "--collection", COLLECTION)

    wrong = []

    def say(name, good, more=""):
        wrong.extend([] if good else [name])
        print(f"{'ok ' if good else 'BAD'} {name}{more}")

    values = set().union(*(identifiers(files / "sources" / f"{code}.csv") for code in CODES))
    found = {value for _, value in named_in(files / "sources", values)}
    as_written = {value for value in values if value in found}
    say("control: identifiers are found in the source files", len(as_written) > len(values) // 4,
        f" ({len(as_written)} of {len(values)} spellings)")
    named = named_in(leaves, values)
    say("no identifier in what leaves: counts, release, reports as JSON, messages", not named,
        f" ({sum(path.is_file() for path in leaves.rglob('*'))} files){''.join(f'; {one}' for one in named[:5])}")
    vaults = [value for provider in providers for _, value in named_in(provider.folder, values)]
    say("no identifier in clear in a vault's files", not vaults)
    held = providers[0].candour.run("minimise", "show", COLLECTION, "--period", PERIOD, *providers[0].keys,
                                    *providers[0].reference, "--rows", 1000).out.encode()
    say("control: the vault does hold them", sum(value in held for value in values) > 100)
    left = [path.name for path in (folder / "scratch").rglob("*") if path.is_file()]
    say("nothing stays in the temporary folder", not left, f" {left}" if left else "")
    if not flow.may_trace:
        print("--  who opens the publication: skipped, strace cannot watch here")
        return 1 if wrong else 0
    readers = {name for name, calls in flow.opened.items() if publication.name in calls}
    say("no command between load and compare opens the publication", not readers & made, f" {sorted(readers & made)}")
    say("control: the comparison does", readers == {"compare"})
    sources = {name for name, calls in flow.opened.items() if str(files / "sources") in calls}
    say("only validate and load open the source files", all(name.startswith(("validate", "load")) for name in sources))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], pathlib.Path(sys.argv[2]).resolve()))
