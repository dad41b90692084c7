#!/usr/bin/env python3
"""A network that breaks: each node in a namespace of its own, and lines between them that are cut, lose or are slow.

usage: partition.py CANDOUR WORK_FOLDER [--every-request]

The provider's machine is stopped at the very request (wiretap.c), the line is cut, and it goes on. It must fail with a
code and leave nothing half-stored; when the line is healed the next run completes. At the end the lake, decoded by
another reader, has the bytes of a flow that nobody disturbed (and the release after bad lines), and whoever asks again
gets the same receipt. Needs root, ip, tc and nft, and a C compiler; else it says that it is skipped (exit 77).
"""
import argparse
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time

from canary import build, records_of, state_of
from network import BACK, FORWARD, Network, what_is_missing
from nodes import GUARDIANS, MACHINE, SERVERS, Federation
from provider import COLLECTION, OK, PERIOD, PUBLISHED_AT, REFUSED, ROOT, Candour, synthesise

CODE = "ACG31"
PORT = 4433
OTHER_LINES = [(one, other) for i, one in enumerate(SERVERS) for other in SERVERS[i + 1:]]
PATIENCE_SECONDS = 3
RUN_SECONDS = 700  # the longest deadline of a node is ten minutes
MOST_RUNS = 3


class Scene:
    """A fresh copy of the federation, its servers running, and what is to be seen of it."""

    def __init__(self, test, name):
        self.test, self.network, self.faults = test, test.network, []
        self.folder = test.folder / "scenes" / re.sub(r"\W+", "-", name)
        shutil.copytree(test.pristine.folder, self.folder)
        self.federation = Federation(test.candour, self.folder, test.files, COLLECTION, CODE)

    def __enter__(self):
        self.network.heal()
        for name in SERVERS:
            self.federation.start(name, before=self.network.inside(name))
        self.federation.wait_until_ready()
        return self

    def __exit__(self, *_):
        self.network.heal()
        for name, code in self.federation.stop().items():
            self.require(name == MACHINE or code == OK, f"{name} ended with {code}")

    def require(self, good, fault):
        if not good:
            self.faults.append(fault)
        return good

    def start(self, stop_at=""):
        out = self.folder / MACHINE / "out"
        out.unlink(missing_ok=True)
        return self.federation.start(MACHINE, before=self.network.inside(MACHINE), WIRETAP=str(self.tap()),
                                     LD_PRELOAD=str(self.test.folder / "wiretap.so"), WIRETAP_STOPS=stop_at)

    def tap(self):
        return self.folder / "machine.tap"

    def start_and_wait_for(self, call):
        """Starts the machine's flow and gives it when it has stopped itself at a call."""
        process = self.start(call)
        while process.poll() is None and state_of(process.pid) != "T":
            time.sleep(0.005)
        if process.returncode is not None:
            sys.exit(f"the flow never came to {call}:\n{self.federation.said()}")
        return process

    def go_on(self, process):
        os.kill(process.pid, signal.SIGCONT)

    def wait(self, process):
        try:
            return process.wait(RUN_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            self.require(False, f"the run did not end in {RUN_SECONDS} s")
            return process.wait()

    def runs_until_done(self, process):
        """Waits, and runs the flow again where it has failed; gives how many runs it took."""
        code, runs = self.wait(process), 1
        while code != OK and runs < MOST_RUNS:
            code, runs = self.wait(self.start()), runs + 1
        self.require(code == OK, f"it failed {runs} times: {self.federation.said()!r}")
        return f"{runs} run{'s' if runs > 1 else ''}"

    def lake(self):
        table = self.folder / "hub/lake/rtt-waiting-list-clock_stops"
        if not (table / "_delta_log").exists():
            return b""
        return subprocess.run(["node", ROOT / "tests/lake/read_lake.mjs", table], cwd=ROOT, check=True,
                              capture_output=True).stdout

    def receipt(self):
        found = list(self.federation.vault_folder.glob("outbox/*/receipt.dsse"))
        self.require(len(found) <= 1, "there are two receipts")
        return found[0] if found else None

    def require_failed(self, code):
        """The flow failed by a code, and what is stored is nothing, or all of it."""
        self.require(code == REFUSED and re.search(r"FAILED\nCND-\d{4}: ", self.federation.said()),
                     f"no clear end: {code} {self.federation.said()!r}")
        lake = self.lake()
        self.require(lake.count(b"\n") <= 1 or lake == self.test.lake, "something is half-stored")
        self.require(self.receipt() is None, "there is a receipt")
        return re.findall(r"CND-\d{4}", self.federation.said())

    def require_complete(self):
        """All is as if nothing had happened, and stays so."""
        if not self.require(self.receipt(), f"no receipt: {self.federation.said()!r}"):
            return
        receipt = self.receipt().read_bytes()
        self.require(self.lake() == self.test.lake, "the lake has other rows")
        self.require(self.wait(self.start()) == OK and "up to date" in self.federation.said(),
                     "a further run does more")
        self.receipt().unlink()
        self.require(self.wait(self.start()) == OK, f"the receipt does not come again: {self.federation.said()!r}")
        again = self.receipt()
        self.require(again and again.read_bytes() == receipt, "the receipt is another one when asked for again")
        self.require(self.lake() == self.test.lake, "the lake has other rows after a further run")


class Partitions:
    def __init__(self, options, network):
        self.options, self.folder, self.network = options, options.folder, network
        self.candour = Candour(options.program, self.folder / "scratch")
        self.files = synthesise(self.candour, self.folder, [CODE])
        self.pristine = Federation(self.candour, self.folder / "pristine", self.files, COLLECTION, CODE)
        self.pristine.found({name: f"{network.hosts[name]}:{PORT}" for name in SERVERS})
        self.pristine.load(self.files / "sources" / f"{CODE}.csv")
        # The hub makes its keys when it first starts: with the same ones every scene has the same pseudonyms.
        self.pristine.start("hub", before=network.inside("hub"))
        self.pristine.wait_until_ready(["hub"])
        self.pristine.stop()
        for name in (*SERVERS, MACHINE):
            (self.pristine.folder / name / "log").unlink(missing_ok=True)
        self.wrong, self.scenes = [], 0
        network.impatient(MACHINE)

    def play(self, name, script):
        begun = time.monotonic()
        with Scene(self, name) as scene:
            said = script(scene)
        self.scenes += 1
        self.wrong += [name] if scene.faults else []
        print(f"{'BAD' if scene.faults else 'ok '} {name}{f' ({said})' if said else ''}, "
              f"{time.monotonic() - begun:.1f} s{': ' if scene.faults else ''}{'; '.join(scene.faults)}", flush=True)

    def undisturbed(self, scene):
        code = scene.wait(scene.start())
        self.lake, self.calls = scene.lake(), requests_of(scene.tap())
        self.release = self.release_of(scene)
        scene.require(code == OK and self.lake.count(b"\n") > 100, f"{code} {scene.federation.said()!r}")
        scene.require_complete()
        return f"{self.lake.count(bytes([10])) - 1} rows; {', '.join(f'{call} {what}' for call, what in self.calls)}"

    def release_of(self, scene):
        out = scene.folder / "release"
        self.candour.run("release", "build", COLLECTION, "--period", PERIOD, "--lake", scene.folder / "hub/lake",
                         "--submitters", self.files / "submitters.csv", "--published-at", PUBLISHED_AT, "--out", out)
        return {path.name: path.read_bytes() for path in sorted((out / "tables").iterdir())}

    def without(self, lines, most_lost=None):
        """Lines that no flow needs are cut before it begins."""
        def script(scene):
            for line in lines:
                self.network.cut(*line)
            scene.require(scene.wait(scene.start()) == OK, f"it failed: {scene.federation.said()!r}")
            lost = self.network.lost()
            scene.require(most_lost is None or lost <= most_lost, "somebody used the line")
            scene.require_complete()
            return f"{lost} packets lost"
        return script

    def cut_and_heal_later(self, call, nodes):
        """The lines to `nodes` are cut at a request; nobody heals them until the flow has failed."""
        def script(scene):
            process = scene.start_and_wait_for(call)
            for node in nodes:
                self.network.cut(MACHINE, node)
            scene.go_on(process)
            codes = scene.require_failed(scene.wait(process))
            lost = self.network.lost()
            scene.require(lost > 0, "the cut cut nothing")
            self.network.heal()
            scene.require(scene.wait(scene.start()) == OK, f"it fails again: {scene.federation.said()!r}")
            scene.require_complete()
            return f"{' '.join(dict.fromkeys(codes))}, {lost} packets lost"
        return script

    def cut_and_heal_meanwhile(self, call, nodes, directions):
        """The lines are cut at a request and healed while the flow waits."""
        def script(scene):
            process = scene.start_and_wait_for(call)
            for node in nodes:
                self.network.cut(MACHINE, node, directions)
            scene.go_on(process)
            time.sleep(PATIENCE_SECONDS)
            waited, lost = process.poll() is None, self.network.lost()
            scene.require(lost > 0, "the cut cut nothing")
            self.network.heal()
            runs = scene.runs_until_done(process)
            scene.require_complete()
            return f"{runs}, {'it waited' if waited else 'it had ended before'}, {lost} packets lost"
        return script

    def bad_lines(self, percent=0, rate=""):
        def script(scene):
            for node in SERVERS:
                if percent:
                    self.network.cut(MACHINE, node, percent=percent)
                if rate:
                    self.network.slow(node, rate)
            if rate:
                self.network.slow(MACHINE, rate)
            runs = scene.runs_until_done(scene.start())
            lost, held_back = self.network.lost(), self.network.held_back(MACHINE) if rate else 0
            scene.require(lost + held_back > 0, "the lines were good")
            self.network.heal()
            scene.require_complete()
            scene.require(self.release_of(scene) == self.release, "the release is another")
            return f"{runs}, {lost} packets lost, {held_back} times held back"
        return script

    def cut(self, call, what):
        self.play(f"cut at {call} {what}, healed later", self.cut_and_heal_later(call, asked_by(what)))

    def lose_requests(self, call, what):
        self.play(f"requests are lost from {call} {what} on, healed meanwhile",
                  self.cut_and_heal_meanwhile(call, asked_by(what), (FORWARD,)))

    def lose_answers(self, call, what):
        self.play(f"answers are lost from {call} {what} on, healed meanwhile",
                  self.cut_and_heal_meanwhile(call, asked_by(what), (BACK,)))

    def play_all(self):
        self.play("undisturbed", self.undisturbed)
        if self.wrong:
            return
        self.play("no line between hub and guardians, nor between guardians", self.without(OTHER_LINES, 0))
        for guardian in GUARDIANS:
            self.play(f"no line to {guardian}: two others are enough",
                      self.without([(MACHINE, guardian)]))
        calls = dict(reversed([(what, call) for call, what in self.calls]))
        self.play("no line to two guardians", self.cut_and_heal_later(calls["evaluate"], GUARDIANS[:2]))
        if self.options.every_request:
            for call, what in self.calls:
                for way in (self.cut, self.lose_requests, self.lose_answers):
                    way(call, what)
        else:
            self.cut(calls["manifest"], "manifest")
            self.lose_requests(calls["package"], "package")
            self.cut(calls["commit"], "commit")
            self.lose_answers(calls["commit"], "commit")
        self.play("a fifth of all packets is lost", self.bad_lines(percent=20))
        self.play("64 kbit/s", self.bad_lines(rate="64kbit"))


def asked_by(what):
    """The nodes whom a request of this name is for."""
    return GUARDIANS if what == "evaluate" else ["hub"]


def requests_of(tap):
    """The calls of a flow that begin a request, each with the last word of its address that is a name."""
    calls, number = [], 0
    for kind, _, text in records_of(tap):
        if kind != "w":
            continue
        number += 1
        head = re.match(rb"(?:GET|PUT|POST) (\S+) HTTP", text)
        if head:
            words = [word for word in head[1].decode().split("?")[0].split("/") if re.fullmatch("[a-z-]+", word)]
            calls.append((f"w{number}", words[-1]))
    return calls


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("folder", type=lambda text: pathlib.Path(text).resolve())
    parser.add_argument("--every-request", action="store_true")
    options = parser.parse_args()
    missing = what_is_missing() or ("" if shutil.which("cc") else "the wiretap needs a C compiler")
    if missing:
        print(f"skipped: {missing}")
        return 77
    shutil.rmtree(options.folder, ignore_errors=True)
    options.folder.mkdir(parents=True)
    build(options.folder)
    with Network([*SERVERS, MACHINE]) as network:
        partitions = Partitions(options, network)
        partitions.play_all()
    print(f"{partitions.scenes} scenes, {len(partitions.wrong)} wrong")
    return 1 if partitions.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
