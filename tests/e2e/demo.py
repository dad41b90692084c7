#!/usr/bin/env python3
"""The demo reproduces every published figure, and the same seed gives the same bytes wherever and however it runs.

usage: demo.py CANDOUR WORK_FOLDER
"""
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).parents[2]
PROVIDERS = "NVL,DTT,ACG31,REN,RBV,RP4"
CELLS = 6 * 24 * 113


def demo(program, folder, *words, **environment):
    done = subprocess.run([program, "demo", "--counts-only", "--once", "--providers", PROVIDERS, "--keep", folder, *words], cwd=ROOT,
                          capture_output=True, text=True, env={**os.environ, **environment})
    last = done.stdout.splitlines()[-1] if done.stdout else done.stderr
    if done.returncode != 0 or last != f"rows compared: {6 * 24}, cells compared: {CELLS}, differ: 0":
        sys.exit(f"the demo failed with {done.returncode}: {last}\n{done.stdout[-3000:]}\n{done.stderr[-2000:]}")
    return {path.relative_to(folder / "release").as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted((folder / "release").rglob("*")) if path.is_file()}


def main(program, folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    first = demo(program, folder / "first", "--threads", "1")
    second = demo(program, folder / "a deeper" / "second", "--threads", "2", TZ="Pacific/Apia", LC_ALL="tr_TR.UTF-8",
                  LANG="tr_TR.UTF-8")
    changed = [name for name in first.keys() | second.keys() if first.get(name) != second.get(name)]
    if changed:
        sys.exit(f"other bytes on two threads, in another folder, time zone and locale: {sorted(changed)}")
    other = demo(program, folder / "other-seed", "--seed", "2")
    differ = [name for name in first if name.startswith(("tables/", "charts/")) and first[name] != other[name]]
    if differ:
        sys.exit(f"another seed gives other figures: {differ}")
    if first["release.json"] == other["release.json"]:
        sys.exit("another seed gives the same commitments, which cannot be")
    counted = subprocess.run([sys.executable, ROOT / "tests/e2e/count_bands.py", folder / "first", "2025-09"])
    print(f"{len(first)} files of the release are the same bytes; figures are the same for two seeds")
    return counted.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], pathlib.Path(sys.argv[2]).resolve()))
