#!/usr/bin/env python3
"""A browser finds nothing wrong with a release, a missing page, a hospital's report, the pages of nodes, what a person is
answered and the public register, as the program makes and serves them; and finds every kind of fault on a page that has them all.

usage: pages.py CANDOUR WORK_FOLDER

Ends with 77 (skipped), saying why, where there is no Chromium, Node or node_modules. Screenshots stay in
WORK_FOLDER/screenshots, for people.
"""
import csv
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import xml.parsers.expat

ROOT = pathlib.Path(__file__).parents[2]
CHECK = ROOT / "web/test/check_pages.mjs"
PROVIDERS = "NVL,DTT,ACG31,REN,RBV,RP4"
REPORT_OF = "REN"  # small, and some of its rows have planted errors
SKIPPED = 77


def missing_parts():
    chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    return [what for what, is_there in [("node", shutil.which("node")),
                                        (chromium, pathlib.Path(chromium).exists()),
                                        ("node_modules/axe-core", (ROOT / "node_modules/axe-core").exists()),
                                        ("node_modules/playwright-core", (ROOT / "node_modules/playwright-core").exists())]
            if not is_there]


def run(*words, wanted=(0,)):
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    if done.returncode not in wanted:
        sys.exit(f"{words} ended with {done.returncode}:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    return done.returncode


def look(screenshots, *words):
    return subprocess.run(["node", CHECK, "--screenshots", screenshots, *words], cwd=ROOT).returncode


def write_reports(program, source, folder):
    """The report of a file with errors, with its values and without. The program puts its style sheet beside it."""
    folder.mkdir()
    validate = [program, "validate", "rtt-waiting-list", source, "--period", "2025-09", "--submitter", REPORT_OF]
    refused = run(*validate, "--html", folder / "report.html", wanted=(0, 3))
    run(*validate, "--hide-values", "--html", folder / "without-values.html", wanted=(0, 3))
    if refused != 3 or "refused" not in (folder / "report.html").read_text():
        sys.exit(f"{source} has errors planted, and no row of it was refused: this test would show an empty report")


def look_at_release(program, release, screenshots):
    server = subprocess.Popen([program, "site", "serve", release, "--port", "0"], stdout=subprocess.PIPE, text=True)
    try:
        address = re.match(r"(http://127\.0\.0\.1:\d+/)", server.stdout.readline())
        if not address:
            sys.exit("candour site serve did not say its address")
        return look(screenshots, address[1], "index.html", "quality.html", "--missing", "no-such-page")
    finally:
        server.terminate()
        server.wait()


def wait_until_ready(node):
    """Reads what a node says of itself until it is ready; other events may come before, as `sandbox.incomplete`."""
    said = []
    for line in node.stderr:
        said.append(line)
        if '"event":"node.ready"' in line:
            return
    sys.exit(f"the hub ended, and was never ready:\n{''.join(said)}")


def look_at_nodes(program, folder, screenshots):
    """The page of the hub's flows, from the hub itself, and the page of a provider's."""
    run(program, "demo", "--once", "--providers", "ACG31,NVL", "--keep", folder)
    run(program, "node", "page", "--config", folder / "federation/providers-1/node.toml", "--out", folder / "sent")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    hub = subprocess.Popen([program, "node", "run", "--config", folder / "federation/hub/node.toml", "--admin-port",
                            str(port), "--allow-root"], stderr=subprocess.PIPE, text=True)
    try:
        wait_until_ready(hub)
        outcomes = [look(screenshots, f"http://127.0.0.1:{port}/", "status"),
                    look(screenshots, folder / "sent", "index.html")]
    finally:
        hub.terminate()
        hub.wait()
    return max(outcomes)


def numbers_in(source):
    """The NHS numbers of a file, each once: ten digits with a check digit that holds."""
    def holds(digits):
        return (11 - sum(int(digit) * (10 - at) for at, digit in enumerate(digits[:9])) % 11) % 11 == int(digits[9])
    found = re.findall(r"\b\d{3} ?\d{3} ?\d{4}\b", source.read_text())
    return [digits for digits in dict.fromkeys(one.replace(" ", "") for one in found) if holds(digits)]


def answer(program, folder, number, out):
    """What a provider answers a person; gives how many receipts they got."""
    done = subprocess.run([program, "receipt", "make", "--config", folder / "federation/providers-1/node.toml", "--organisation",
                           "ACG31", "--out", out], input=number + "\n", capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"candour receipt make ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return len(list(out.glob("*.candour-receipt.json")))


def look_at_answers(program, folder, screenshots):
    """What a person is answered of whom rows were sent, and one of whom none were."""
    held, none = folder / "answer", folder / "answer-of-none"
    if answer(program, folder, numbers_in(folder / "sources/ACG31.csv")[0], held) == 0:
        sys.exit("the first person of a file that was sent got no receipt: this test would show an empty answer")
    if answer(program, folder, "4010232137", none) != 0:
        sys.exit("a person of whom nothing was sent got a receipt")
    return max(look(screenshots / "held", held, "answer.html"), look(screenshots / "none", none, "answer.html"))


def look_at_register(program, folder, screenshots):
    """The public register of the log that look_at_nodes() left, each of its pages; other parsers read feed and CSV."""
    register = folder / "register-of-hub"
    run(program, "register", "build", "--log", folder / "federation/hub/log", "--collections",
        ROOT / "collections/rtt-waiting-list", "--out", register)
    xml.parsers.expat.ParserCreate().Parse((register / "feed.xml").read_bytes(), True)
    with open(register / "register.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    instructions = json.loads((register / "register.json").read_text())["instructions"]
    if len(rows) != len(instructions) + 1 or any(len(row) != len(rows[0]) for row in rows):
        sys.exit("register.csv and register.json do not have the same instructions")
    # The verifier has a script, and a test of its own: verifier.py.
    pages = sorted({page.name for page in register.glob("*.html")} - {"verify.html"})
    return look(screenshots, register, *pages)


def main(program, folder):
    missing = missing_parts()
    if missing:
        print(f"skipped: there is no {', no '.join(missing)}; tools/setup --dev gets it")
        return SKIPPED
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    run(program, "demo", "--counts-only", "--once", "--providers", PROVIDERS, "--keep", folder / "demo")
    write_reports(program, folder / "demo/sources" / f"{REPORT_OF}.csv", folder / "report")
    screenshots = folder / "screenshots"
    outcomes = [look_at_release(program, folder / "demo/release", screenshots),
                look(screenshots, folder / "report", "report.html", "without-values.html"),
                look_at_nodes(program, folder / "nodes", folder / "screenshots-nodes"),
                look_at_answers(program, folder / "nodes", folder / "screenshots-answers"),
                look_at_register(program, folder / "nodes", folder / "screenshots-register"),
                subprocess.run(["node", CHECK, "--control"], cwd=ROOT).returncode]
    return 0 if not any(outcomes) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], pathlib.Path(sys.argv[2]).resolve()))
