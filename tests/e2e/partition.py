#!/usr/bin/env python3
"""A network that breaks: each node in a namespace of its own, and lines between them that are cut, lose or are slow.

usage: partition.py CANDOUR WORK_FOLDER [--every-request]

The provider's machine is stopped at the very request (wiretap.c), the line is cut, and it goes on. It must fail with a
code and leave nothing half-stored; when the line is healed the next run completes. At the end the lake, decoded by
another reader, has the bytes of a flow that nobody disturbed (and the release after bad lines), and whoever asks again
gets the same receipt. Needs root, ip, tc and nft, a C compiler, and hyparquet; else it says that it is skipped (exit 77).
"""
import argparse
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time

import lake_reader
from canary import build, records_of, state_of
from federation_of import MACHINE, SERVERS, WITNESSES, Federation
from network import BACK, FORWARD, Network, what_is_missing
from provider import OK, REFUSED, Candour

CODE = "ACG31"
PORT = 4433
GUARDIANS = SERVERS[1:]
# The hub needs its lines to the witnesses, of whom the guardians are three; guardians need none to each other.
OTHER_LINES = [(one, other) for i, one in enumerate(GUARDIANS) for other in GUARDIANS[i + 1:]]
PATIENCE_SECONDS = 3
RUN_SECONDS = 700  # the longest deadline of a node is ten minutes
MOST_RUNS = 3


class Scene:
    """A fresh copy of the federation, its servers running, and what is to be seen of it."""

    def __init__(self, test, name):
        self.test, self.network, self.faults = test, test.network, []
        self.folder = test.folder / "scenes" / re.sub(r"\W+", "-", name)
        self.federation = test.pristine.copied_to(self.folder)
        self.machine = self.federation.watched

    def __enter__(self):
        self.network.heal()
        self.federation.start(lambda name: {"before": self.network.inside(name)})
        return self

    def __exit__(self, *_):
        self.network.heal()
        self.machine.discard()
        for server in self.federation.servers():
            server.send_signal(signal.SIGTERM)
            code = server.wait()
            self.require(code == OK, f"{server.name} ended with {code}")

    def require(self, good, fault):
        if not good:
            self.faults.append(fault)
        return good

    def start(self, stop_at=""):
        wiretap = {"WIRETAP": str(self.tap()), "LD_PRELOAD": str(self.test.folder / "wiretap.so"), "WIRETAP_STOPS": stop_at}
        self.machine.start(wait=False, before=self.network.inside(MACHINE), environment=wiretap)

    def said(self):
        return self.machine.said()

    def tap(self):
        return self.folder / "machine.tap"

    def start_and_wait_for(self, call):
        """Starts the machine's flow; it has stopped itself at a call then."""
        self.start(call)
        while self.machine.is_running() and state_of(self.machine.child.pid) != "T":
            time.sleep(0.005)
        if not self.machine.is_running():
            sys.exit(f"the flow never came to {call}:\n{self.said()}")

    def go_on(self):
        self.machine.send_signal(signal.SIGCONT)

    def wait(self):
        try:
            return self.machine.wait(RUN_SECONDS)
        except subprocess.TimeoutExpired:
            self.require(False, f"the run did not end in {RUN_SECONDS} s")
            self.machine.send_signal(signal.SIGKILL)
            return self.machine.wait()

    def run(self):
        self.start()
        return self.wait()

    def runs_until_done(self):
        """Waits, and runs the flow again where it has failed; gives how many runs it took."""
        code, runs = self.wait(), 1
        while code != OK and runs < MOST_RUNS:
            code, runs = self.run(), runs + 1
        self.require(code == OK, f"it failed {runs} times: {self.said()!r}")
        return f"{runs} run{'s' if runs > 1 else ''}"

    def lake(self):
        table = self.federation.lake()
        return lake_reader.read(table) if (table / "_delta_log").exists() else b""

    def receipt(self):
        found = list(self.federation.organisation(CODE).glob("outbox/*/receipt.dsse"))
        self.require(len(found) <= 1, "there are two receipts")
        return found[0] if found else None

    def require_failed(self, code):
        """The flow failed by a code, and what is stored is nothing, or all of it."""
        self.require(code == REFUSED and re.search(r"FAILED\nCND-\d{4}: ", self.said()),
                     f"no clear end: {code} {self.said()!r}")
        lake = self.lake()
        self.require(lake.count(b"\n") <= 1 or lake == self.test.lake, "something is half-stored")
        self.require(self.receipt() is None, "there is a receipt")
        return re.findall(r"CND-\d{4}", self.said())

    def require_complete(self):
        """All is as if nothing had happened, and stays so."""
        if not self.require(self.receipt(), f"no receipt: {self.said()!r}"):
            return
        receipt = self.receipt().read_bytes()
        self.require(self.lake() == self.test.lake, "the lake has other rows")
        self.require(self.run() == OK and "up to date" in self.said(),
                     "a further run does more")
        self.receipt().unlink()
        self.require(self.run() == OK, f"the receipt does not come again: {self.said()!r}")
        again = self.receipt()
        self.require(again and again.read_bytes() == receipt, "the receipt is another one when asked for again")
        self.require(self.lake() == self.test.lake, "the lake has other rows after a further run")


