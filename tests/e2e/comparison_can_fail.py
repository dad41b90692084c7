#!/usr/bin/env python3
"""The comparison with a publication can fail: it names exactly the cells that must change, and no others.

usage: comparison_can_fail.py CANDOUR WORK_FOLDER

A few providers of the built-in publication are synthesised and taken through the real commands. Then, one at a time, a
source row is edited, its provider counted again and the release compared. Which cells must change is worked out here
from the source file alone, with exact fractions.
"""
import csv
import datetime
import pathlib
import shutil
import subprocess
import sys
from collections import Counter
from fractions import Fraction

ROOT = pathlib.Path(__file__).parents[2]
COLLECTION = str(ROOT / "collections/rtt-waiting-list")
PUBLICATION = ROOT / "tests/data/rtt-nonadmitted-2025-09.csv"
PROVIDERS = ["ACG31", "NVL", "RTH"]
EDITED = "RTH"
PERIOD = "2025-09"
FIRST, LAST = datetime.date(2025, 9, 1), datetime.date(2025, 9, 30)
START = "REFERRAL TO TREATMENT PERIOD START DATE"
STOP = "REFERRAL TO TREATMENT PERIOD END DATE"
FUNCTION = "ACTIVITY TREATMENT FUNCTION CODE"
FUNCTIONS = {
    row["value"]: row["published_function"]
    for row in csv.DictReader(open(ROOT / "collections/rtt-waiting-list/codes/treatment_functions.csv", encoding="utf-8"))
}


