#!/usr/bin/env python3
"""Counts week bands from synthetic source files, with nothing of Candour's, and holds them against a release.

usage: count_bands.py DEMO_FOLDER PERIOD    (DEMO_FOLDER as `candour demo --keep` leaves it)
"""
import csv
import datetime
import pathlib
import sys
from collections import Counter

def main(folder, period):
    year, month = map(int, period.split("-"))
    first = datetime.date(year, month, 1)
    last = (first + datetime.timedelta(days=31)).replace(day=1) - datetime.timedelta(days=1)
    lists = pathlib.Path(__file__).parents[2] / "collections/rtt-waiting-list/codes/treatment_functions.csv"
    groups = {row["value"]: row["published_function"] for row in csv.DictReader(open(lists, encoding="utf-8"))}
    counted = Counter()
    for source in sorted((folder / "sources").glob("*.csv")):
        planted = {int(row["line"]) for row in csv.DictReader(open(folder / "ledger" / source.name))}
        lines = csv.reader(open(source, encoding="utf-8", newline=""))
        header = next(lines)
        for row in lines:
            if lines.line_num in planted or len(row) != len(header):
                continue
            field = dict(zip(header, row))
            stop = datetime.date.fromisoformat(field["REFERRAL TO TREATMENT PERIOD END DATE"])
            start = field["REFERRAL TO TREATMENT PERIOD START DATE"]
            if not first <= stop <= last:
                continue
            days = (stop - datetime.date.fromisoformat(start)).days if start else None
            band = "unknown_start" if days is None else f"weeks_{min(104, max(0, (days - 1) // 7)):03d}"
            for function in (groups[field["ACTIVITY TREATMENT FUNCTION CODE"]], "C_999"):
                counted[source.stem, function, band] += 1
    differ = 0
    for row in csv.DictReader(open(folder / "release/tables/waits.csv", encoding="utf-8")):
        for band in [f"weeks_{i:03d}" for i in range(105)] + ["unknown_start"]:
            differ += int(row[band]) != counted.pop((row["submitter"], row["treatment_function"], band), 0)
    print(f"cells that differ: {differ}, counts outside the release: {len(counted)}")
    return 1 if differ or counted else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]), sys.argv[2]))
