#!/usr/bin/env python3
"""The same release, byte for byte, whoever makes it: as root and as a user who may do nothing else.

usage: another_user.py CANDOUR WORK_FOLDER

Only root can become another user; for others the test says that it is skipped (exit 77).
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from provider import ROOT

NOBODY = 65534
PROVIDERS = "NVL,DTT,ACG31"


def demo(program, folder, **who):
    words = [program, "demo", "--counts-only", "--once", "--providers", PROVIDERS, "--keep", folder / "kept"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True,
                          env={"PATH": os.environ["PATH"], "TMPDIR": str(folder)}, **who)
    last = done.stdout.splitlines()[-1] if done.stdout else done.stderr
    if done.returncode != 0 or not last.endswith("differ: 0"):
        sys.exit(f"the demo failed with {done.returncode}: {last}\n{done.stderr[-2000:]}")
    release = folder / "kept/release"
    return {path.relative_to(release).as_posix(): path.read_bytes() for path in sorted(release.rglob("*"))
            if path.is_file()}


def main(program, folder):
    if os.getuid() != 0:
        print("skipped: only root can become another user")
        return 77
    program = pathlib.Path(program).resolve()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    # Not below the work folder: its parents may be closed to others.
    with tempfile.TemporaryDirectory(prefix="candour-nobody-") as theirs:
        theirs = pathlib.Path(theirs)
        shutil.chown(theirs, NOBODY, NOBODY)
        nobody = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        readable = subprocess.run([program, "--version"], capture_output=True, **nobody)
        if readable.returncode != 0:
            print("skipped: the other user may not read the program")
            return 77
        other = demo(program, theirs, **nobody)
        owners = {path.stat().st_uid for path in (theirs / "kept").rglob("*")}
    own = demo(program, folder)
    changed = sorted(name for name in own.keys() | other.keys() if own.get(name) != other.get(name))
    if changed or owners != {NOBODY}:
        sys.exit(f"other bytes as another user: {changed}; owners {owners}")
    print(f"{len(own)} files of the release are the same bytes as root and as user {NOBODY}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], pathlib.Path(sys.argv[2]).resolve()))
