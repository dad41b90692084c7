#!/usr/bin/env python3
"""What it costs to verify a whole log: `candour log verify`, and Go's x/mod over the same files in the same run.

    log_verify.py BUILD FOLDER [ENTRIES, default 1000000]

BUILD is a build folder (build/release). FOLDER is made anew, and takes about 3 kB an entry. Go is left out where it, or
Debian's golang-golang-x-mod-dev, is missing.
"""
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GOPATH = Path("/usr/share/gocode")


def measured(command):
    """Output, seconds on the clock, seconds of processors, and the peak in MB of one command, which must end with 0."""
    begin = time.monotonic()
    child = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, text=True)
    output = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"{command[0]} ended with {child.returncode}\n{output}")
    return output, time.monotonic() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def line(what, entries, seconds, processor, peak_mb):
    print(f"{what}: {seconds:.1f} s, {processor:.1f} processor seconds, {entries / processor:.0f} entries in each, "
          f"peak {peak_mb:.0f} MB", flush=True)


def go_program(folder):
    go = shutil.which("go")
    if go is None or not (GOPATH / "src/golang.org/x/mod/sumdb/tlog").is_dir():
        return None
    # Nothing is fetched: the package is Debian's, and modules are off.
    environment = os.environ | {
        "GO111MODULE": "off", "GOPATH": str(GOPATH), "GOCACHE": str(folder / "cache"), "GOFLAGS": "", "CGO_ENABLED": "0",
        "GOTOOLCHAIN": "local", "GOPROXY": "off"}
    program = folder / "verify_log"
    source = ROOT / "tests/conformance/verify_log.go"
    subprocess.run([go, "build", "-o", program, source], check=True, env=environment)
    return program


def main():
    build, folder = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    wanted = sys.argv[3] if len(sys.argv) > 3 else "1000000"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    output, *cost = measured([build / "tests/bench/log_of_a_year", folder, wanted])
    written = json.loads(output)
    entries = written["entries"]
    print(f"{entries} entries, {written['bytes'] / entries:.0f} bytes each")
    line("written, signed and stored", entries, *cost)

    output, *ours = measured(
        [build / "candour", "log", "verify", folder / "log", "--federation", written["federation"], "--json"])
    audit = json.loads(output)
    assert audit["holds"] and audit["read"] == entries, output
    line("candour log verify, all eight questions", entries, *ours)
    print("  Tessera (published): 10000 entries written a second by about 7 processors, none verified: "
          f"a processor of ours verifies {entries / ours[1] / (10_000 / 7):.1f} times what one of those writes")

    program = go_program(folder)
    if program is None:
        print("Go's x/mod: left out, not installed")
        return
    output, *theirs = measured([program, "-entries", folder / "static"])
    line("Go's x/mod and crypto/ed25519, leaves and signatures alone", entries, *theirs)
    print(f"  {output.strip()}; ours asks every question in {ours[1] / theirs[1]:.2f} of its processor time and "
          f"{ours[2] / theirs[2]:.2f} of its memory")


main()
