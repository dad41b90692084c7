#!/usr/bin/env python3
"""Nobody who reads the log learns an exact small count.

usage: log_counts.py CANDOUR WORK_FOLDER

A federation of real processes, whose exact counts the test knows: rows of each slice, refused rows, rows that an opt-out
left out, cells of the measure. Then every entry of its log and every body is read, decoded to the last member: each whole
number is a member that this file lists with the reason why it may be there, and none of its values is against that reason;
no text holds one of the counts. And the same federation with one row more writes a log whose statements have the same
shapes and sizes.
"""
import base64
import csv
import json
import re
import sys
from collections import Counter, defaultdict

from federation_judge import expect, run_whole
from federation_of import Federation, head_of
from judge import Judge
from provider import PERIOD, ROOT

ROWS = {"ACG31": 211, "RRJ": 87, "DTT": 13}
CHANGED = 3   # rows of the first organisation that its second submission lacks
REFUSED = 9   # rows of the first organisation that its checks refuse
OPTED_OUT = 17  # of each organisation's people that have one, the first so many; one of the smallest
# One digit alone stands in many a text, and is no count there.
IN_TEXTS_FROM = 8


def one_of_few(least, most):
    """256·2^p: what a batch may have for a size."""
    return lambda value: value in {least << shift for shift in range(20)} and value <= most


