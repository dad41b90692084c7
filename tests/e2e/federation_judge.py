"""What the tests of a federation's faults share: a federation that always has something new to send, how a flow is judged
that must be received or stopped, and how such a test is run."""
import pathlib
import shutil
import signal
import sys
import time

from federation_of import Federation, head_of
from judge import Judge
from provider import PERIOD, REFUSED, Candour

A, B = "ACG31", "RRJ"
ROWS = 120
PATIENCE_SECONDS = 60


def expect(*facts):
    """What is wrong: the sentences whose fact does not hold."""
    return [sentence for holds, sentence in facts if not holds]


def until(holds, what):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        if time.monotonic() > deadline:
            sys.exit(f"waited in vain: {what}")
        time.sleep(0.001)


class BusyFederation(Federation):
    """A federation whose organisations have something new to send whenever a test wants it."""

    def ready(self, instruction=None):
        self.found(instruction)
        whole = {code: self.files / "sources" / f"{code}.csv" for code in self.codes}
        self.variants = {code: [head_of(whole[code], self.folder / f"{code}-{i}.csv", ROWS, 20 * i) for i in range(2)]
                         for code in self.codes}
        self.loads = dict.fromkeys(self.codes, 0)
        return self

    def change(self, code):
        self.load(code, self.variants[code][self.loads[code] % 2])
        self.loads[code] += 1

    def revision(self, code):
        """The newest one at the hub."""
        add = self.held().get((code, PERIOD))
        return int(add["tags"]["candour.revision"]) if add else 0

    def interrupted(self, code):
        """Sends, and kills the provider between its signed manifest and its upload, of which the hub sees nothing."""
        self.change(code)
        folder = self.submission(code, self.revision(code) + 1)
        words = self.candour.command(*self.machine_words(self.machine_of[code]))
        with open(self.folder / "interrupted.log", "ab") as log:
            child = self.candour.start(words, out=log, err=log)
        # Its batches are in the log then, so that it needs the hub for nothing but the upload.
        until((folder / "batches.jsonl").exists, "the guardians attest")
        self.hub.send_signal(signal.SIGSTOP)
        until((folder / "manifest.dsse").exists, "the provider signs its manifest")
        child.kill()
        child.wait()
        self.hub.send_signal(signal.SIGCONT)
        return folder


class FaultTest:
    """A test of faults; `steps` are its methods, in their order."""

    def __init__(self, candour, folder):
        self.candour, self.folder, self.judge = candour, folder, Judge(candour)
        self.fed = BusyFederation(candour, folder / "federation", [A, B], strangers=["stranger"]).ready()

    def run(self, steps):
        self.fed.start()
        try:
            for code in (A, B):
                self.received(f"control: a flow of {code} is received", code, self.changed(code))
            for step in steps:
                step()
            self.fed.stop()
        finally:
            self.fed.discard()
        print(f"{self.judge.checked} checks, {len(self.judge.wrong)} things wrong")
        return 1 if self.judge.wrong else 0

    def changed(self, code, **how):
        self.fed.change(code)
        return self.fed.send_of(code, **how)

    def received(self, name, code, flow, *facts, fed=None):
        """The slice must have gone now, and be the newest at the hub."""
        fed, one = fed or self.fed, flow.slices.get(code)
        done = one is not None and one.state == "received" and fed.revision(code) == one.revision
        self.judge.say(name, ([] if done else [f"not received: {flow.text[-1500:]}"]) + expect(*facts))

    def stopped(self, name, code, flow, codes, before, *facts, fed=None):
        """It must have failed with these codes, each with a page, and the hub must hold what it held."""
        fed, one = fed or self.fed, flow.slices.get(code)
        faults = [] if flow.code == REFUSED and one and one.state == "FAILED" else [f"exit {flow.code}: {flow.text[-1500:]}"]
        faults += [f"{code} is not named, but {sorted(flow.codes())}" for code in codes if code not in flow.codes()]
        faults += [f"{code} has no page" for code in flow.codes() if not self.judge.has_page(code)]
        faults += [] if fed.revision(code) == before else ["the hub stored something"]
        self.judge.say(name, faults + expect(*facts) + self.judge.names_the_patient(flow.text))


def new_test(kind, program, folder):
    """A test of this class in an empty folder."""
    folder = pathlib.Path(folder).resolve()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return kind(Candour(program, folder / "scratch"), folder)


def run_whole(kind, program, folder):
    """Runs a test that judges and has one federation, and gives the exit code."""
    test = new_test(kind, program, folder)
    try:
        wrong = test.run()
    finally:
        test.federation.discard()
    print(f"{test.judge.checked} checks, {len(wrong)} things wrong")
    return 1 if wrong else 0
