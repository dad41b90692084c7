#!/usr/bin/env python3
"""Kill -9 at any moment: the next run ends with each row exactly once, and with the same release.

usage: kills.py CANDOUR WORK_FOLDER [--kills N] [--seed N] [--only I]

The commands `vault new`, `load`, `count` and `release build` are killed and then run again as they were. Half of the
kills come at a moment of the clock, half at the n-th system call that changes a file (by strace; without it all come
by the clock). Each kill depends on the seed and its number alone: `--seed S --only I` plays one again.
"""
import argparse
import pathlib
import random
import re
import shutil
import subprocess
import sys
import time
from collections import Counter

from provider import (COLLECTION, ERROR, OK, PERIOD, REFUSED, Candour, Provider, planted_lines, read_source, synthesise,
                      wanted_holding)

CODE = "RBV"
CALLS = "write,pwrite64,fsync,fdatasync,ftruncate,link,linkat,unlink,unlinkat,mkdir,rename"
STAGES = ["load", "load", "load", "load", "load", "count", "count", "release", "release", "vault"]
LONGEST_DRAWS = 50


class Files:
    """The provider's source file, and an earlier and a corrected one, with what a vault holds after each."""

    def __init__(self, files, folder):
        folder.mkdir()
        refused = planted_lines(files, CODE)
        header, records = read_source(files / "sources" / f"{CODE}.csv")
        halves = {number: record for number, record in records.items() if number % 2}
        right = {number: record for number, record in records.items() if number not in refused}
        self.path, self.holds = {}, {None: wanted_holding({}, set())}
        for name, chosen in {"whole": records, "half": halves, "corrected": right}.items():
            self.path[name] = folder / f"{name}.csv"
            self.path[name].write_text("".join(text + "\r\n" for text in [header, *(r[0] for r in chosen.values())]),
                                       encoding="utf-8", newline="")
            self.holds[name] = wanted_holding(chosen, refused)


