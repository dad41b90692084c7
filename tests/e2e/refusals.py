#!/usr/bin/env python3
"""What the commands refuse, they refuse before anything is done, with a page of its own.

usage: refusals.py CANDOUR WORK_FOLDER
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).parents[2]
OPEN = ["--vault", "V", "--key-file", "K"]
LOAD = ["load", "rtt-waiting-list", "made/sources/ACG31.csv", "--period", "2025-09", *OPEN]
VALIDATE = ["validate", "rtt-waiting-list", "made/sources/ACG31.csv", "--period", "2025-09"]


class Commands:
    def __init__(self, program, folder):
        self.program, self.folder = pathlib.Path(program).resolve(), folder

    def run(self, *words, out=subprocess.PIPE, **environment):
        return subprocess.run([self.program, *map(str, words)], cwd=self.folder, stdout=out, stderr=subprocess.PIPE,
                              text=True, env={**os.environ, **environment})

    def expect(self, status, said, *words, **options):
        done = self.run(*words, **options)
        if done.returncode != status or said not in (done.stdout or "") + done.stderr:
            sys.exit(f"{words} ended with {done.returncode}, not {status} and {said!r}:\n{done.stdout}\n{done.stderr}")
        return done.stdout


def status_of(address):
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as refused:
        return refused.code


def main(program, folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "collections").symlink_to(ROOT / "collections")
    commands = Commands(program, folder)
    commands.expect(0, "Made 1 files", "synth", "rtt-waiting-list", "--period", "2025-09", "--providers", "ACG31",
                    "--publication", ROOT / "tests/data/rtt-nonadmitted-2025-09.csv", "--out", "made")
    commands.expect(0, "", "key", "new", "K")
    commands.expect(1, "CND-1019", "vault", "new", *OPEN, "--submitter", "../ACG31")
    commands.expect(0, "", "vault", "new", *OPEN, "--submitter", "acg31")

    (folder / "there.html").touch()
    commands.expect(1, "CND-1005", *LOAD, "--html", "there.html")
    commands.expect(1, "CND-1017", *LOAD, "made/sources/ACG31.csv", "--html", "new.html")
    commands.expect(2, "--nil", *LOAD, "--part", "--nil")
    if "2025-09" in commands.expect(0, "Vault of ACG31", "vault", "show", "rtt-waiting-list", *OPEN):
        sys.exit("a load that was refused left something in the vault")
    commands.expect(3, "324", *LOAD)

    commands.expect(1, "CND-1019", *VALIDATE, "--submitter", "The Trust")
    commands.expect(3, "324", *VALIDATE, "--submitter", "acg31")
    commands.expect(1, "CND-1004", *VALIDATE, "--submitter", "ACG31", TMPDIR=str(folder / "missing"))
    with open("/dev/full", "w") as full:
        commands.expect(1, "CND-1003", *VALIDATE, "--submitter", "ACG31", out=full)

    count = ["count", "rtt-waiting-list", "--measure", "waits", "--period", "2025-09", *OPEN,
             "--reference", "lsoa=made/reference/lsoa.csv", "--out", "counts/waits/ACG31"]
    commands.expect(2, "--table", *count, "--table", "clock_stops")
    commands.expect(0, "324 rows", *count)
    manifest = json.loads((folder / "counts/waits/ACG31/manifest.json").read_text())
    held = f"{manifest['rows']} rows, {manifest['rows_refused']} in quarantine"
    commands.expect(0, held, "vault", "show", "rtt-waiting-list", *OPEN)
    commands.expect(1, "Loaded: 0 rows added", *LOAD, "--html", "missing/report.html")
    if manifest["rows_refused"] == 0:
        sys.exit("the planted errors are in no quarantine")
    build = ["release", "build", "rtt-waiting-list", "--period", "2025-09", "--counts", "counts",
             "--published-at", "2025-11-13T09:30", "--submitters", "list.csv", "--out", "release"]
    for text in "code,name\nRP4,\n", "code,name\nACG31,\n=1+1,\n":
        (folder / "list.csv").write_text(text)
        commands.expect(1, "CND-1705", *build)
    if (folder / "release/release.json").exists():
        sys.exit("there is a release without counts that were sent")

    # The folder of a demonstration that was kept has vaults and their keys in it.
    commands.expect(0, "differ: 0", "demo", "--counts-only", "--once", "--providers", "ACG31,NVL", "--keep", "kept")
    for place in "kept", "kept/providers/ACG31", "made":
        commands.expect(1, "CND-1904", "site", "serve", place, "--port", "0")
    for path in (folder / "kept").rglob("*"):
        public = (folder / "kept/release") in [path, *path.parents]
        wanted = (0o755 if public else 0o700) if path.is_dir() else 0o644 if public else 0o600
        if path.stat().st_mode & 0o777 != wanted:
            sys.exit(f"{path} has mode {path.stat().st_mode & 0o777:o}, not {wanted:o}")
    compare = ["release", "compare", "kept/release", "--with", ROOT / "tests/data/rtt-nonadmitted-2025-09.csv"]
    commands.expect(4, "rows compared: 384", *compare)
    commands.expect(0, "rows compared: 24, cells compared: 2712, differ: 0", *compare, "--providers", "acg31")
    commands.expect(0, "rows compared: 48, cells compared: 5424, differ: 0", *compare, "--providers", "ACG31,NVL")
    commands.expect(1, "CND-1802", *compare, "--providers", "ACG31,R99")
    for nobody in "", ",":
        commands.expect(1, "CND-1802", *compare, "--providers", nobody)
        commands.expect(1, "CND-1802", "demo", "--once", "--providers", nobody)
    commands.expect(1, "CND-1710", "demo", "--once", "--providers", "ACG31", "--published-at", "2025-09-30T23:59")
    show = ["minimise", "show", "rtt-waiting-list", "--reference", "lsoa=made/reference/lsoa.csv"]
    commands.expect(0, "ACG31", *show, *OPEN, "--period", "2025-09")
    commands.expect(1, "CND-1607", *show, *OPEN, "--period", "2025-08")
    nil = [*show, "--vault", "kept/providers/NVL/vault.db", "--key-file", "kept/providers/NVL/vault.key"]
    commands.expect(0, "nil return was declared", *nil, "--period", "2025-09")
    commands.expect(1, "CND-1112", *VALIDATE[:-1], "2999-01", "--submitter", "ACG31")

    early = build[:build.index("--published-at")] + ["--published-at", "2025-09-30T23:59", *build[-4:]]
    (folder / "list.csv").write_text("code,name\nACG31,\n")
    commands.expect(1, "CND-1710", *early)
    (folder / "release").mkdir()
    (folder / "release/notes.txt").write_text("private")
    commands.expect(1, "CND-1709", *build)
    if [path.name for path in (folder / "release").iterdir()] != ["notes.txt"]:
        sys.exit("something was written beside a file of something else")
    (folder / "kept/release/notes.txt").write_text("private")

    site = subprocess.Popen([commands.program, "site", "serve", folder / "kept/release", "--port", "0"],
                            stdout=subprocess.PIPE)
    address = site.stdout.readline().decode().split()[0]
    fetched = {name: status_of(address + name) for name in ("", "release.json", "tables/waits.csv", "notes.txt")}
    limits = pathlib.Path(f"/proc/{site.pid}/limits").read_text()
    site.terminate()
    site.wait()
    if fetched != {"": 200, "release.json": 200, "tables/waits.csv": 200, "notes.txt": 404}:
        sys.exit(f"of the release, and of a file beside it, the site gave {fetched}")
    if not re.search(r"Max core file size +0 +0 ", limits):
        sys.exit("the program may leave a core file")
    print("nothing that was refused left a trace")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], pathlib.Path(sys.argv[2]).resolve()))