class Candour:
    def __init__(self, program, folder):
        self.program, self.folder = program, folder

    def run(self, *words, expect=(0,)):
        done = subprocess.run([self.program, *map(str, words)], capture_output=True, text=True, cwd=ROOT)
        if done.returncode not in expect:
            sys.exit(f"candour {' '.join(map(str, words))}: exit {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def release_of(self, name, sources, publication):
        """Takes every provider's file through vault, counts and release, and gives the lines of the comparison."""
        work = self.folder / name
        for provider in PROVIDERS:
            place = work / provider
            place.mkdir(parents=True)
            keys = ["--vault", place / "vault.db", "--key-file", place / "key"]
            self.run("key", "new", place / "key")
            self.run("vault", "new", "--submitter", provider, *keys)
            source = sources / f"{provider}.csv"
            nil = ["--nil"] if len(source.read_text(encoding="utf-8").splitlines()) == 1 else []
            self.run("load", COLLECTION, source, "--period", PERIOD, *keys, *nil, expect=(0, 3))
            self.run("count", COLLECTION, "--measure", "waits", "--period", PERIOD, *keys, "--reference",
                     f"lsoa={self.folder / 'files/reference/lsoa.csv'}", "--out", work / "counts/waits" / provider)
        self.run("release", "build", COLLECTION, "--period", PERIOD, "--counts", work / "counts", "--submitters",
                 self.folder / "files/submitters.csv", "--published-at", "2025-11-13T09:30", "--out", work / "release")
        return self.compare(work / "release", publication)

    def compare(self, release, publication):
        out = self.run("release", "compare", release, "--with", publication, "--collection", COLLECTION,
                       "--differences", 100000, expect=(0, 4))
        lines = out.splitlines()
        return {tuple(line.split(":")[0].split()) for line in lines[:-1]}, lines[-1]


def figures(rows):
    """The cells of the release that rows of one provider make, counted exactly."""
    bands = {}
    for row in rows:
        stop = datetime.date.fromisoformat(row[STOP])
        if not FIRST <= stop <= LAST:
            continue
        days = (stop - datetime.date.fromisoformat(row[START])).days if row[START] else None
        band = None if days is None else min(104, max(0, (days - 1) // 7))
        for function in (FUNCTIONS[row[FUNCTION]], "C_999"):
            bands.setdefault(function, Counter())[band] += 1
    cells = {}
    for function, counted in bands.items():
        known = sum(n for band, n in counted.items() if band is not None)
        cell = {f"weeks_{band:03d}": n for band, n in counted.items() if band is not None}
        cell |= {"unknown_start": counted[None], "total": known + counted[None], "total_known": known}
        for weeks in (52, 65, 78):
            cell[f"weeks_{weeks}_plus"] = sum(n for band, n in counted.items() if band is not None and band >= weeks)
        for name, share in (("median_weeks", Fraction(1, 2)), ("p95_weeks", Fraction(95, 100))):
            cell[name] = quantile(counted, known, share) if known >= 20 else None
        cells |= {(function, name): value for name, value in cell.items()}
    return cells


def quantile(counted, known, share):
    target, below = share * known, 0
    for band in sorted(band for band in counted if band is not None):
        if counted[band] and below + counted[band] >= target:
            return Fraction(104) if band == 104 else band + (target - below) / counted[band]
        below += counted[band]
    raise AssertionError("no band reaches the quantile")


def must_change(before, after):
    absent = lambda name: None if name.endswith(("median_weeks", "p95_weeks")) else 0
    return {(EDITED, *key) for key in before.keys() | after.keys()
            if before.get(key, absent(key[1])) != after.get(key, absent(key[1]))}


def edits(rows):
    """The seven edits: each gives the rows of the edited file."""
    day = datetime.timedelta(days=1)
    date = datetime.date.fromisoformat

    def with_wait(days, new_days):
        i = next(i for i, row in enumerate(rows) if row[START] and FIRST <= date(row[STOP]) <= LAST
                 and (date(row[STOP]) - date(row[START])).days == days)
        return changed(i, START=(date(rows[i][STOP]) - new_days * day).isoformat())

    def changed(i, **new):
        names = {"START": START, "STOP": STOP, "FUNCTION": FUNCTION}
        return rows[:i] + [rows[i] | {names[k]: v for k, v in new.items()}] + rows[i + 1:]

    inside = next(i for i, row in enumerate(rows) if row[START] and FIRST <= date(row[STOP]) <= LAST)
    surgery = next(i for i, row in enumerate(rows) if row[FUNCTION] == "100" and FIRST <= date(row[STOP]) <= LAST)
    added = rows[inside] | {"PATIENT PATHWAY IDENTIFIER": "ADDED-BY-A-TEST"}
    yield "one row deleted", rows[:inside] + rows[inside + 1:]
    yield "one row added", rows + [added]
    yield "7 days become 8", with_wait(7, 8)
    yield "364 days become 365", with_wait(364, 365)
    yield "126 days become 127", with_wait(126, 127)
    yield "function 100 becomes 101", changed(surgery, FUNCTION="101")
    yield "a stop is moved out of the month", changed(inside, STOP="2025-10-01")


def read_good_rows(folder, provider):
    planted = {int(row["line"]) for row in csv.DictReader(open(folder / "ledger" / f"{provider}.csv"))}
    with open(folder / "sources" / f"{provider}.csv", encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        header = next(reader)
        rows = []
        for row in reader:
            if reader.line_num not in planted:
                rows.append(dict(zip(header, row)))
    return header, rows


def write_rows(path, header, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(header)
        writer.writerows([[row[name] for name in header] for row in rows])


def publication_raised_by_one(folder, path):
    """Raises one band of one provider by 1, and nothing else."""
    with open(folder / "publication.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    column = rows[0].index("weeks_003")
    row = next(row for row in rows if row[0] == EDITED and row[2] == "C_100")
    row[column] = str(int(row[column]) + 1)
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    return {(EDITED, "C_100", "weeks_003")}


def main(program, folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    candour = Candour(program, folder)
    with open(PUBLICATION, encoding="utf-8", newline="") as file:
        rows = [row for row in csv.reader(file) if row[0] in PROVIDERS + ["submitter"]]
    publication = folder / "publication.csv"
    with open(publication, "w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    candour.run("synth", COLLECTION, "--publication", publication, "--period", PERIOD, "--out", folder / "files")

    failures = 0

    def expect(name, found, wanted, summary):
        nonlocal failures
        good = found == wanted
        failures += not good
        print(f"{'ok ' if good else 'BAD'} {name}: {len(wanted)} cells must differ, {len(found)} do ({summary})")
        for cell in sorted(found ^ wanted)[:5]:
            print("    ", "not named" if cell in wanted else "named wrongly", *cell)

    found, summary = candour.release_of("unedited", folder / "files/sources", publication)
    expect("nothing edited", found, set(), summary)
    header, good_rows = read_good_rows(folder / "files", EDITED)
    before = figures(good_rows)
    for i, (name, edited) in enumerate(edits(good_rows)):
        sources = folder / f"sources-{i}"
        shutil.copytree(folder / "files/sources", sources)
        write_rows(sources / f"{EDITED}.csv", header, edited)
        found, summary = candour.release_of(f"edit-{i}", sources, publication)
        expect(name, found, must_change(before, figures(edited)), summary)
    raised = folder / "publication-raised.csv"
    wanted = publication_raised_by_one(folder, raised)
    found, summary = candour.compare(folder / "unedited/release", raised)
    expect("one published cell raised by 1", found, wanted, summary)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], pathlib.Path(sys.argv[2]).resolve()))
