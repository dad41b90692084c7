#!/usr/bin/env python3
"""Go's golang.org/x/mod verifies a log of 1,000 entries that Candour wrote, and refuses it with one bit flipped in any file.

    go_reads_log.py WRITE_LOG FOLDER

Skipped (77) where there is no Go, or not Debian's golang-golang-x-mod-dev.
"""
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

GOPATH = Path("/usr/share/gocode")
SIZES = [0, 1, 2, 3, 255, 256, 257, 511, 512, 700, 1000]


def skip(why):
    print(f"skipped: {why}")
    sys.exit(77)


def build(folder):
    go = "/usr/bin/go" if Path("/usr/bin/go").exists() else shutil.which("go")
    if go is None:
        skip("there is no Go (Debian's golang-go)")
    if not (GOPATH / "src/golang.org/x/mod/sumdb/tlog").is_dir():
        skip("golang.org/x/mod is not there (Debian's golang-golang-x-mod-dev)")
    # Nothing is fetched: the package is Debian's, and modules are off.
    environment = os.environ | {
        "GO111MODULE": "off", "GOPATH": str(GOPATH), "GOCACHE": str(folder / "cache"), "GOFLAGS": "", "CGO_ENABLED": "0",
        "GOTOOLCHAIN": "local", "GOPROXY": "off"}
    program = folder / "verify_log"
    source = Path(__file__).with_name("verify_log.go")
    subprocess.run([go, "build", "-o", program, source], check=True, env=environment)
    return program


def verify(program, log, sizes):
    names = [f"checkpoint.{size}" for size in sizes]
    return subprocess.run([program, log, *names], capture_output=True, text=True)


def used_by(log, sizes):
    """Every file that Go must read for these sizes."""
    files = [log / "policy"] + [log / f"checkpoint.{size}" for size in sizes]
    return files + [file for file in sorted((log / "tile").rglob("*")) if file.is_file()]


def main():
    write_log, folder = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    shutil.rmtree(folder / "log", ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    program = build(folder)
    log = folder / "log"
    subprocess.run([write_log, log, "1000"], check=True)
    accepted = verify(program, log, SIZES)
    print(accepted.stdout, accepted.stderr)
    assert accepted.returncode == 0 and "1000 entries" in accepted.stdout

    # Controls: Go says no to each of these, or its yes above would say nothing.
    chosen = random.Random(5)
    files = used_by(log, SIZES)
    for file in files:
        right = file.read_bytes()
        if file.name == "policy":
            right_text = right.decode()
            place = right_text.index("+", right_text.index("+") + 1) + 10  # in the log's key
        else:
            place = chosen.randrange(len(right))
        changed = bytearray(right)
        changed[place] ^= 1 << chosen.randrange(7)
        file.write_bytes(changed)
        refused = verify(program, log, SIZES)
        file.write_bytes(right)
        assert refused.returncode == 1, f"{file}: byte {place} was changed, and Go accepted it"
    assert verify(program, log, SIZES).returncode == 0
    print(f"a flipped bit refused in each of {len(files)} files")


main()
