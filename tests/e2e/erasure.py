#!/usr/bin/env python3
"""After the end of an instruction's retention nothing that it brought is at the hub, and the log says so.

usage: erasure.py CANDOUR WORK_FOLDER

Real processes. An instruction of some seconds brings one organisation's rows, two revisions of them, to a table where
another's rows lie under an instruction that goes on. What the hub has of the first is taken down while it may have it:
pseudonyms, and pieces of every file. Then the instruction ends, the hub is killed around that moment, and every byte of its
folder and of its scratch is looked through. Controls: before the end everything is found, the other's rows are found after
it too, and a file that somebody kept is found.
"""
import csv
import hashlib
import hmac
import io
import random
import sys
import time

import lake_reader
from federation_judge import expect, run_whole
from federation_of import TABLE, Federation, head_of
from judge import Judge
from log_counts import entries_of, opened
from provider import PERIOD

SHORT, LONG = "ACG31", "RRJ"
PIECE = 32  # bytes of a file that are looked for
DAY = 86_400
LIVES = (45, 120, 360)  # seconds of the first instruction; a loaded machine takes longer to send


def pieces(content):
    """Pieces of a file, each at every place where it could be cut from it without a gap."""
    return {content[at:at + PIECE] for at in range(0, len(content) - PIECE, PIECE)}


def files_of(folder):
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def found_in(folders, wanted):
    """Which of the wanted pieces stand in any file of the folders, and where."""
    found = {}
    for folder in folders:
        for path, content in files_of(folder).items():
            found.update((one, str(path)) for at in range(len(content)) if (one := content[at:at + PIECE]) in wanted)
    return found


