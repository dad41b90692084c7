#!/usr/bin/env python3
"""What went wrong, said at once, sealed until a day, and taken away again: by the commands that people have, in a federation that runs. Nothing of
what is sealed is anywhere at the hub before it is opened, and all of it afterwards.

usage: sealed.py CANDOUR WORK_FOLDER
"""
import datetime
import re
import sys
import time

from federation_judge import expect, run_whole
from federation_of import SIGNERS, Federation
from judge import Judge
from provider import COLLECTION

A, B = "ACG31", "RRJ"
OPEN_TEXT = "A disk failed; nothing is lost."
SEALED_TEXT = "Somebody tried to copy a share on Tuesday."
SQL = "SELECT count(*) FROM clock_stops"


def day(days_from_now):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days_from_now)).date().isoformat()


class Test:
    def __init__(self, candour, folder):
        self.judge, self.candour, self.folder = Judge(candour), candour, folder
        self.federation = Federation(candour, folder / "federation", [A, B], machines=2, rows=60)

    def run(self):
        self.federation.found()
        self.federation.start()
        self.log = self.federation.log_folder()
        for step in (self.incident, self.seal, self.sign, self.open, self.seal_run, self.refused, self.redact,
                     self.verify):
            step()
        self.federation.stop()
        return self.judge.wrong

    def key(self, name):
        return ["--key", self.federation.home / "controllers" / name]

    def written(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path

    def try_log(self, *words):
        return self.candour.try_run("log", *words, "--log", self.log)

    def at_hub(self, text):
        """The files of the hub in which a text stands."""
        return [path for path in (self.federation.home / "hub").rglob("*")
                if path.is_file() and text.encode() in path.read_bytes()]

    def register(self, name):
        out = self.folder / f"register-{name}"
        self.candour.run("register", "build", "--log", self.log, "--out", out)
        return (out / "problems.html").read_text()

    def incident(self):
        out, evidence = self.folder / "incident.dsse", self.written("evidence.txt", "A log of the disk.")
        made = self.try_log("incident", "--what", "correction", "--party", "board", "--text",
                            self.written("open.txt", OPEN_TEXT), "--evidence", evidence, *self.key("board"), "--out", out)
        other = self.try_log("incident", "--what", "correction", "--party", "board", "--text", self.folder / "open.txt",
                             *self.key("patients"), "--out", self.folder / "other.dsse")
        self.federation.submit("log", out)
        self.judge.say("an incident is entered by who says so, with its text and its evidence", expect(
            (made.code == 0, made.err), (OPEN_TEXT in self.register("incident"), "the register does not show it"),
            (len(self.at_hub("A log of the disk.")) == 1, "the evidence is not beside the log"))
            + self.judge.error(other, "CND-2003"))

    def seal(self):
        self.draft, self.secret = self.folder / "sealed.json", self.folder / "sealed.secret"
        words = ["seal", "incident", "--what", "share-lost", "--party", "board", "--text",
                 self.written("sealed.txt", SEALED_TEXT)]
        made = self.try_log(*words, "--open-by", day(180), "--out", self.draft)
        late = self.try_log(*words, "--open-by", day(182), "--out", self.folder / "late.json")
        self.judge.say("what is sealed is in a secret of its owner alone, and nobody seals for longer than 180 days", expect(
            (made.code == 0 and "KEEP" in made.err, made.err),
            (self.secret.stat().st_mode & 0o777 == 0o600, "others may read the secret"),
            (SEALED_TEXT not in self.draft.read_text(), "the draft says what is sealed"),
            (not (self.folder / "late.json").exists() and not (self.folder / "late.secret").exists(), "it made a late one"))
            + self.judge.error(late, "CND-2004"))

    def sign(self):
        kept, signed = self.secret.read_bytes(), self.draft.with_suffix(".dsse")
        sign = ["sign", self.draft, *self.key(SIGNERS[0])]
        self.secret.unlink()
        unread = self.try_log(*sign)
        at = kept.index(b'"salt": "') + 9
        self.secret.write_bytes(kept[:at] + (b"0" if kept[at:at + 1] != b"0" else b"1") + kept[at + 1:])
        broken = self.try_log(*sign)
        self.secret.write_bytes(kept)
        shown = self.try_log(*sign)
        problems = self.judge.error(unread, "CND-2580") + self.judge.error(broken, "CND-2580")
        early = self.candour.try_run("log", "submit", signed, "--to", f"127.0.0.1:{self.federation.public_port()}")
        out = self.folder / "signed" / "sealed.dsse"
        out.parent.mkdir()
        self.candour.run("log", "sign", signed, "--log", self.log, *self.key(SIGNERS[1]), "--out", out)
        self.federation.submit("log", out)
        self.judge.say("a body signs what it is shown and nothing else, and one body alone seals nothing", problems + expect(
            (SEALED_TEXT in shown.out, f"it was not shown: {shown.out}{shown.err}"),
            ("CND-2032" in early.err, f"one signature: {early.err}"),
            (not (out.parent / "sealed.secret").exists(), "the secret went along"),
            (self.at_hub(SEALED_TEXT) == [], "the hub has what is sealed"),
            ("Not open yet" in self.register("sealed"), "the register does not show it as sealed")))

    def open(self):
        out, words = self.folder / "opening.dsse", ["open", self.secret, *self.key("patients")]
        opened = self.try_log(*words, "--out", out)
        self.federation.submit("log", out)
        again = self.try_log(*words, "--out", self.folder / "again.dsse")
        page = self.register("opened")
        self.judge.say("any one controller opens it, once, and all can read it", expect(
            (opened.code == 0, opened.err), (SEALED_TEXT in page and "Share lost, sealed by bodies as an incident of board" in page, "the register is silent"),
            (len(self.at_hub(SEALED_TEXT)) == 1, "the text is not beside the log")) + self.judge.error(again, "CND-2581"))

    def run_words(self, instruction, measure="waits"):
        return ["seal", "run", "--instruction", instruction, "--purpose", "measure", "--by", "computer", "--who", "inspection",
                "--collection", COLLECTION.name, "--measure", measure, "--sql", self.written("run.sql", SQL), "--inputs",
                self.written("run.inputs", "all of it"), "--open-by", day(30)]

    def seal_run(self):
        draft = self.folder / "run.json"
        made = self.try_log(*self.run_words(self.federation.order_id), "--out", draft)
        self.federation.submit("log", self.federation.signed("log", draft))
        out = self.folder / "run-opening.dsse"
        opened = self.try_log("open", self.folder / "run.secret", *self.key("board"), "--out", out)
        self.federation.submit("log", out)
        self.judge.say("a run is sealed and opened, and its SQL stays with who has the secret", expect(
            (made.code == 0 and opened.code == 0, made.err + opened.err),
            ("By a computer (inspection)" in self.register("run"), "the register does not show it"),
            (self.at_hub(SQL) == [], "the hub has the SQL")))

    def refused(self):
        never, out = self.folder / "never.json", self.folder / "never.dsse"
        unknown = self.try_log(*self.run_words("0" * 32), "--out", never)
        beyond = self.try_log(*self.run_words(self.federation.order_id, "another-measure"), "--out", never)
        self.try_log(*self.run_words(self.federation.order_id), "--out", never)
        not_in_log = self.try_log("open", self.folder / "never.secret", *self.key("board"), "--out", out)
        self.judge.say("no run is sealed under no order, and nothing is opened that is not in the log",
                       self.judge.error(unknown, "CND-2020") + self.judge.error(beyond, "CND-2038")
                       + self.judge.error(not_in_log, "CND-2046") + expect((not out.exists(), "it was signed")))

    def index_of(self, name):
        """Of an entry, from its receipt."""
        return re.search(r"^index (\d+)$", (self.folder / f"{name}.dsse.tlog-proof").read_text(), re.MULTILINE)[1]

    def redaction(self, name, entry, reason, until):
        draft = self.folder / f"{name}.json"
        done = self.try_log("redact", "--entry", entry, "--reason", reason, "--until", until, "--out", draft)
        if done.code == 0:
            self.federation.submit("log", self.federation.signed("log", draft))
        return done

    def redact(self):
        entry = self.index_of("incident")
        opening = self.index_of("opening")
        evidence = self.redaction("evidence", "0", "names-a-person", "for-ever")
        ever = self.redaction("ever", entry, "security", "for-ever")
        until, gone = self.redaction("until", entry, "court-order", day(30)), self.redaction(
            "gone", opening, "names-a-person", "for-ever")
        deadline = time.monotonic() + 30
        while self.at_hub(SEALED_TEXT) and time.monotonic() < deadline:
            time.sleep(0.2)
        page, kept = self.register("redacted"), [path.parent.name for path in self.at_hub(OPEN_TEXT)]
        again = self.folder / "opening-again.dsse"
        again.write_bytes((self.folder / "opening.dsse").read_bytes())
        self.federation.submit("log", again)
        time.sleep(2)
        self.judge.say("a text is taken away by the bodies, until a day or for ever, and comes in no more", expect(
            (until.code == 0 and gone.code == 0, until.err + gone.err), (kept == ["withheld"], f"the hub has {kept}"),
            (self.at_hub(SEALED_TEXT) == [], f"the hub has {self.at_hub(SEALED_TEXT)}"),
            ("2 are redacted, " in page, "the register does not count them"),
            (OPEN_TEXT not in page and SEALED_TEXT not in page, "the register shows them")) + self.judge.error(evidence, "CND-2582") + self.judge.error(ever, "CND-2004"))

    def verify(self):
        done = self.candour.try_run("log", "verify", self.log, "--federation", self.federation.id)
        self.judge.say("the log holds, and its texts are counted", expect(
            (done.code == 0, done.out[-2000:] + done.err[-500:]),
            ("Free texts beside it: 2 of " in done.out and " 0 at hand, 2 redacted" in done.out, done.out[-2000:])))


if __name__ == "__main__":
    sys.exit(run_whole(Test, *sys.argv[1:]))
