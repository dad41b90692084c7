#!/usr/bin/env python3
"""A node starts only where it is safe, says what it is, and ends when it is told to.

usage: node_start.py CANDOUR WORK_FOLDER
"""
import json
import os
import pathlib
import re
import shutil
import signal
import sys
import tempfile
import time
import urllib.request

from provider import Candour, ERROR, OK

DEADLINE_S = 60
ROOT_ALLOWED = ["--allow-root"] if os.geteuid() == 0 else []


def fail(what):
    sys.exit(f"node_start: {what}")


def check(holds, what):
    if not holds:
        fail(what)


class Node:
    """A node that runs until it is told to stop."""

    def __init__(self, candour, config):
        self.log = config.parent / "node.log"
        with open(self.log, "w", encoding="utf-8") as log:
            self.process = candour.start(candour.command("node", "run", "--config", config, *ROOT_ALLOWED), err=log)

    def events(self):
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]

    def ready(self):
        """The line of the log that says where it listens."""
        deadline = time.monotonic() + DEADLINE_S
        while time.monotonic() < deadline and self.process.poll() is None:
            for event in self.events():
                if event["event"] == "node.ready":
                    return event
            time.sleep(0.05)
        return fail(f"a node did not start:\n{self.log.read_text(encoding='utf-8')}")

    def get(self, path):
        port = self.ready()["admin_port"]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=20) as answer:
            return answer.headers["Content-Type"], answer.read().decode("utf-8")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(DEADLINE_S)


def make_federation(candour, folder):
    """A federation whose hub takes any free port: no key ceremony was held, and a hub needs none to start."""
    candour.run("federation", "init", folder, "--title", "A test", "--log", "test.invalid/log", "--hub",
                "hub=127.0.0.1:1", "--processor", "The processor", "--controller", "a=Body A", "--controller", "b=Body B",
                "--guardian", "guardian-1=127.0.0.1:1", "--witness", "witness-1=127.0.0.1:1", "--witness",
                "witness-2=127.0.0.1:1", "--machine", "machine-1", "--organisation", "RXX=machine-1", "--quota-day", 256,
                "--quota-30-days", 256)
    config = folder / "hub/node.toml"
    config.write_text(config.read_text(encoding="utf-8").replace('"127.0.0.1:1"', '"127.0.0.1:0"'), encoding="utf-8")
    return folder


def refused(candour, config, code, *more):
    done = candour.try_run("node", "run", "--config", config, *more)
    check(done.code == ERROR and code in done.err, f"{code} was expected:\n{done.code}\n{done.err}")


def starts_safely(candour, federation):
    config = federation / "hub/node.toml"
    if os.geteuid() == 0:
        refused(candour, config, "CND-2430")
    for name in ("operator.key", "keys/signing.sealed", "keys/tls.sealed"):
        path = federation / "hub" / name
        path.chmod(0o644)
        refused(candour, config, "CND-1012", *ROOT_ALLOWED)
        path.chmod(0o600)
    path = federation / "hub/operator.key"
    path.rename(path.with_suffix(".out"))
    refused(candour, config, "CND-1002", *ROOT_ALLOWED)
    path.with_suffix(".out").rename(path)


def is_named_by_the_charter(candour, federation, other):
    """A hub with its own keys under another federation's charter and pin."""
    stranger = federation / "stranger"
    shutil.copytree(federation / "hub", stranger)
    text = (stranger / "node.toml").read_text(encoding="utf-8")
    pin = re.search(r'federation = "(.*)"', (other / "hub/node.toml").read_text(encoding="utf-8"))[0]
    text = re.sub(r'federation = ".*"', pin, text).replace('"../charter"', json.dumps(str(other / "charter")))
    (stranger / "node.toml").write_text(text, encoding="utf-8")
    refused(candour, stranger / "node.toml", "CND-2452", *ROOT_ALLOWED)


def tells_of_itself(candour, federation):
    node = Node(candour, federation / "hub/node.toml")
    try:
        answers(node)
        is_confined(node)
    finally:
        code = node.stop()
    check(code == OK, "SIGTERM did not end the node with 0")
    check(node.events()[-1]["event"] == "node.stopped", "the log does not end with node.stopped")


def answers(node):
    kind, health = node.get("health")
    check(kind == "application/json" and json.loads(health)["status"] == "ok", f"health says {health}")
    check(json.loads(health)["role"] == "hub", f"health says {health}")
    kind, metrics = node.get("metrics")
    check(kind.startswith("text/plain"), f"metrics are {kind}")
    for line in ("candour_charter_version 1", "process_start_time_seconds "):
        check(f"\n{line}" in metrics, f"there is no {line} in\n{metrics}")


def is_confined(node):
    """What the kernel says of the process: a filter on its system calls, no new privileges, no core dump."""
    status = pathlib.Path(f"/proc/{node.process.pid}/status").read_text(encoding="utf-8")
    check(re.search(r"^NoNewPrivs:\s1$", status, re.MULTILINE), "the node could gain privileges")
    warnings = " ".join(event.get("warning", "") for event in node.events())
    if "seccomp" not in warnings:
        check(re.search(r"^Seccomp:\s2$", status, re.MULTILINE), "the node's system calls are not filtered")
    if os.geteuid() == 0:  # else a process that cannot be looked into does not show this
        limits = pathlib.Path(f"/proc/{node.process.pid}/limits").read_text(encoding="utf-8")
        check(re.search(r"^Max core file size\s+0\s+0\s", limits, re.MULTILINE), "the node could dump its memory")


def main():
    program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=folder.name, dir=folder.parent) as work:
        work = pathlib.Path(work)
        candour = Candour(program, work / "scratch")
        federation = make_federation(candour, work / "federation")
        starts_safely(candour, federation)
        is_named_by_the_charter(candour, federation, make_federation(candour, work / "other"))
        tells_of_itself(candour, federation)
        check(not any((work / "scratch").iterdir()), "a scratch folder was left")
    print("node_start: refused as it should be; started, told of itself, was confined, and ended.")


main()
