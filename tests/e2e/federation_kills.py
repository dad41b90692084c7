#!/usr/bin/env python3
"""Kill -9 any process of a federation at any moment: what was to be sent is in the lake once, as without a kill.

usage: federation_kills.py CANDOUR WORK_FOLDER [--kills N] [--seed N] [--only ROUND]

One federation, one organisation of a few hundred rows. Each round loads a changed file and sends it; while it is sent
provider, hub or guardians are killed, started again, and so on, until the hub has it. A kill comes at a moment of the
clock, or at the n-th system call that changes a file (by strace; without it all come by the clock). What was hit while a
flow was under way counts, and a hub that was hit while it starts again. Who ends in another way than killed or as the
program says it does is a fault. After each round, and by a reader of the lake that shares no code with Candour:

- the slice's rows are those of an undisturbed flow of the same file, byte for byte, pseudonyms too;
- the log of the lake has one version more than before, and no submission twice;
- nothing waits in the inbox;
- a provider that lost its receipt gets the same bytes again.

At the end the tables of the release are those of an undisturbed federation, every submission that was committed is in the
transparency log, and `candour log verify` finds nothing. The moments of a round depend on the seed
and its number alone.
"""
import argparse
import hashlib
import pathlib
import random
import re
import shutil
import subprocess
import sys
import time
from collections import Counter

import lake_reader
from federation_of import Federation, head_of
from log_counts import entries_of
from provider import ERROR, OK, REFUSED, Candour

CODE, ROWS = "ACG31", 240
# Who is hit: a guardian that is not asked only beside one that is.
ASKED = ["guardian-1", "guardian-2"]
VICTIMS = ["provider"] * 4 + ["hub"] * 4 + ASKED * 2 + ["guardian-3"]
KILLED = -9
RUNS_AT_MOST = 6
PATIENCE_SECONDS = 300
TRACED = "write,pwrite64,fsync,fdatasync,ftruncate,link,linkat,unlink,unlinkat,mkdir,rename"


def traced(*words):
    """The words before a program that strace watches from aside, so that its process is the program's own."""
    return ["strace", "-D", "-f", "-qq", *map(str, words)]


def killed_at(call, number):
    """The words before a program that is to be killed at its n-th call of this name."""
    return traced("-o", "/dev/null", "-e", f"trace={TRACED}", "-e", f"inject={call}:signal=SIGKILL:when={number}")


def can_trace():
    """Whether strace may watch and kill here; some machines have none, some forbid it."""
    try:
        done = subprocess.run([*killed_at("write", 1), sys.executable, "-c", "print(1, flush=True)"], capture_output=True)
    except FileNotFoundError:
        return False
    return done.returncode == KILLED


def calls_in(trace):
    return Counter(re.findall(r"^\d+\s+(\w+)\(", trace.read_text(errors="replace"), re.MULTILINE))


def drawn_victims(draw):
    """Who is to be hit in one run: one to three of them, in the order they were drawn."""
    victims = list(dict.fromkeys(draw.choice(VICTIMS) for _ in range(draw.choice([1, 2, 2, 3]))))
    if "guardian-3" in victims and not set(ASKED) & set(victims):
        victims.append(draw.choice(ASKED))
    return victims


class Checker:
    """What a lake must hold after so many rounds. Gives what is wrong, or None."""

    def __init__(self, lake):
        self.lake, self.reference = lake, {}

    def what_is_wrong(self, source, versions, entries, lake=None):
        submissions = Counter(action["txn"]["appId"] for entry in entries for action in entry if "txn" in action)
        twice = [one for one, count in submissions.items() if count > 1]
        if twice:
            return f"{len(twice)} submissions are in the log twice"
        if len(submissions) != versions or len(entries) != versions + 1:
            return f"{len(submissions)} submissions in {len(entries) - 1} versions instead of {versions}"
        added = [action["add"] for action in entries[-1] if "add" in action]
        if [one["tags"]["candour.revision"] for one in added] != [str(versions)]:
            return f"the newest entry is not revision {versions}"
        if not self.reference:
            return None
        found, refused = lake_reader.try_read(lake or self.lake)
        if refused:
            return f"the independent reader refuses the lake: {refused}"
        if found != self.reference[source]:
            wanted, got = Counter(self.reference[source].splitlines()), Counter(found.splitlines())
            return f"{(got - wanted).total()} rows too many, {(wanted - got).total()} too few"
        return None


