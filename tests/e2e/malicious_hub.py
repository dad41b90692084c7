#!/usr/bin/env python3
"""A hub that keeps none of its rules takes the real one's place, and the real guardians, witnesses and providers catch it.

usage: malicious_hub.py CANDOUR MALICIOUS_HUB WORK_FOLDER

Real processes on this machine. The hub has its own folder and keys, and the witness key of one guardian. More that such a
hub can do, in one process: tests/malice. Each step has its control: with the real hub the same flow is received.
"""
import subprocess
import sys
import time

from federation_judge import A, B, BusyFederation, expect, new_test
from judge import Judge
from provider import REFUSED

READY_SECONDS = 60
# What it does, what it says that it was answered, and by which codes the provider's run says why nothing went.
STEPS = (
    ("a checkpoint of before is served", "rolled-back", "", ["CND-2551"]),
    ("an entry is changed on its way", "changed-entry", "", ["CND-2510"]),
    ("a provider is shown a log of its own", "fork", "a witness said 422", ["CND-2550"]),
    ("the hub asks a guardian itself", "asks-guardian", "CND-2113", []),
    ("a batch is acknowledged and not entered", "unlogged-batch", "a witness said 200", ["CND-2557"]),
)


class Malice:
    def __init__(self, candour, folder, hub):
        self.candour, self.folder, self.hub, self.judge = candour, folder, hub, Judge(candour)
        self.fed = BusyFederation(candour, folder / "federation", [A, B]).ready()

    def all(self):
        fed = self.fed
        fed.start()
        try:
            self.received("control: with the real hub a flow is received", A)
            fed.send_of(B)  # it has nothing to send yet, and follows the log
            for name, malice, said, codes in STEPS:
                fed.hub.end()
                self.step(name, malice, said, codes)
                fed.hub.start()
                # What was entered in the wrong place is the real hub's too now: it goes on from there.
                self.received(f"control after it: {name}", A)
            fed.stop()
        finally:
            fed.discard()
        print(f"{self.judge.checked} checks, {len(self.judge.wrong)} things wrong")
        return 1 if self.judge.wrong else 0

    def received(self, name, code):
        self.fed.change(code)
        flow = self.fed.send_of(code)
        one = flow.slices.get(code)
        self.judge.say(name, expect((one is not None and one.state == "received", flow.text[-1500:])))

    def step(self, name, malice, said, codes):
        """A provider meets it that follows the log and has never sent."""
        fed = self.fed
        log = self.folder / f"{malice}.log"
        with open(log, "wb") as out:
            words = [self.hub, fed.home / "hub/node.toml", fed.home / "guardian-3", malice]
            child = subprocess.Popen([str(word) for word in words], stdout=out, stderr=out)
        try:
            deadline = time.monotonic() + READY_SECONDS
            while "ready" not in log.read_text():
                if child.poll() is not None or time.monotonic() > deadline:
                    sys.exit(f"the malicious hub did not start: {log.read_text()}")
                time.sleep(0.05)
            facts = [(said in log.read_text(), f"it was answered {log.read_text()}")]
            if codes:
                fed.change(B)
                flow = fed.send_of(B)
                facts.append((flow.code == REFUSED, f"exit {flow.code}: {flow.text[-1500:]}"))
                facts += [(code in flow.codes(), f"{code} is not named, but {sorted(flow.codes())}") for code in codes]
                facts.append((fed.revision(B) == 0, "the hub stored something"))
            self.judge.say(name, expect(*facts))
        finally:
            child.terminate()
            child.wait()


if __name__ == "__main__":
    program, hub, folder = sys.argv[1:]
    sys.exit(new_test(lambda candour, work: Malice(candour, work, hub), program, folder).all())