class Partitions:
    def __init__(self, options, network):
        self.options, self.folder, self.network = options, options.folder, network
        self.pristine = Federation(Candour(options.program, self.folder / "scratch"), self.folder / "pristine", [CODE],
                                   addresses={name: f"{network.hosts[name]}:{PORT}" for name in [*SERVERS, *WITNESSES]})
        self.pristine.beside_hub = network.inside("hub")
        self.pristine.found(how=lambda name: {"before": network.inside(name)})
        self.pristine.load(CODE)
        # The hub makes its keys when it first starts: with the same ones every scene has the same pseudonyms.
        self.pristine.hub.start(before=network.inside("hub")).end()
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
        code = scene.run()
        self.lake, self.calls = scene.lake(), requests_of(scene.tap())
        self.release = scene.federation.tables_of_lake(scene.folder / "release")
        scene.require(code == OK and self.lake.count(b"\n") > 100, f"{code} {scene.said()!r}")
        scene.require_complete()
        return f"{self.lake.count(bytes([10])) - 1} rows; {', '.join(f'{call} {what}' for call, what in self.calls)}"

    def without(self, lines, most_lost=None):
        """Lines that no flow needs are cut before it begins."""
        def script(scene):
            for line in lines:
                self.network.cut(*line)
            scene.require(scene.run() == OK, f"it failed: {scene.said()!r}")
            lost = self.network.lost()
            scene.require(most_lost is None or lost <= most_lost, "somebody used the line")
            scene.require_complete()
            return f"{lost} packets lost"
        return script

    def cut_and_heal_later(self, call, nodes):
        """The lines to `nodes` are cut at a request; nobody heals them until the flow has failed."""
        def script(scene):
            scene.start_and_wait_for(call)
            for node in nodes:
                self.network.cut(MACHINE, node)
            scene.go_on()
            codes = scene.require_failed(scene.wait())
            lost = self.network.lost()
            scene.require(lost > 0, "the cut cut nothing")
            self.network.heal()
            scene.require(scene.run() == OK, f"it fails again: {scene.said()!r}")
            scene.require_complete()
            return f"{' '.join(dict.fromkeys(codes))}, {lost} packets lost"
        return script

    def cut_and_heal_meanwhile(self, call, nodes, directions):
        """The lines are cut at a request and healed while the flow waits."""
        def script(scene):
            scene.start_and_wait_for(call)
            for node in nodes:
                self.network.cut(MACHINE, node, directions)
            scene.go_on()
            time.sleep(PATIENCE_SECONDS)
            waited, lost = scene.machine.is_running(), self.network.lost()
            scene.require(lost > 0, "the cut cut nothing")
            self.network.heal()
            runs = scene.runs_until_done()
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
            scene.start()
            runs = scene.runs_until_done()
            lost, held_back = self.network.lost(), self.network.held_back(MACHINE) if rate else 0
            scene.require(lost + held_back > 0, "the lines were good")
            self.network.heal()
            scene.require_complete()
            scene.require(scene.federation.tables_of_lake(scene.folder / "release") == self.release, "the release is another")
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
        self.play("no line between guardians", self.without(OTHER_LINES, 0))
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
    missing = what_is_missing() or ("" if shutil.which("cc") else "the wiretap needs a C compiler") or lake_reader.why_not()
    if missing:
        print(f"skipped: {missing}")
        return 77
    shutil.rmtree(options.folder, ignore_errors=True)
    options.folder.mkdir(parents=True)
    build(options.folder)
    with Network([*SERVERS, *WITNESSES, MACHINE]) as network:
        partitions = Partitions(options, network)
        partitions.play_all()
    print(f"{partitions.scenes} scenes, {len(partitions.wrong)} wrong")
    return 1 if partitions.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
