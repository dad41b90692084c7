#!/usr/bin/env python3
"""An erasure order, end to end: one provider keeps it, and rows that two have sent are in no release from then on, and
come in no more. Every week looks alike, with an order and without.

usage: withdraw.py CANDOUR WORK_FOLDER
"""
import json
import re
import sys

from federation_judge import expect, run_whole
from federation_of import CONTROLLERS, DOMAIN, Federation, head_of, utc
from judge import Judge
from log_counts import Log, leaves, shape
from provider import COLUMNS, PERIOD, read_source

ORDERS, OTHER = "ACG31", "RRJ"
ROWS = 60


def number_in(record):
    return record[COLUMNS["nhs_number"]].replace(" ", "")


class Test:
    def __init__(self, candour, folder):
        self.judge, self.candour, self.folder = Judge(candour), candour, folder
        self.federation = Federation(candour, folder / "federation", [ORDERS, OTHER], machines=2, rows=ROWS)

    def run(self):
        self.share_a_person()
        self.federation.found()
        self.federation.start()
        for step in (self.without_an_instruction, self.every_week, self.order, self.release, self.ingest, self.log):
            step()
        self.federation.stop()
        return self.judge.wrong

    def share_a_person(self):
        """Somebody whom both organisations have a row of."""
        federation = self.federation
        _, records = read_source(federation.sources[ORDERS])
        self.number = number_in(records[min(records)][1])
        _, others = read_source(federation.sources[OTHER])
        text, record = others[min(others)]
        path = federation.sources[OTHER]
        path.write_text(path.read_text(encoding="utf-8").replace(text, text.replace(
            record[COLUMNS["nhs_number"]], self.number), 1), encoding="utf-8", newline="")

    def without(self, code):
        """The organisation's file without that person's rows."""
        header, records = read_source(self.federation.sources[code])
        kept = [text for text, record in records.values() if number_in(record) != self.number]
        out = self.folder / f"without-{code}.csv"
        out.write_text("".join(line + "\r\n" for line in [header, *kept]), encoding="utf-8", newline="")
        return out, len(records) - len(kept)

    def keys(self, code):
        provider = self.federation.providers[code]
        return ["--vault", provider.folder / "vault.db", "--key-file", provider.folder / "vault.key"]

    def withdraw(self, code, *words, **how):
        return self.candour.try_run("withdraw", *words, *self.keys(code), **how)

    def line_of(self, flow, code):
        """What the run of a node says of the organisation's erasure orders."""
        found = re.search(rf"^{code} erasure-orders[^:]*: (.+)$", flow.done.out, re.MULTILINE)
        return found[1] if found else None

    def without_an_instruction(self):
        federation = self.federation
        for code in (ORDERS, OTHER):
            federation.load(code)
        none = federation.send_of(ORDERS)
        added = self.withdraw(ORDERS, "add", "--ordered-by", "A court", "--reference", "C-0", typed=self.number + "\n")
        waits = federation.send_of(ORDERS)
        cancelled = self.withdraw(ORDERS, "cancel", "1")
        federation.send_of(OTHER)
        self.judge.say("without an instruction an order waits, and says so", expect(
            (self.line_of(none, ORDERS) is None, "erasure orders are spoken of, and there is none"),
            (added.code == 0 and cancelled.code == 0, f"the order: {added.err}{cancelled.err}"),
            ("CND-2020" in (self.line_of(waits, ORDERS) or ""), f"it says {waits.text[-800:]}"),
            (waits.states() == {ORDERS: "up to date"}, f"the slice is {waits.states()}"),
            (self.number not in added.out + added.err + waits.text, "the number is printed")))

    def erasure_instruction(self):
        interests = "".join(f'\n[[declarations_of_interest]]\nsigner = {json.dumps(person)}\ninterests = "none"\n'
                            for person in CONTROLLERS.values())
        draft = self.federation.folder / "erasure.toml"
        members = {"name": "erasure", "title": "Erasure of what was ordered", "purpose": "erasure",
                   "why": "So that a court's order reaches every copy.", "why_now": "This is a test.",
                   "benefits": "A right that can be used.", "complain": "Nobody is concerned.",
                   "legal_basis": "Article 17 of the UK GDPR", "mode": "erasure", "domain": DOMAIN,
                   "opt_out": "does-not-apply", "opt_out_ground": "required-by-law",
                   "opt_out_source": "Article 17 of the UK GDPR", "collections": [], "providers": ["*"], "processors": [],
                   "notice_days": 0, "data_from": "2025-01-01", "not_before": utc(-1), "expires": utc(29),
                   "retention_days": 0, "measures": [], "queries": "none"}
        draft.write_text("".join(f"{key} = {json.dumps(value)}\n" for key, value in members.items())
                         + '\n[recipient]\nname = "The hub"\nlegal_person = "The statistics office"\n' + interests)
        payload = draft.with_suffix(".json")
        self.candour.run("instruction", "make", draft, "--log", self.federation.log_folder(), "--out", payload)
        self.federation.submit("instruction", self.federation.signed("instruction", payload))

    def every_week(self):
        self.erasure_instruction()
        self.before = self.federation.tables_of_lake(self.folder / "before")
        flow = self.federation.send_of(OTHER)
        again = self.federation.send_of(OTHER)
        same = self.federation.tables_of_lake(self.folder / "same")
        self.judge.say("a batch goes once a week though nobody ordered anything, and changes nothing", expect(
            (self.line_of(flow, OTHER) == "received", f"it says {flow.text[-1500:]}"),
            (self.line_of(again, OTHER) == "up to date", f"then {again.text[-800:]}"),
            (same == self.before, "the release is another")))

    def order(self):
        added = self.withdraw(ORDERS, "add", "--ordered-by", "A court", "--reference", "C-1", typed=self.number + "\n")
        flow = self.federation.send_of(ORDERS)
        listed = self.withdraw(ORDERS, "list")
        late = self.withdraw(ORDERS, "cancel", re.search(r"\d+", added.out)[0])
        self.judge.say("an order goes with the week's batch, and cannot be taken back", expect(
            (self.line_of(flow, ORDERS) == "received", f"it says {flow.text[-1500:]}"),
            ("A court, C-1: the hub took it" in listed.out, f"the list says {listed.out}"),
            (self.number not in flow.text + listed.out + added.out, "the number is printed"))
            + self.judge.error(late, "CND-1957"))

    def release(self):
        """What the lake gives is what the providers would count without the person."""
        federation = self.federation
        now = federation.tables_of_lake(self.folder / "after")
        self.gone = {}
        for code in (ORDERS, OTHER):
            source, self.gone[code] = self.without(code)
            federation.load(code, source)
        counts = federation.tables_of_counts(self.folder / "counts")
        self.judge.say("no release has the person's rows from then on, of whichever organisation", expect(
            (min(self.gone.values()) >= 1, f"rows of the person: {self.gone}"),
            (now != self.before, "the release is as before"),
            (now == counts, "it is not what is left without the person")))

    def ingest(self):
        """Their organisations send the rows once more, and others beside."""
        federation = self.federation
        problems = []
        for code in (ORDERS, OTHER):
            more = head_of(federation.files / "sources" / f"{code}.csv", self.folder / f"more-{code}.csv", ROWS + 5)
            header, records = read_source(federation.sources[code])
            lines = more.read_text(encoding="utf-8").splitlines()[1 + ROWS:]
            more.write_text("".join(line + "\r\n" for line in [header, *(text for text, _ in records.values()), *lines]),
                            encoding="utf-8", newline="")
            federation.load(code, more)
            flow = federation.send_of(code)
            left = sum(1 for _ in open(federation.submission(code, 2) / "rows.csv", encoding="utf-8")) - 1
            stored = json.loads(federation.held()[code, PERIOD]["stats"])["numRecords"]
            problems += expect(
                (flow.states()[code] == "received", f"{code} is {flow.text[-1000:]}"),
                ((federation.submission(code, 2) / "receipt.dsse").is_file(), f"{code} has no receipt"),
                (stored == left - self.gone[code], f"{code}: {stored} rows stored of {left}, {self.gone[code]} are the person's"))
        self.judge.say("rows of the person come in no more, and their submission is received as any other", problems)

    def log(self):
        log = Log(self.federation.home / "hub" / "log")
        shapes = [[shape(one) for one in leaves(kind, payload) if one.path != "withdraw.provider"]
                  for kind, payload, _ in log.statements if kind == "withdraw"]
        verified = self.candour.try_run("log", "verify", self.federation.log_folder(), "--federation", self.federation.id)
        secret = self.number.encode()
        self.judge.say("the log has two weeks' batches that look alike, and holds", expect(
            (len(shapes) == 2 and shapes[0] == shapes[1], f"the statements look like {shapes}"),
            (verified.code == 0, f"verify: {verified.out[-1500:]}{verified.err[-500:]}")))
        found = [path for path in (self.federation.home / "hub").rglob("*") if path.is_file() and secret in path.read_bytes()]
        self.judge.say("the number is nowhere at the hub", [str(path) for path in found])


if __name__ == "__main__":
    sys.exit(run_whole(Test, *sys.argv[1:]))
