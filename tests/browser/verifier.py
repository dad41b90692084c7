#!/usr/bin/env python3
"""The verifier does in a browser what it says: from a disk without a network and from a server, with a mouse and without.

usage: verifier.py WORK_FOLDER

Builds the page as tools/setup does. Ends with 77 (skipped), saying why, where there is no Chromium, Node or node_modules.
Screenshots stay in WORK_FOLDER/screenshots, for people.
"""
import pathlib
import shutil
import subprocess
import sys

from pages import ROOT, SKIPPED, missing_parts


def main(folder):
    missing = missing_parts()
    if missing:
        print(f"skipped: there is no {', no '.join(missing)}; tools/setup --dev gets it")
        return SKIPPED
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "site").mkdir(parents=True)
    subprocess.run([ROOT / "web/build", folder / "site"], check=True)
    return subprocess.run(["node", ROOT / "web/test/check_verifier.mjs", folder / "site/verify.html",
                           ROOT / "tests/data/candour_verifier.json", "--screenshots", folder / "screenshots"]).returncode


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve()))