class Test:
    def __init__(self, candour, folder):
        self.judge, self.candour, self.folder = Judge(candour), candour, folder
        self.rng = random.Random(7)
        self.federation = Federation(candour, folder / "erasure", [SHORT, LONG], machines=2, rows=150)

    def run(self):
        self.set_up()
        self.send_all()
        self.take_down()
        self.end()
        self.nothing_is_left()
        self.the_log_says_so()
        self.the_rest_goes_on()
        self.federation.stop()
        return self.judge.wrong

    def set_up(self):
        self.federation.found(self.federation.instruction(providers=[LONG]))
        self.federation.start()

    def send_all(self):
        """Two revisions of the one and one of the other, before the instruction ends."""
        federation = self.federation
        federation.load(LONG)
        if federation.send_of(LONG).states() != {LONG: "received"}:
            sys.exit("the instruction that goes on brought nothing")
        self.pseudonyms_that_stay = self.pseudonyms_now()
        for seconds in LIVES:
            self.expires = time.time() + seconds
            self.order = federation.order(federation.instruction(f"for-{seconds}-seconds", providers=[SHORT],
                                                                 expires=seconds / DAY, retention_days=0))
            for rows in (150, 120):
                federation.load(SHORT, head_of(federation.files / "sources" / f"{SHORT}.csv",
                                               federation.folder / f"{SHORT}-{rows}-{seconds}.csv", rows - seconds % 7))
                flow = federation.send_of(SHORT)
            if flow.states() == {SHORT: "received"} and time.time() < self.expires:
                return
        sys.exit(f"the rows did not go in {LIVES[-1]} s: {flow.text[-2000:]}")

    def pseudonyms_now(self):
        """Those of the lake's newest version, by another reader, as bytes: they are as long as a piece is."""
        text = lake_reader.read(self.federation.lake()).decode()
        return {row["pseudonym"].encode() for row in csv.DictReader(io.StringIO(text)) if row["pseudonym"]}

    def take_down(self):
        """What must be gone, and what must stay: as bytes."""
        federation = self.federation
        files = {"short": {}, "long": {}}
        adds = [action["add"] for entry in federation.entries() for action in entry if "add" in action]
        for add in adds:
            whose = "short" if add["tags"]["candour.submitter"] == SHORT else "long"
            files[whose][add["path"]] = (federation.lake() / add["path"]).read_bytes()
        self.stays = set().union(*map(pieces, files["long"].values()))
        # Two files of a table have a schema in common.
        self.gone = {one for content in files["short"].values() for one in pieces(content)
                     if not any(one in other for other in files["long"].values())}
        self.pseudonyms = self.pseudonyms_now() - self.pseudonyms_that_stay
        self.kept = next(iter(files["short"].values()))
        self.keys = set().union(*(pieces(path.read_bytes()) for path in (federation.hub.folder / "keys" / "sealing").glob("*.key")))
        self.gone |= self.keys
        before = found_in(self.places(), self.gone)
        self.judge.say("control: before the end every piece of its files and keys is found", expect(
            (len(files["short"]) >= 2, f"it has {len(files['short'])} files"),
            (len(before) == len(self.gone) > 50, f"{len(before)} of {len(self.gone)} are found"),
            (len(self.pseudonyms) > 50, f"it has {len(self.pseudonyms)} pseudonyms")))
        # In clear too, should a file be compressed so that a piece is cut elsewhere.
        self.gone |= self.pseudonyms

    def places(self):
        return [self.federation.hub.folder, self.federation.hub.scratch()]

    def end(self):
        """The instruction ends; the hub is killed three times around that moment."""
        federation = self.federation
        federation.load(LONG, head_of(federation.files / "sources" / f"{LONG}.csv", federation.folder / "late.csv", 140))
        time.sleep(max(self.expires - time.time(), 0))
        for _ in range(3):
            # Something is entered, so that the witnesses' time goes on, and the hub may find that it is due.
            federation.send_of(LONG)
            time.sleep(self.rng.uniform(0, 1.5))
            federation.hub.kill()
            federation.hub.start()
        deadline = time.monotonic() + 300
        while not self.is_stated():
            if time.monotonic() > deadline:
                sys.exit(f"nothing was erased: {federation.hub.log()[-3000:]}")
            time.sleep(1)
        federation.send_of(LONG)

    def statements(self):
        return [(kind, payload) for kind, payload in map(opened, entries_of(self.federation.home / "hub" / "log"))]

    def erasures(self):
        return [payload for kind, payload in self.statements() if kind == "erasure"]

    def is_stated(self):
        return any(one["instruction"] == self.order for one in self.erasures())

    def nothing_is_left(self):
        federation = self.federation
        # What the other sent since may have a piece of a dictionary in common, and no pseudonym.
        theirs = {str(federation.lake() / action["add"]["path"]) for entry in federation.entries() for action in entry
                  if "add" in action and action["add"]["tags"]["candour.submitter"] == LONG}
        left = {one: path for one, path in found_in(self.places(), self.gone).items()
                if one in self.pseudonyms or path not in theirs}
        kept = federation.hub.folder / "inbox" / "forgotten"
        kept.write_bytes(b"x" * 5 + self.kept)
        control = found_in(self.places(), self.gone)
        kept.unlink()
        stay = found_in(self.places(), self.stays)
        names = [path.name for path in (federation.lake() / "data").iterdir()]
        gone = {add["path"].split("/")[1] for entry in federation.entries() for action in entry
                if (add := action.get("add")) and add["tags"]["candour.submitter"] == SHORT}
        self.judge.say(f"after the end none of {len(self.gone)} pieces of its files, keys and rows is in any file of the hub", [
            f"a piece is in {path}" for path in sorted(set(left.values()))] + expect(
            (not gone & set(names), f"files are there: {gone & set(names)}"),
            (not list((federation.hub.folder / "inbox").glob("*.package*")), "a package waits in the inbox"),
            (not [one for one in federation.hub.scratch().rglob("*") if one.is_file()], "something lies in its scratch"),
            (not self.pseudonyms & self.pseudonyms_now(), "a row is in the table")))
        self.judge.say("control: a file that somebody kept is found", expect((len(control) > 20, "it is not")))
        self.judge.say("what lies under an instruction that goes on is there", expect(
            (len(stay) == len(self.stays), f"{len(stay)} of {len(self.stays)} pieces are there")))

    def the_log_says_so(self):
        federation = self.federation
        ours = [one for one in self.erasures() if one["instruction"] == self.order]
        one = ours[0]
        files = (federation.hub.folder / "erasures" / f"{one['id']}.files").read_bytes()
        commitment = hmac.new(files[:32], hashlib.sha256(files[32:]).digest(), hashlib.sha256).hexdigest()
        names = files[32:].decode().splitlines()
        verified = self.candour.try_run("log", "verify", federation.home / "hub" / "log", "--federation", federation.id)
        self.judge.say("one erasure is stated, killed or not, its list is what it commits to, and the log verifies", expect(
            (len(ours) == 1, f"it is stated {len(ours)} times"),
            (one["collection"] + "-" + one["table"] == TABLE and one["what"] == "expiry", f"it says {one}"),
            (one["keys_destroyed"] == 1 and one["first_version"] < one["last_version"], f"it says {one}"),
            (commitment == one["erased_commitment"], "the list is another"),
            (len(names) >= 2 and all(not (federation.lake() / name).exists() for name in names), f"it lists {names}"),
            (verified.code == 0, f"log verify: exit {verified.code} {verified.out[-1500:]}{verified.err[-500:]}")))
        out = self.folder / "register"
        self.candour.run("register", "build", "--log", federation.home / "hub" / "log", "--federation", federation.id,
                         "--out", out)
        text = "".join(path.read_text() for path in out.rglob("*.html") if self.order in path.as_posix())
        self.judge.say("the public register says it too", expect(("Expired, erased" in text, "it does not")))

    def the_rest_goes_on(self):
        """The other organisation sends again, with a key that is new; the first cannot."""
        federation = self.federation
        federation.load(LONG, head_of(federation.files / "sources" / f"{LONG}.csv", federation.folder / "last.csv", 130))
        flow = federation.send_of(LONG)
        late = federation.send_of(SHORT, more=["--again", PERIOD])
        keys = [payload["id"] for kind, payload in self.statements() if kind == "sealing-key"]
        status = federation.status()
        self.judge.say("the other's flow goes on under a new key, and nothing comes back", expect(
            (flow.states() == {LONG: "received"}, f"it says {flow.states()}: {flow.text[-1500:]}"),
            (len(keys) >= 2, "the month's key was not replaced"),
            ((SHORT, PERIOD) not in federation_slices(federation), "its slice is in the table"),
            (status.get((SHORT, PERIOD), {}).get("state") != "received", f"the status is {status.get((SHORT, PERIOD))}"),
            ("received" not in late.states().values(), f"it was sent again: {late.states()}")))
        federation.order(federation.instruction("after", providers=[SHORT], begins=0))
        flow = federation.send_of(SHORT)
        revisions = [int(path.name.rpartition("-r")[2]) for path in (federation.organisation(SHORT) / "outbox").glob(f"{TABLE}-{PERIOD}-r*")]
        self.judge.say("under an order that follows the slice goes again, and is numbered on", expect(
            (flow.states() == {SHORT: "received"}, f"it says {flow.states()}: {flow.text[-1500:]}"),
            (flow.slices[SHORT].revision == max(revisions) == len(revisions) > 2, f"revisions {sorted(revisions)}")))


def federation_slices(federation):
    """The slices of the newest version: what was added and neither replaced nor taken out."""
    held = {}
    for entry in federation.entries():
        for action in entry:
            if "remove" in action:
                held.pop(action["remove"]["path"], None)
            if "add" in action:
                tags = action["add"]["tags"]
                held[action["add"]["path"]] = (tags["candour.submitter"], tags["candour.period"])
    return set(held.values())


if __name__ == "__main__":
    if WHY := lake_reader.why_not():
        print(f"skipped: {WHY}")
        sys.exit(77)
    sys.exit(run_whole(Test, *sys.argv[1:]))