def is_package_size(value):
    """Padded: but for the seal's 48 bytes, at least 2^16, of whose bits only the first and three behind it are set. What is
    sealed in pieces of 64 KiB has 16 bytes more for each."""
    pieces = {(value - 48 + 65551) // 65552 + extra for extra in (-1, 0, 1)}
    contents = {value - 32 - 16 * count for count in pieces}
    return any(one >= 65536 and one % (1 << max(one.bit_length() - 4, 0)) == 0 for one in contents)


def anything(_):
    return True


# Every whole number that may stand in a public statement: why it tells of nobody, and what its values must be. A member
# that is not here fails the test until somebody has decided that it may be.
CHARTER = "the federation's own rules, written before there was data"
NUMBERS = {
    "charter.version": (CHARTER, anything),
    "charter.threshold": (CHARTER, anything),
    "charter.quorum": (CHARTER, anything),
    "charter.providers": ("how many providers there are, who are named in public", anything),
    "charter.guardians[].index": (CHARTER, anything),
    "charter.domains[].epoch": (CHARTER, anything),
    "charter.domains[].threshold": (CHARTER, anything),
    "charter.domains[].shares[].guardian": (CHARTER, anything),
    "body[].quota_day": ("a quota: set from a padded size, by people", anything),
    "body[].quota_30_days": ("a quota: set from a padded size, by people", anything),
    "collection.files": ("files of a public folder", anything),
    "instruction.notice_days": ("a duration that people signed", anything),
    "instruction.retention_days": ("a duration that people signed", anything),
    "ceremony.plan.charter_version": ("counts charters", anything),
    "ceremony.plan.epoch": ("counts ceremonies", anything),
    "ceremony.plan.threshold": (CHARTER, anything),
    "ceremony.plan.dealers[]": ("indices of guardians", anything),
    "ceremony.plan.receivers[]": ("indices of guardians", anything),
    "ceremony.dealers[].guardian": ("an index", anything),
    "ceremony.share_keys[].guardian": ("an index", anything),
    "batch.epoch": ("counts ceremonies", anything),
    "batch.size": ("padded: 256·2^p", one_of_few(256, 16384)),
    "attestation.epoch": ("counts ceremonies", anything),
    "attestation.guardian": ("an index", anything),
    "attestation.asked[]": ("indices of guardians", anything),
    "submission.revision": ("counts submissions of a slice, each of which is in the log", anything),
    "submission.package_bytes": ("padded: one of 106 sizes", is_package_size),
    "receipt.revision": ("the submission's", anything),
    "receipt.version": ("counts the submissions of a table, each of which is in the log", anything),
    "erasure.first_version": ("counts submissions", anything),
    "erasure.last_version": ("counts submissions", anything),
    "erasure.keys_destroyed": ("keys of collections, not of people", anything),
    "refusal.times": ("refusals of a node in a minute: acts of machines, not people", anything),
    "opt-out-figures.rows.value": ("to the nearest 5, from 10 on", lambda value: value >= 10 and value % 5 == 0),
    "opt-out-figures.national.value": ("to the nearest 5, from 10 on", lambda value: value >= 10 and value % 5 == 0),
    "opt-out-figures.type_1.value": ("to the nearest 5, from 10 on", lambda value: value >= 10 and value % 5 == 0),
    "objection.reasons_bytes": ("the size of a text that somebody wrote", anything),
    "revocation.why_bytes": ("the size of a text that somebody wrote", anything),
    "incident.text_bytes": ("the size of a text that somebody wrote", anything),
    "redaction.text_bytes": ("the size of a text that somebody wrote", anything),
}
# Texts that hold numbers of their own, and why.
TEXTS = {
    "head.checkpoint": "a signed note: the size of the tree",
    "attestation.checkpoint": "a signed note: the size of the tree",
    "submission.period": "a month", "receipt.period": "a month", "run.period": "a month",
    "opt-out-figures.month": "a month",
}
PLAIN = re.compile(r"[0-9a-f]{32}|[0-9a-f]{64}|[0-9a-f]{128}|sha256:[0-9a-f]{64}|\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?|[A-Z]{1,3}\d{0,3}")


class Leaf:
    """One member of a statement: which, and its value."""

    def __init__(self, path, value):
        self.path, self.value = path, value


def leaves(path, value):
    if isinstance(value, dict):
        for key, one in value.items():
            yield from leaves(f"{path}.{key}", one)
    elif isinstance(value, list):
        for one in value:
            yield from leaves(f"{path}[]", one)
    else:
        yield Leaf(path, value)


def opened(envelope):
    """Kind and payload of an envelope's text."""
    outer = json.loads(envelope)
    kind = re.fullmatch(r"application/vnd\.candour\.([a-z0-9-]+)\+json", outer["payloadType"])[1]
    return kind, json.loads(base64.b64decode(outer["payload"], validate=True))


def entries_of(log):
    """The entries of a log folder, in their order."""
    for bundle in sorted((log / "tile" / "entries").rglob("*")):
        if bundle.is_file():
            content, at = bundle.read_bytes(), 0
            while at < len(content):
                size = int.from_bytes(content[at:at + 2], "big")
                yield content[at + 2:at + 2 + size].decode()
                at += 2 + size


class Log:
    """All that a log says: each statement as (kind, payload, bytes), and the bodies that came with the data: those of before
    are the charter's and the collection's, which cannot hold a count of what was not there."""

    def __init__(self, folder, before=()):
        self.statements = [(*opened(text), len(text)) for text in entries_of(folder)]
        self.bodies = {path.name: path.read_bytes() for path in sorted((folder / "body").glob("*"))
                       if path.name not in before}

    def leaves(self):
        for kind, payload, _ in self.statements:
            yield from leaves(kind, payload)
        for content in self.bodies.values():
            yield from body_leaves(content)

    def kinds(self):
        return Counter(kind for kind, _, _ in self.statements)

    def shapes(self):
        """What each statement looks like: its size, the form of each member, and its numbers; heads apart, of which there
        are as many as there was time for."""
        return sorted(repr((kind, size, [shape(one) for one in leaves(kind, payload)]))
                      for kind, payload, size in self.statements if kind != "head")

    def body_sizes(self):
        return sorted(len(content) for content in self.bodies.values())


def shape(leaf):
    if isinstance(leaf.value, str):
        return leaf.path, len(leaf.value)
    return leaf.path, leaf.value


def body_leaves(content):
    """The members of a body: JSON, lines of it, an envelope, or a text behind its salt."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        yield Leaf("text", content[32:].decode("utf-8", "replace"))
        return
    for line in text.splitlines():
        try:
            value = json.loads(line)
        except json.JSONDecodeError:
            yield Leaf("text", line)
            continue
        if isinstance(value, dict) and value.keys() == {"payload", "payloadType", "signatures"}:
            yield from leaves(*opened(line))
        else:
            yield from leaves("body", value)


def faults_of(log, secrets):
    """What a reader of the log could learn, or what nobody has decided about."""
    faults = []
    for one in log:
        if isinstance(one.value, bool) or one.value is None:
            continue
        if isinstance(one.value, (int, float)):
            if one.path not in NUMBERS:
                why = f", which is {secrets[one.value]}" if one.value in secrets else ""
                faults.append(f"nobody has decided that {one.path} may stand there: {one.value}{why}")
            elif not NUMBERS[one.path][1](one.value):
                faults.append(f"{one.path} is {one.value}, against its reason: {NUMBERS[one.path][0]}")
        elif one.path not in TEXTS and not PLAIN.fullmatch(one.value):
            faults += [f"{one.path} says {number}, which is {secrets[int(number)]}"
                       for number in re.findall(r"(?<![0-9A-Za-z+/=.:-])\d{1,9}(?![0-9A-Za-z+/=.:-])", one.value)
                       if int(number) >= IN_TEXTS_FROM and int(number) in secrets]
    return faults


def numbers_of_page():
    """The members that docs/reference/formats/statements.md says are numbers, by kind."""
    kind, found = None, set()
    for line in (ROOT / "docs/reference/formats/statements.md").read_text().splitlines():
        if heading := re.match(r"### `([a-z0-9-]+)`", line):
            kind = heading[1]
        elif kind and (row := re.match(r"\| ((?:`\w+`(?:, )?)+) \| (\d[\d,]* to [\d^ ,−]+|at most \d+ numbers)", line)):
            found |= {f"{kind}.{name}{'[]' if row[2].startswith('at most') else ''}" for name in re.findall(r"`(\w+)`", row[1])}
        elif line.startswith("## "):
            kind = None
    return found


class Test:
    def __init__(self, candour, folder):
        self.judge, self.folder = Judge(candour), folder
        self.candour, self.expected = candour, {}
        self.federation = Federation(candour, folder / "first", list(ROWS), machines=1)

    def run(self):
        federation = self.federation
        federation.found(federation.instruction(opt_out="applies", opt_out_ground="", opt_out_source="An approval."))
        self.before = {path.name for path in (federation.home / "hub" / "log" / "body").iterdir()}
        other = federation.copied_to(self.folder / "second")
        first = self.log_of(federation, ROWS)
        secrets = self.secrets(federation)
        self.counts_are_hidden(first, secrets)
        self.controls(first, secrets)
        self.page_is_covered()
        second = self.log_of(other, {**ROWS, "RRJ": ROWS["RRJ"] + 1})
        self.sizes_are_equal(federation, other, first, second)
        return self.judge.wrong

    def log_of(self, federation, rows):
        """The whole log, after each organisation's rows went out and one of them changed."""
        for code, count in rows.items():
            self.load(federation, code, count)
        federation.start()
        flows = [federation.send(machine) for machine in federation.machines]
        self.load(federation, "ACG31", ROWS["ACG31"] - CHANGED)
        flows += [federation.send_of("ACG31")]
        federation.stop()
        bad = [flow.text[-1500:] for flow in flows if flow.code]
        if bad:
            sys.exit(f"a flow failed: {bad}")
        return Log(federation.home / "hub" / "log", self.before)

    def load(self, federation, code, count):
        source = head_of(federation.files / "sources" / f"{code}.csv", federation.folder / f"{code}-{count}.csv", count)
        lines = source.read_text(encoding="utf-8").splitlines(keepends=True)
        if code == "ACG31":  # rows without a number wait in quarantine
            lines += [re.sub(r"\d{10}|\d{3} \d{3} \d{4}", "12", line, count=1) for line in lines[1:1 + REFUSED]]
            source.write_text("".join(lines), encoding="utf-8", newline="")
        federation.load(code, source)
        provider = federation.providers[code]
        requests = federation.folder / f"requests-{code}-{count}"
        words = ["--vault", provider.folder / "vault.db", "--key-file", provider.folder / "vault.key"]
        self.candour.run("optout", "request", "--collection", federation.collection, *words, "--mailbox", "X26TEST01",
                         "--out", requests)
        request = next(requests.glob("*.dat"))
        answers = federation.folder / f"answers-{code}-{count}"
        answers.mkdir()
        asked = request.read_text().splitlines(keepends=True)
        out = 2 if len(asked) < 2 * OPTED_OUT else OPTED_OUT
        (answers / request.name).write_text("".join(asked[out:]))
        self.candour.run("optout", "answer", answers / request.name, *words)
        self.expected[code, count] = {"opted out": out, "asked about": len(asked)}

    def secrets(self, federation):
        """Every exact count of the providers' records, and all that it is the count of."""
        secrets = defaultdict(dict)

        def say(count, what):
            secrets[count][what] = None
        for (code, count), known in self.expected.items():
            say(count, f"the rows of {code}")
            for what, number in known.items():
                say(number, f"how many of {code} were {what}")
        say(REFUSED, "the rows that were refused")
        for code in federation.codes:
            for folder in federation.organisation(code).glob("outbox/*-r*"):
                with open(folder / "rows.csv", encoding="utf-8", newline="") as file:
                    say(sum(1 for _ in csv.DictReader(file)), f"the rows of {code} that went")
            federation.count(code, federation.folder / "counts")
        for path in (federation.folder / "counts").rglob("counts.csv"):
            with open(path, encoding="utf-8", newline="") as file:
                for row in csv.DictReader(file):
                    for value in row.values():
                        if value.isdigit():
                            say(int(value), f"a cell of {path.parent.name}")
        return {count: " and ".join(things) for count, things in secrets.items()}

    def counts_are_hidden(self, log, secrets):
        kinds = log.kinds()
        known = [(count, f"the rows of {code}") for code, count in ROWS.items()]
        known += [(ROWS["ACG31"] - CHANGED, "the rows of ACG31"), (REFUSED, "refused"), (OPTED_OUT, "opted out")]
        unknown = [one for one in known if one[1] not in secrets.get(one[0], "")]
        went = {code: [count for count, what in secrets.items() if f"the rows of {code} that went" in what] for code in ROWS}
        own = sorted([count for count, _ in known] + sum(went.values(), []))
        self.judge.say(f"{len(log.statements)} entries and {len(log.bodies)} new bodies hold none of {len(secrets)} exact counts",
                       faults_of(log.leaves(), secrets) + expect(
                           (kinds["submission"] == kinds["receipt"] == 4 and kinds["batch"] >= 4, f"the log has {kinds}"),
                           (not unknown, f"the test does not know {unknown}"),
                           (all(went.values()), f"the rows that went are {went}"),
                           (len(set(own)) == len(own), f"two of {own} are one number, and nobody sees which a log told"),
                           (len(secrets) > 20, "the test does not know the cells")))

    def controls(self, log, secrets):
        """Each plant must be found, where it stands."""
        plants = {
            "a new member": Leaf("receipt.rows", ROWS["RRJ"]),
            "a new member of a new kind": Leaf("summary.refused", REFUSED),
            "an exact size": Leaf("submission.package_bytes", 65584 + ROWS["RRJ"]),
            "a batch that is not padded": Leaf("batch.size", ROWS["DTT"]),
            "an opt-out figure that is not rounded": Leaf("opt-out-figures.national.value", OPTED_OUT),
            "a count in a text": Leaf("incident.text", f"We lost {ROWS['RRJ']} records."),
            "a count that is a text": Leaf("receipt.note", str(OPTED_OUT)),
        }
        whole = list(log.leaves())
        bodies = {"a body of lines": b'{"refused":%d}\n' % REFUSED,
                  "a text behind its salt": bytes(31) + b"\xff" + b"There were %d of them." % ROWS["RRJ"]}
        plants = {**{name: [leaf] for name, leaf in plants.items()},
                  **{name: list(body_leaves(content)) for name, content in bodies.items()}}
        lost = [name for name, planted in plants.items()
                if len(faults_of([*whole, *planted], secrets)) != len(faults_of(whole, secrets)) + len(planted)]
        self.judge.say(f"control: each of {len(plants)} planted counts is found", [f"not found: {name}" for name in lost])
        taken = [name for name in ("batch.size", "submission.package_bytes", "receipt.version")
                 if not any(one.path == name for one in whole)]
        self.judge.say("control: what may stand there does", [f"the log has no {name}" for name in taken])

    def page_is_covered(self):
        """Also of kinds that this log has none of: somebody has decided."""
        numbers = numbers_of_page()
        self.judge.say("each number of the page of statements is on the list", expect(
            (len(numbers) >= 12, f"the page has only {sorted(numbers)}"),
            (not numbers - NUMBERS.keys(), f"nobody has decided about {sorted(numbers - NUMBERS.keys())}")))

    def sizes_are_equal(self, first_federation, second_federation, first, second):
        one, other = Counter(first.shapes()), Counter(second.shapes())
        rows = [sum(1 for _ in open(federation.submission("RRJ") / "rows.csv", encoding="utf-8"))
                for federation in (first_federation, second_federation)]
        self.judge.say("a log with one row more looks the same: kinds, sizes, numbers", expect(
            (rows[1] == rows[0] + 1, f"the rows that went are {rows}"),
            (one == other, f"they differ: {list((one - other).elements())[:3]} and {list((other - one).elements())[:3]}"),
            (first.body_sizes() == second.body_sizes(), "bodies have other sizes")))


if __name__ == "__main__":
    sys.exit(run_whole(Test, *sys.argv[1:]))