def tree(folder):
    """Every file below a folder, hidden ones too, and its bytes."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*"))
            if path.is_file()}


def difference(found, wanted):
    names = sorted(name for name in found.keys() | wanted.keys() if found.get(name) != wanted.get(name))
    return f"other files than without a kill: {', '.join(names)}" if names else None


def without_salt(counts):
    """A counts folder without the salt of its manifest, which each run draws anew."""
    return {name: re.sub(rb'"salt": "[0-9a-f]+"', b"", content) for name, content in counts.items()}


class Stage:
    """One command that is killed. `ready` makes what it starts from in a new folder and gives its words."""

    def __init__(self, test, draw):
        self.test, self.draw = test, draw

    def provider(self, folder):
        return self.test.provider.moved_to(folder / "provider")

    def after_kill(self, folder):
        """What is wrong before the second run, or None."""

    def second(self, folder, words):
        """Runs it again; what is wrong, or None."""
        done = self.test.candour.try_run(*words)
        if done.code == ERROR and "CND-1005" in done.err and "candour explain CND-1005" in done.err:
            return None  # it had been finished: the command says so and changes nothing
        return None if done.code in (OK, REFUSED) else f"the second run ended with {done.code}: {done.err}"


class LoadStage(Stage):
    name = "load"

    def __init__(self, test, draw):
        super().__init__(test, draw)
        self.earlier, self.later = draw.choice([(None, "whole"), ("half", "whole"), ("whole", "corrected")])
        self.name = f"load {self.later} over {self.earlier or 'nothing'}"

    def ready(self, folder):
        shutil.copytree(self.test.vault_with(self.earlier), folder / "provider")
        return self.provider(folder).load_words(self.test.files.path[self.later])

    def after_kill(self, folder):
        held, files = self.provider(folder).holds(), self.test.files.holds
        return None if held in (files[self.earlier], files[self.later]) else "the vault holds a part of a file"

    def check(self, folder):
        return self.test.what_is_wrong(self.provider(folder), self.later, folder)


class VaultStage(Stage):
    name = "vault new"

    def ready(self, folder):
        (folder / "provider").mkdir()
        self.test.candour.run("key", "new", folder / "provider/key")
        return self.provider(folder).new_words()

    def check(self, folder):
        whole = ["key", "vault.db", "vault.db.lock"]
        # Killed while it opened what it had made, it leaves SQLite's log until the vault is opened and closed again.
        if self.left(folder) not in (whole, sorted([*whole, "vault.db-wal"])):
            return f"left behind: {self.left(folder)}"
        self.provider(folder).load(self.test.files.path["whole"])
        if self.left(folder) != whole:
            return f"left behind by a load: {self.left(folder)}"
        return self.test.what_is_wrong(self.provider(folder), "whole", folder)

    def left(self, folder):
        return sorted(path.name for path in (folder / "provider").iterdir())


class CountStage(Stage):
    name = "count"

    def ready(self, folder):
        shutil.copytree(self.test.vault_with("whole"), folder / "provider")
        return self.provider(folder).count_words(folder / "counts/waits" / CODE)

    def check(self, folder):
        return difference(without_salt(tree(folder / "counts")), without_salt(tree(self.test.counts)))


class ReleaseStage(Stage):
    name = "release build"

    def ready(self, folder):
        return self.provider(folder).release_words(self.test.counts, folder / "release")

    def check(self, folder):
        return difference(tree(folder / "release"), tree(self.test.release))


class Test:
    def __init__(self, candour, folder, seed):
        self.candour, self.folder, self.seed = candour, folder, seed
        self.provider = Provider(candour, folder / "unkilled/provider", synthesise(candour, folder, [CODE]), CODE)
        self.files = Files(folder / "files", folder / "versions")
        self.vaults, self.calls, self.seconds = {}, {}, {}
        self.counts, self.release = folder / "unkilled/counts", folder / "unkilled/release"
        self.provider.make().load(self.files.path["whole"])
        candour.run(*self.provider.count_words(self.counts / "waits" / CODE))
        candour.run(*self.provider.release_words(self.counts, self.release))
        self.may_trace = can_trace(folder)

    def vault_with(self, name):
        """A folder with a vault into which one of the files was loaded, made once."""
        if name not in self.vaults:
            provider = self.provider.moved_to(self.folder / "vaults" / str(name)).make()
            if name:
                provider.load(self.files.path[name])
            self.vaults[name] = provider.folder
        return self.vaults[name]

    def what_is_wrong(self, provider, name, folder):
        """Says what a vault holds otherwise than the file `name`, or where its release is not what was published."""
        rows, quarantine = provider.holds()
        wanted_rows, wanted_quarantine = self.files.holds[name]
        if rows != wanted_rows:
            return f"{(rows - wanted_rows).total()} rows too many, {(wanted_rows - rows).total()} too few"
        if quarantine != wanted_quarantine:
            return f"{quarantine.total()} in quarantine instead of {wanted_quarantine.total()}"
        return self.release_is_wrong(provider, folder)

    def release_is_wrong(self, provider, folder):
        self.candour.run(*provider.count_words(folder / "checked/counts/waits" / CODE))
        self.candour.run(*provider.release_words(folder / "checked/counts", folder / "checked/release"))
        done = self.candour.try_run("release", "compare", folder / "checked/release", "--with",
                                    self.folder / "publication.csv", "--collection", COLLECTION)
        last = done.out.splitlines()[-1]
        return None if done.code == OK and last.endswith("differ: 0") else last

    def kill_once(self, stage, words, draw):
        """Starts a command and kills it at a drawn moment. Gives what was drawn, or None if the command came first."""
        if self.may_trace and draw.random() < 0.5:
            calls = self.calls_of(stage)
            name = draw.choice(sorted(calls))
            number = draw.randint(1, calls[name])
            trace = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={CALLS}", "-e",
                     f"inject={name}:signal=SIGKILL:when={number}"]
            done = self.candour.try_run(*words, before=trace)
            return f"at {name} number {number}" if done.code in (-9, 137) else None
        after = draw.uniform(0, self.seconds_of(stage))
        child = self.candour.start(self.candour.command(*words), out=subprocess.DEVNULL, err=subprocess.DEVNULL)
        time.sleep(after)
        child.kill()
        return f"after {after * 1000:.0f} ms" if child.wait() == -9 else None

    def unkilled(self, stage, before=()):
        folder = self.folder / "measured"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        words = stage.ready(folder)
        start = time.monotonic()
        self.candour.run(*words, expect=(OK, REFUSED), before=before)
        return time.monotonic() - start

    def seconds_of(self, stage):
        if stage.name not in self.seconds:
            self.seconds[stage.name] = self.unkilled(stage)
        return self.seconds[stage.name]

    def calls_of(self, stage):
        """How often the stage makes each call that changes files. Rare ones are drawn as often as common ones."""
        if stage.name not in self.calls:
            trace = self.folder / "trace"
            self.unkilled(stage, ["strace", "-f", "-qq", "-o", trace, "-e", f"trace={CALLS}"])
            names = re.findall(r"^\d+\s+(\w+)\(", trace.read_text(errors="replace"), re.MULTILINE)
            self.calls[stage.name] = Counter(names)
        return self.calls[stage.name]

    def play(self, number):
        draw = random.Random(f"{self.seed}/{number}")
        kind = {"load": LoadStage, "count": CountStage, "release": ReleaseStage, "vault": VaultStage}
        stage = kind[STAGES[number % len(STAGES)]](self, draw)
        folder = self.folder / "kills" / str(number)
        for _ in range(LONGEST_DRAWS):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            words = stage.ready(folder)
            killed = self.kill_once(stage, words, draw)
            if killed:
                break
        else:
            return f"{stage.name}: it ended before each of {LONGEST_DRAWS} kills"
        wrong = stage.after_kill(folder) or stage.second(folder, words) or stage.check(folder)
        print(f"{'BAD' if wrong else 'ok '} kill {number}: {stage.name}, {killed}{': ' + wrong if wrong else ''}",
              flush=True)
        if not wrong:
            shutil.rmtree(folder)
        return wrong

    def control(self, name, lines):
        """The checker must find what is wrong with a vault that was loaded from an edited file."""
        folder = self.folder / "controls" / name.replace(" ", "-")
        folder.mkdir(parents=True)
        (folder / "edited.csv").write_text("".join(line + "\r\n" for line in lines), encoding="utf-8", newline="")
        provider = self.provider.moved_to(folder / "provider").make()
        provider.load(folder / "edited.csv")
        found = self.what_is_wrong(provider, "whole", folder)
        compared = self.release_is_wrong(provider, folder / "compared")
        good = found is not None and compared is not None
        print(f"{'ok ' if good else 'BAD'} control, {name}: {found}; {compared}")
        return None if good else name

    def controls(self):
        """The checks can fail."""
        lines = self.files.path["whole"].read_text(encoding="utf-8").splitlines()
        refused = planted_lines(self.folder / "files", CODE)
        _, records = read_source(self.files.path["whole"])
        number = next(n for n, (_, row) in records.items() if n not in refused
                      and row["REFERRAL TO TREATMENT PERIOD END DATE"] == "2025-09-15")
        line, row = records[number]
        twice = line.replace(row["PATIENT PATHWAY IDENTIFIER"], "ADDED-BY-A-TEST")
        yield self.control("a row twice, under another key", [*lines[:number], twice, *lines[number:]])
        yield self.control("a row lost", lines[:number - 1] + lines[number:])
        released = tree(self.release)
        for name, changed in {"a file more": {**released, ".index.html.tmp": b""},
                              "a byte changed": {**released, "index.html": released["index.html"][:-1] + b"x"}}.items():
            good = difference(changed, released) is not None and difference(dict(released), released) is None
            print(f"{'ok ' if good else 'BAD'} control, {name} in a release")
            yield None if good else name


def can_trace(folder):
    """Whether strace may watch and kill here; some machines have none, some forbid it."""
    try:
        done = subprocess.run(["strace", "-f", "-qq", "-o", folder / "trace", "-e", "inject=write:signal=SIGKILL:when=1",
                               sys.executable, "-c", "print(1, flush=True)"], capture_output=True)
    except FileNotFoundError:
        return False
    return done.returncode in (-9, 137)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("program")
    arguments.add_argument("folder", type=pathlib.Path)
    arguments.add_argument("--kills", type=int, default=10)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--only", type=int)
    options = arguments.parse_args()
    folder = options.folder.resolve()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    test = Test(Candour(options.program, folder / "scratch"), folder, options.seed)
    print(f"seed {options.seed}; {'kills by the clock and by strace' if test.may_trace else 'no strace: by the clock'}")
    if options.only is not None:
        return 1 if test.play(options.only) else 0
    wrong = [found for found in (*test.controls(), *map(test.play, range(options.kills))) if found]
    print(f"{options.kills} kills, {len(wrong)} things wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
