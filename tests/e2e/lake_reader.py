"""The lake as a reader decodes it that shares no code with Candour: tests/lake/read_lake.mjs, with hyparquet."""
import subprocess
import sys

from provider import ROOT

READER = ROOT / "tests/lake/read_lake.mjs"


def why_not():
    """Why that reader cannot be run here; "" where it can."""
    try:
        done = subprocess.run(["node", "-e", 'import("hyparquet").catch(() => process.exit(1))'], cwd=READER.parent,
                              capture_output=True, check=False)
    except FileNotFoundError:
        return "there is no node"
    return "" if done.returncode == 0 else "node has no hyparquet; tools/setup --dev installs it"


def try_read(table):
    """The rows of a table's newest version as CSV; None and why, where the reader refuses the table."""
    done = subprocess.run(["node", READER, table], cwd=ROOT, capture_output=True, check=False)
    return (done.stdout, None) if done.returncode == 0 else (None, done.stderr.decode().strip().splitlines()[-1])


def read(table):
    """The same of a table that must be whole."""
    rows, refused = try_read(table)
    if refused:
        sys.exit(f"the independent reader refuses the lake: {refused}")
    return rows
