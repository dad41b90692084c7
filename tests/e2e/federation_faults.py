#!/usr/bin/env python3
"""What goes wrong around a federation waits, or is refused with its code, and goes on when it is over. Nothing is lost.

usage: federation_faults.py CANDOUR WORK_FOLDER

Guardians and hub that are down or slow, clocks, full disks, open keys, orders that are none, and quota; real processes on
this machine. Each fault has its control: without it the same flow is received. A full disk is a file system in memory,
which only root may mount; a wrong clock is a shared object that needs a C compiler: elsewhere those are skipped, aloud.
"""
import json
import re
import shutil
import signal
import subprocess
import sys
import time

from bad_surroundings import mounted
from federation_judge import A, B, PATIENCE_SECONDS, BusyFederation, FaultTest, expect, new_test, until
from federation_of import tree
from provider import OK, PERIOD

A_DAY = 86_400
CLOCK_OFF = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>
int clock_gettime(clockid_t id, struct timespec *out) {
  static int (*real)(clockid_t, struct timespec *);
  if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
  int result = real(id, out);
  if (id == CLOCK_REALTIME) out->tv_sec += SECONDS;
  return result;
}
"""


class Faults(FaultTest):
    def all(self):
        return self.run([self.guardians_down, self.slow_guardian, self.hub_down, self.clock, self.full_disks, self.key_files,
                         self.another_order, self.orders_and_quota])

    def guardians_down(self):
        fed, (first, second, _) = self.fed, self.fed.guardians
        first.kill()
        flow = self.changed(A)
        self.received("one guardian down: another is asked", A, flow,
                      ('"event":"guardian.failed","guardian":1' in flow.text, "the log does not name the guardian"))
        second.kill()
        before, flow = fed.revision(A), self.changed(A)
        folder = fed.submission(A, before + 1)
        kept = tree(folder)
        self.stopped("two guardians down: a clear stop", A, flow, ["CND-2460", "CND-2542"], before,
                     ({"plan.json", "rows.csv"} <= set(kept), f"the outbox has {sorted(kept)}"),
                     ("manifest.dsse" not in kept, "a manifest without guardians"))
        first.start()
        second.start()
        flow = fed.send_of(A)
        self.received("when they are back it goes on", A, flow,
                      (tree(folder)["rows.csv"] == kept["rows.csv"], "other rows went than were shown"))

    def slow_guardian(self):
        first = self.fed.guardians[0]
        self.fed.change(A)
        first.send_signal(signal.SIGSTOP)
        words = self.candour.command(*self.fed.machine_words(self.fed.machine_of[A]))
        child = self.candour.start(words, out=subprocess.DEVNULL, err=subprocess.DEVNULL)
        until(lambda: (self.fed.submission(A, self.fed.revision(A) + 1) / "rows.csv").exists(), "the provider writes rows.csv")
        time.sleep(2)
        waits = child.poll() is None
        first.send_signal(signal.SIGCONT)
        code = child.wait(timeout=PATIENCE_SECONDS)
        self.judge.say("a guardian that is slow is waited for", expect((waits and code == OK, f"waited {waits}, exit {code}")))
        first.send_signal(signal.SIGSTOP)
        flow = self.changed(A)
        first.send_signal(signal.SIGCONT)
        self.received("a guardian that never answers: another is asked", A, flow,
                      ("CND-2413" in flow.codes(), f"codes {flow.codes()}"))

    def hub_down(self):
        before = self.fed.revision(A)
        self.fed.hub.kill()
        flow = self.changed(A)
        self.stopped("hub down: the flow waits", A, flow, ["CND-2411"], before)
        self.fed.hub.start()
        self.received("when the hub is back it goes on", A, self.fed.send_of(A))

    def clock(self):
        name = "a provider's clock is a day ahead"
        shim = self.folder / "clock.so"
        source = self.folder / "clock.c"
        source.write_text(CLOCK_OFF)
        if not shutil.which("cc"):
            return self.judge.skip(name, "there is no C compiler")
        subprocess.run(["cc", "-shared", "-fPIC", f"-DSECONDS={A_DAY + 60}", "-o", shim, source, "-ldl"], check=True)
        before = self.fed.revision(A)
        self.fed.change(A)
        flow = self.fed.send_of(A, before=["env", f"LD_PRELOAD={shim}"])
        # On the last day of a month the hub's sealing key is none of tomorrow's.
        self.stopped(f"{name}: refused", A, flow, [], before,
                     ("CND-2036" in flow.codes(), f"codes {flow.codes()}"))
        self.received("with the right clock it goes", A, self.fed.send_of(A))
        self.fed.interrupted(A)
        before = self.fed.revision(A)
        self.fed.hub.kill()
        self.fed.hub.start(before=["env", f"LD_PRELOAD={shim}"])
        self.stopped("the hub's clock is a day ahead: what was planned today is a day old", A, self.fed.send_of(A),
                     ["CND-2226", "CND-2460"], before)
        self.fed.hub.kill()
        self.fed.hub.start()
        self.received("with the hub's right clock it goes", A, self.fed.send_of(A))

    def full_disks(self):
        for name, folder in (("inbox", "hub/inbox"), ("lake", "hub/lake")):
            self.full_disk(f"the disk of the hub's {name} is full", self.fed.home / folder)

    def full_disk(self, name, folder):
        hub, aside = self.fed.hub, folder.with_name(folder.name + "-aside")
        before = self.fed.revision(A)
        self.fed.change(A)
        hub.end()
        folder.rename(aside)
        try:
            with mounted(folder, "8m") as disk:
                if disk is None:
                    return self.judge.skip(name, "no file system can be mounted here")
                shutil.copytree(aside, disk, dirs_exist_ok=True)
                hub.start()
                self.fill(disk)
                flow = self.fed.send_of(A)
                self.stopped(f"{name}: the flow waits", A, flow, ["CND-1003"], before)
                (disk / "filler").unlink()
                self.received(f"{name} no more: it goes on", A, self.fed.send_of(A))
                hub.end()
                shutil.rmtree(aside)
                shutil.copytree(disk, aside)
        finally:
            folder.rmdir()
            aside.rename(folder)
            hub.start()

    def fill(self, disk):
        with open(disk / "filler", "wb", buffering=0) as file:
            try:
                while file.write(bytes(4096)):
                    pass
            except OSError:
                pass

    def key_files(self):
        for server in (self.fed.hub, self.fed.guardians[2]):
            server.end()
            for key in (server.folder / "operator.key", *server.folder.glob("keys/*.sealed"),
                        *server.folder.glob("keys/sealing/*.key")):
                key.chmod(0o644)
                done = self.candour.try_run("node", "run", "--config", server.folder / "node.toml", "--allow-root")
                key.chmod(0o600)
                self.judge.say(f"{server.name} does not start with a {key.suffix} that others may read",
                               self.judge.error(done, "CND-1012"))
            server.start()
        key = self.fed.organisation(A) / "vault.key"
        key.chmod(0o640)
        done = self.fed.send_of(A).done
        key.chmod(0o600)
        self.judge.say("a provider does not open a vault with a key that others may read", self.judge.error(done, "CND-1012"))
        self.received("control: with keys of its own all go on", A, self.changed(A))

    def another_order(self):
        """One order takes the place of another while a submission under the first is in the outbox."""
        fed, begins = self.fed, 3
        self.fed.interrupted(A)
        fed.revoke(fed.orders["waiting-times"])
        fed.order(fed.instruction("waiting-times-again", begins=begins / A_DAY))
        self.stopped("between two instructions nothing goes", A, fed.send_of(A), ["CND-2021"], fed.revision(A))
        time.sleep(begins)
        flow = fed.send_of(A)
        sent = fed.held()[A, PERIOD]["tags"]["instruction"]
        self.received("what was to go under an instruction that ended goes under the next", A, flow,
                      (sent == fed.orders["waiting-times-again"], f"it went under {sent}"))

    def orders_and_quota(self):
        """In a federation of its own."""
        fed = BusyFederation(self.candour, self.folder / "orders", [A, B], quota=(256, 100_000))
        fed.ready(fed.instruction("expired", begins=-30, expires=-1))
        fed.start()
        try:
            for code in fed.codes:
                fed.change(code)
            self.stopped("an instruction that has expired: nothing goes", A, fed.send_of(A), ["CND-2022"], 0, fed=fed)
            self.one_provider(fed)
            self.quota(fed)
            self.ended(fed)
            fed.stop()
        finally:
            fed.discard()

    def one_provider(self, fed):
        fed.order(fed.instruction("for-one", providers=[A], begins=-0.5))
        self.received("under a new instruction, and no restart, it goes", A, fed.send_of(A), fed=fed)
        self.stopped("an instruction for another provider: nothing goes", B, fed.send_of(B), ["CND-2022"], 0, fed=fed)
        fed.order(fed.instruction("for-the-other", providers=[B], begins=-0.5))
        self.received("under an instruction that covers it, it goes", B, fed.send_of(B), fed=fed)

    def quota(self, fed):
        before = fed.revision(A)
        fed.change(A)
        self.stopped("more identifiers than the quota of a day: the log takes no batch", A, fed.send_of(A), ["CND-2123"],
                     before, fed=fed)

    def ended(self, fed):
        before = fed.revision(A)
        fed.revoke(fed.orders["for-one"])
        self.stopped("an instruction that a body has revoked: nothing goes", A, fed.send_of(A), ["CND-2031"], before, fed=fed)


if __name__ == "__main__":
    sys.exit(new_test(Faults, *sys.argv[1:]).all())
