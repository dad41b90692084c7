"""What the end-to-end tests share: the real binary, one small provider of the built-in publication, and what a vault
holds, read back through the commands that a hospital has."""
import csv
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter

ROOT = pathlib.Path(__file__).parents[2]
COLLECTION = ROOT / "collections/rtt-waiting-list"
PUBLICATION = ROOT / "tests/data/rtt-nonadmitted-2025-09.csv"
PERIOD = "2025-09"
PUBLISHED_AT = "2025-11-13T09:30"
OK, ERROR, USAGE, REFUSED, DIFFERS = range(5)

with open(COLLECTION / "collection.toml", "rb") as file:
    COLUMNS = tomllib.load(file)["source"]["csv"]["clock_stops"]["columns"]


class Done:
    """How a command ended: exit code (negative: the signal), output, and the most memory that it took."""

    def __init__(self, code, out, err, peak_kib):
        self.code, self.out, self.err, self.peak_kib = code, out, err, peak_kib


class Candour:
    def __init__(self, program, scratch):
        self.program = str(pathlib.Path(program).resolve())
        # Scratch files of runs that are killed stay here and go with the test's folder.
        scratch.mkdir(parents=True, exist_ok=True)
        self.environment = {**os.environ, "TMPDIR": str(scratch)}

    def command(self, *words):
        return [self.program, *map(str, words)]

    def start(self, command, stdin=subprocess.DEVNULL, cwd=ROOT, out=subprocess.PIPE, err=subprocess.PIPE, environment=(),
              **how):
        """`environment` is what the process has more than others."""
        return subprocess.Popen(command, stdin=stdin, stdout=out, stderr=err, cwd=cwd,
                                env={**self.environment, **dict(environment)}, **how)

    def try_run(self, *words, typed=None, before=(), **how):
        """Runs a command to its end and judges nothing. `before` are the words before the program, as of strace."""
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, tempfile.TemporaryFile() as stdin:
            if typed is not None:
                stdin.write(typed.encode())
                stdin.seek(0)
            child = self.start([*before, *self.command(*words)], stdin=stdin, out=out, err=err, **how)
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            err.seek(0)
            text = [stream.read().decode("utf-8", "backslashreplace") for stream in (out, err)]
            return Done(child.returncode, *text, usage.ru_maxrss)

    def run(self, *words, expect=(OK,), **how):
        done = self.try_run(*words, **how)
        if done.code not in expect:
            sys.exit(f"candour {' '.join(map(str, words))}: exit {done.code}\n{done.out[-3000:]}\n{done.err[-3000:]}")
        return done


class Provider:
    """One organisation's vault, with the commands that a test gives it."""

    def __init__(self, candour, folder, files, code):
        self.candour, self.folder, self.files, self.code = candour, folder, files, code
        self.keys = ["--vault", folder / "vault.db", "--key-file", folder / "key"]
        self.reference = ["--reference", f"lsoa={files / 'reference/lsoa.csv'}"]

    def moved_to(self, folder):
        return Provider(self.candour, folder, self.files, self.code)

    def make(self):
        self.folder.mkdir(parents=True)
        self.candour.run("key", "new", self.folder / "key")
        self.candour.run(*self.new_words())
        return self

    def new_words(self):
        return ["vault", "new", "--submitter", self.code, *self.keys]

    def load_words(self, source, *more, collection=COLLECTION):
        return ["load", collection, source, "--period", PERIOD, *self.keys, *more]

    def count_words(self, out, *more, collection=COLLECTION):
        return ["count", collection, "--measure", "waits", "--period", PERIOD, *self.keys, *self.reference, *more,
                "--out", out]

    def release_words(self, counts, out, collection=COLLECTION):
        return ["release", "build", collection, "--period", PERIOD, "--counts", counts, "--submitters",
                self.files / "submitters.csv", "--published-at", PUBLISHED_AT, "--out", out]

    def load(self, source, *more):
        return self.candour.run(*self.load_words(source, *more), expect=(OK, REFUSED))

    def account(self):
        """Periods, rows, refused rows and files, as `vault show` prints them."""
        return self.candour.run("vault", "show", COLLECTION, *self.keys).out

    def holds(self):
        """The vault's rows (pathway, clock stop, NHS number) and its quarantine (record), each with how often."""
        done = self.candour.try_run("minimise", "show", COLLECTION, "--period", PERIOD, *self.keys, *self.reference,
                                    "--rows", 1000000)
        if done.code != 0 and "CND-1607" not in done.err:  # which says that there are no rows
            sys.exit(f"minimise show: exit {done.code}\n{done.err}")
        shown = done.out
        refused = self.candour.run("quarantine", "show", COLLECTION, "--period", PERIOD, *self.keys).out
        blocks = re.split(r"^.+, line \d+\n", refused, flags=re.MULTILINE)[1:]
        return Counter(rows_of(shown)), Counter(block.splitlines()[-1].removeprefix("  ") for block in blocks)


def rows_of(shown):
    """Reads what `minimise show` prints: a table a row, whose title line says where its columns begin."""
    for block in filter(None, shown.strip("\n").split("\n\n")):
        title, *lines = block.splitlines()
        begin, end = title.index("in the hospital"), title.index("what is left of it")
        row = {line[:begin].strip(): line[begin:end].strip() for line in lines}
        yield row["pathway_id"], row["clock_stop"], row["nhs_number"]


def read_source(path):
    """A source file: its header and its records, each as text and as columns, by line."""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    records = {}
    for number, line in enumerate(lines[1:], 2):
        records[number] = (line, dict(zip(next(csv.reader([lines[0]])), next(csv.reader([line])))))
    return lines[0], records


def planted_lines(files, code):
    with open(files / "ledger" / f"{code}.csv", encoding="utf-8") as file:
        return {int(row["line"]) for row in csv.DictReader(file)}


def wanted_holding(records, refused):
    """What a vault must hold after `records` were loaded, of which those with a number in `refused` are refused."""
    rows = Counter()
    for number, (_, row) in records.items():
        if number not in refused:
            stop = row[COLUMNS["clock_stop"]]
            if "/" in stop:
                stop = "-".join(reversed(stop.split("/")))
            rows[row[COLUMNS["pathway_id"]], stop, row[COLUMNS["nhs_number"]].replace(" ", "")] += 1
    # A control character could rewrite a screen, so that `quarantine show` prints another in its place.
    shown = {number: re.sub(r"[\x00-\x1f\x7f]", "?", text) for number, (text, _) in records.items()}
    return rows, Counter(shown[number] for number in records if number in refused)


def publication_of(codes, path):
    """The built-in publication, of some providers only."""
    with open(PUBLICATION, encoding="utf-8", newline="") as file:
        rows = [row for row in csv.reader(file) if row[0] in [*codes, "submitter"]]
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    return path


def synthesise(candour, folder, codes):
    """Source files of some providers of the built-in publication, in `folder`/files."""
    publication = publication_of(codes, folder / "publication.csv")
    candour.run("synth", COLLECTION, "--publication", publication, "--period", PERIOD, "--out", folder / "files")
    return folder / "files"