class Test:
    def __init__(self, candour, folder, seed):
        self.seed, self.folder, self.kills, self.hit = seed, folder, 0, Counter()
        self.federation = Federation(candour, folder / "kills", [CODE], machines=1).found()
        whole = self.federation.sources[CODE]
        self.sources = {name: head_of(whole, folder / f"{name}.csv", ROWS, first) for name, first in {"even": 0, "odd": 60}.items()}
        self.machine = self.federation.machines[0]
        self.server = {one.name: one for one in self.federation.servers()}
        self.checker = Checker(self.federation.lake())
        self.versions, self.seconds = 0, 1.0
        self.calls, self.hub_call = {"provider": {}, "hub": {}}, None

    def measure(self, reads):
        """Undisturbed flows: what the lake must hold of each file, the release of it, and how long one takes."""
        self.tables, took = {}, []
        for name in ("odd", "even"):
            self.federation.load(CODE, self.sources[name])
            begun = time.monotonic()
            flow = self.federation.send(self.machine)
            took.append(time.monotonic() - begun)
            self.versions += 1
            if flow.states() != {CODE: "received"}:
                sys.exit(f"an undisturbed flow failed: {flow.text}")
            if reads:
                self.checker.reference[name] = lake_reader.read(self.checker.lake)
            self.tables[name] = self.federation.tables_of_lake(self.folder / f"release-{name}")
        self.seconds = min(took)
        if self.tables["odd"] == self.tables["even"] or (reads and len(set(self.checker.reference.values())) != 2):
            sys.exit("both files give the same, so that the test would see nothing")

    def measure_calls(self):
        """Which calls that change files provider and hub make while a flow goes: of each name the first and the last."""
        hub, trace = self.federation.hub, {name: self.folder / f"{name}.trace" for name in self.calls}
        hub.end()
        hub.start(before=traced("-o", trace["hub"], "-e", f"trace={TRACED}"))
        start = calls_in(trace["hub"])
        self.federation.load(CODE, self.sources["odd"])
        self.federation.send(self.machine, before=traced("-o", trace["provider"], "-e", f"trace={TRACED}"))
        flow = {"hub": calls_in(trace["hub"]), "provider": calls_in(trace["provider"])}
        self.federation.load(CODE, self.sources["even"])
        self.federation.send(self.machine)
        self.versions += 2
        hub.end()
        hub.start()
        for name, before in {"hub": start, "provider": Counter()}.items():
            self.calls[name] = {call: (before[call] + 1, last) for call, last in flow[name].items() if last > before[call]}

    def moment_of_call(self, draw, name):
        """A drawn system call of a process, rare ones as often as common ones; or none: then it comes by the clock."""
        if not self.calls[name] or draw.random() < 0.4:
            return None
        call = draw.choice(sorted(self.calls[name]))
        return call, draw.randint(*self.calls[name][call])

    def disturbed(self, draw):
        """Runs the provider's node while some processes are killed; gives its exit code and what was hit."""
        wanted = drawn_victims(draw)
        call = self.moment_of_call(draw, "provider") if "provider" in wanted else None
        if call:
            wanted.remove("provider")
        plan = sorted((draw.uniform(0, self.seconds), victim) for victim in wanted)
        candour = self.federation.candour
        with open(self.folder / "provider.log", "ab") as log:
            words = candour.command(*self.federation.machine_words(self.machine))
            child = candour.start([*(killed_at(*call) if call else []), *words], out=log, err=log)
        begun, hit = time.monotonic(), []
        for moment, victim in plan:
            if self.wait(child, begun + moment):
                break
            if victim == "provider":
                child.kill()
            elif not self.server[victim].is_running():
                continue
            else:
                self.server[victim].kill()
            hit.append((victim, f"at {moment * 1000:.0f} ms"))
        code = child.wait(timeout=PATIENCE_SECONDS)
        if code == KILLED and not any(victim == "provider" for victim, _ in hit):
            hit.append(("provider", "at {} {}".format(*call)))
        return code, hit + self.restart(draw)

    def wait(self, child, moment):
        """Whether the child ended before a moment."""
        try:
            child.wait(timeout=max(0, moment - time.monotonic()))
        except subprocess.TimeoutExpired:
            return False
        return True

    def restart(self, draw):
        """Starts again what is down; the hub often with a call at which it will be killed. Gives what was hit unseen."""
        down, hit = [one for one in self.server.values() if not one.is_running()], []
        for server in down:
            if server.child is not None:
                if server.child.returncode != KILLED:
                    sys.exit(f"{server.name} ended with {server.child.returncode}: {server.log()[-2000:]}")
                hit.append((server.name, "at {} {}".format(*self.hub_call)))
                server.discard()
            call = self.moment_of_call(draw, "hub") if server.name == "hub" else None
            server.start(wait=False, before=killed_at(*call) if call else ())
            self.hub_call = call if server.name == "hub" else self.hub_call
        for server in down:
            if not server.wait_until_ready(may_die=True):
                hit.append((server.name, "at {} {} of its start".format(*self.hub_call)))
                server.discard()
                server.start()
                self.hub_call = None
        return hit

    def play(self, number):
        draw = random.Random(f"{self.seed}/{number}")
        source = "odd" if number % 2 else "even"
        self.federation.load(CODE, self.sources[source])
        self.versions += 1
        all_hit = []
        for _ in range(draw.randint(2, RUNS_AT_MOST)):
            code, hit = self.disturbed(draw)
            all_hit += hit
            if code not in (ERROR, REFUSED, KILLED):
                break
        self.kills += len(all_hit)
        self.hit.update(victim for victim, _ in all_hit)
        self.calm_hub()
        if code not in (OK, ERROR, REFUSED, KILLED):
            wrong = f"the provider ended with {code}"
        else:
            wrong = (None if code == OK else self.finish()) or self.check(source)
        said = ", ".join(f"{victim} {when}" for victim, when in all_hit) or "nothing hit"
        print(f"{'BAD' if wrong else 'ok '} round {number}: {said}{': ' + wrong if wrong else ''}", flush=True)
        return wrong

    def calm_hub(self):
        """A hub that would still be killed at a call is started anew without."""
        if self.hub_call:
            self.federation.hub.discard()
            self.federation.hub.start()
            self.hub_call = None

    def finish(self):
        """With all up again the first run ends it."""
        flow = self.federation.send(self.machine)
        if flow.states().get(CODE) not in ("received", "up to date"):
            return f"it did not go on: {flow.text[-1500:]}"
        return None

    def check(self, source):
        wrong = self.checker.what_is_wrong(source, self.versions, self.federation.entries()) or self.receipt_is_wrong()
        waiting = [path.name for path in (self.federation.home / "hub/inbox").iterdir() if path.name != "lock"]
        return wrong or (f"waits in the inbox: {waiting}" if waiting else None)

    def receipt_is_wrong(self):
        """A provider that lost its receipt asks again."""
        path = self.federation.submission(CODE, self.versions) / "receipt.dsse"
        before = path.read_bytes()
        path.unlink()
        flow = self.federation.send(self.machine)
        if flow.states() != {CODE: "received"} or flow.slices[CODE].revision != self.versions:
            return f"a lost receipt was not given again: {flow.text[-1500:]}"
        return None if path.read_bytes() == before else "the receipt of a retry has other bytes"

    def log_is_wrong(self):
        """What was committed stands in the log, and the log holds before an outsider."""
        log = self.federation.home / "hub" / "log"
        entered = {hashlib.sha256(entry.encode()).hexdigest() for entry in entries_of(log)}
        committed = {action["txn"]["appId"] for entry in self.federation.entries() for action in entry if "txn" in action}
        if not committed or committed - entered:
            return f"{len(committed - entered)} of {len(committed)} submissions were committed and are not in the log"
        verified = self.federation.candour.try_run("log", "verify", log, "--federation", self.federation.id)
        return None if verified.code == OK else f"the log does not hold: {verified.out}"

    def release_is_wrong(self, source):
        tables = self.federation.tables_of_lake(self.folder / f"release-{self.versions}")
        return None if tables == self.tables[source] else "other tables than without a kill"

    def controls(self, source):
        """The checker must find a lake whose newest commit is gone, there twice, or whose rows are another's."""
        whole, versions = self.federation.entries(), self.versions
        other = "even" if source == "odd" else "odd"
        found = {"as it is": self.checker.what_is_wrong(source, versions, whole),
                 "a commit removed": self.checker.what_is_wrong(source, versions, whole[:-1]),
                 "a commit twice": self.checker.what_is_wrong(source, versions, [*whole, whole[-1]])}
        if self.checker.reference:
            found["the rows of another file"] = self.checker.what_is_wrong(other, versions, whole)
            found["a commit's file removed"] = self.without_newest_entry(source, whole)
        for name, wrong in found.items():
            good = (wrong is None) == (name == "as it is")
            print(f"{'ok ' if good else 'BAD'} control, {name}: {wrong or 'nothing wrong'}")
            yield None if good else name

    def without_newest_entry(self, source, whole):
        """The rows of a lake whose newest entry was removed, under a log that still has it."""
        copy = self.folder / "without"
        shutil.copytree(self.federation.lake(), copy)
        (copy / "_delta_log" / f"{len(whole) - 1:020}.json").unlink()
        return self.checker.what_is_wrong(source, self.versions, whole, copy)


