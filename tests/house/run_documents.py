"""Runs the commands that the documents show: run_documents.py BIN [DOCUMENT…].

A block opened with ```sh test is run. All blocks of one document run in one shell, in a temporary folder that holds
copies of collections/ and tests/data/, with BIN first in PATH; the first command that fails fails the document. Without
documents it takes README.md, CONTRIBUTING.md and docs/, and refuses to find no block at all.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^```sh test\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def script_of(text):
    """The document's blocks as one shell script, or "" where none is marked."""
    return "".join(BLOCK.findall(text))


def run(document, binaries):
    """Runs one document; gives the exit status, or None where no block is marked."""
    script = script_of(document.read_text(encoding="utf-8"))
    if not script:
        return None
    with tempfile.TemporaryDirectory(prefix="candour-docs-") as folder:
        for part in ("collections", "tests/data"):
            if (ROOT / part).is_dir():
                shutil.copytree(ROOT / part, Path(folder) / part)
        environment = {"PATH": f"{binaries}:/usr/local/bin:/usr/bin:/bin", "HOME": folder, "LC_ALL": "C.UTF-8"}
        done = subprocess.run(["bash", "-euxo", "pipefail", "-c", script], cwd=folder, env=environment,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        print(f"{document}: a command ended with {done.returncode}\n{done.stdout}")
    return done.returncode


def main(arguments):
    binaries = Path(arguments[0]).resolve()
    documents = [Path(name) for name in arguments[1:]]
    if not documents:
        documents = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
    statuses = {path: run(path, binaries) for path in documents if path.is_file()}
    tried = [status for status in statuses.values() if status is not None]
    print(f"documents with commands: {len(tried)}, of {len(statuses)}; failed: {sum(1 for status in tried if status)}")
    return 0 if tried and not any(tried) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