def run(test, options):
    reads = not lake_reader.why_not()
    test.federation.start()
    test.measure(reads)
    if can_trace():
        test.measure_calls()
    print(f"seed {options.seed}; an undisturbed flow takes {test.seconds:.1f} s; "
          f"{'kills by the clock and by strace' if test.calls['hub'] else 'no strace, so kills by the clock alone'}; "
          f"{'rows read by hyparquet' if reads else f'skipped: {lake_reader.why_not()}, so that no row is looked at'}")
    wrong = [found for found in test.controls("even") if found]
    begun = time.monotonic()
    numbers = iter([options.only] if options.only else range(1, 1_000_000))
    for rounds, number in enumerate(numbers, 1):
        wrong += [found for found in [test.play(number)] if found]
        if test.kills >= options.kills or len(wrong) > 10:
            break
    at_end = [test.release_is_wrong("odd" if number % 2 else "even")]
    test.federation.stop()
    at_end.append(test.log_is_wrong())
    for one in filter(None, at_end):
        print(f"BAD at the end: {one}")
        wrong.append(one)
    spread = ", ".join(f"{name} {count}" for name, count in sorted(test.hit.items()))
    print(f"{test.kills} kills ({spread}) in {rounds} rounds, {time.monotonic() - begun:.0f} s, {len(wrong)} things wrong")
    return 1 if wrong else 0


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("program")
    arguments.add_argument("folder", type=pathlib.Path)
    arguments.add_argument("--kills", type=int, default=15)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--only", type=int)
    options = arguments.parse_args()
    folder = options.folder.resolve()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    test = Test(Candour(options.program, folder / "scratch"), folder, options.seed)
    try:
        return run(test, options)
    finally:
        test.federation.discard()


if __name__ == "__main__":
    sys.exit(main())
