#!/usr/bin/env python3
"""A federation from its first command to a release: ceremony, charter, flows, revisions, and a refresh of the key.

usage: federation_flow.py CANDOUR WORK_FOLDER

Every step is a command that people type, in a process of its own; hub and guardians run all the while.
"""
import csv
import hashlib
import hmac
import io
import json
import re
import sys
from collections import Counter

import lake_reader
from federation_judge import expect, run_whole
from federation_kills import can_trace, killed_at
from federation_of import GUARDIANS, SERVERS, WITNESSES, Federation, head_of, loopback_addresses, tree
from judge import Judge
from log_counts import entries_of, opened
from provider import PERIOD

LARGE, SMALL, NIL = "ACG31", "RRJ", "NVL"
FIELDS = ["age_band", "gender", "provider", "pathway", "treatment_function", "clock_start", "clock_stop"]
MOST_FILES = 60  # that a run and its release make


class Test:
    def __init__(self, candour, folder):
        self.judge, self.folder = Judge(candour), folder
        self.federation = Federation(candour, folder / "flow", [LARGE, SMALL, NIL], rows=250, fields=FIELDS)
        self.candour = candour

    def run(self):
        self.setting_up()
        self.federation.start()
        for step in (self.first_flow, self.what_is_shown, self.second_run, self.revision, self.release, self.runs, self.refresh, self.again,
                     self.next_order, self.too_few_fields):
            step()
        self.federation.stop()
        self.guardian_without_share()
        return self.judge.wrong

    def setting_up(self):
        federation = self.federation
        early = federation.candour.try_run(*federation.machine_words("machine-1"))
        federation.found()
        log = ["--log", federation.log_folder(), "--federation"]
        shown = json.loads(self.candour.run("charter", "show", *log, federation.id, "--json").out)
        other = self.candour.try_run("charter", "show", *log, "0" * 64)
        verified = self.candour.run("ceremony", "verify", federation.transcript, *log, federation.id).out
        self.judge.say("a federation is set up by the commands that people have", expect(
            (early.code == 0 and not early.out, f"something happened before there was an instruction: {early.out}"),
            (len(shown["guardians"]) == GUARDIANS and shown["providers"] == 3, "the charter lacks a party"),
            (shown["version"] == 2 and len(shown["domains"][0]["shares"]) == GUARDIANS, "the charter is not amended"),
            ("VERIFIED" in verified and "names this ceremony, with the same values" in verified, "the ceremony is not verified"),
        ) + self.judge.error(other, "CND-2016"))
        private = [path.name for path in federation.home.rglob("*.sealed") if path.stat().st_mode & 0o077]
        self.judge.say("every sealed file is its owner's alone", [f"others may read {name}" for name in private])

    def first_flow(self):
        federation = self.federation
        federation.load(LARGE)
        federation.load(SMALL)
        empty = head_of(federation.sources[NIL], self.folder / "nil.csv", 0)
        federation.load(NIL, empty, "--nil")
        self.first = {code: federation.send_of(code).slices[code] for code in (LARGE, SMALL)}
        self.first[NIL] = federation.send_of(NIL).slices[NIL]
        status = federation.status()
        held = federation.held()
        for code, one in self.first.items():
            of_hub, add = status[code, PERIOD], held[code, PERIOD]
            rows = json.loads(add["stats"])["numRecords"]
            receipt = (federation.submission(code) / "receipt.dsse").is_file()
            self.judge.say(f"{code}: its rows are at the hub, and it has a receipt", expect(
                (receipt and not (federation.submission(code) / "package.sealed").exists(), "no receipt, or the package is kept"),
                (of_hub["state"] == "received" and of_hub["revision"] == 1, f"the status is {of_hub}"),
                (rows == of_hub["rows"] == self.rows_that_left(code), f"{rows} rows in the lake, {of_hub['rows']} in the status"),
                (of_hub["nil"] == (code == NIL), "a nil return and rows look the same"),
                (one.state == "received" or one.state == "up to date", f"it is {one.state}")))

    def rows_that_left(self, code, revision=1):
        with open(self.federation.submission(code, revision) / "rows.csv", encoding="utf-8", newline="") as file:
            return sum(1 for _ in csv.DictReader(file))

    def what_is_shown(self):
        federation = self.federation
        shown = self.candour.run("submission", "show", federation.submission(LARGE), "--rows", 2).out
        identity = federation.held()[LARGE, PERIOD]["tags"]["candour.submission"]
        given_up = self.candour.try_run("submission", "abandon", federation.submission(LARGE))
        page = federation.hub.get("status").decode()
        with open(federation.submission(LARGE) / "rows.csv", encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        filled = {name for row in rows for name, value in row.items() if value}
        self.judge.say("of a record the fields leave that the order lists, and no other", expect(
            (filled == set(FIELDS), f"filled are {sorted(filled)}"), (len(rows[0]) == 20, f"the table has {len(rows[0])} columns")))
        self.judge.say("submission show and the hub's page say what was sent", expect(
            (f"identity: {identity}" in shown, "not the identity that the lake has"),
            ("State: received" in shown and f"{self.rows_that_left(LARGE)} rows" in shown, "not the state or the rows"),
            (all(code in page for code in federation.codes), "the page lacks an organisation")))
        self.judge.say("a submission with a receipt cannot be given up", self.judge.error(given_up, "CND-2218"))

    def second_run(self):
        federation = self.federation
        before = tree(federation.home / "hub" / "lake"), self.outboxes()
        asked = [len(tree(guardian.folder / "journal")["000001.journal"]) for guardian in federation.guardians]
        flows = [federation.send(machine) for machine in federation.machines]
        states = {code: state for flow in flows for code, state in flow.states().items()}
        after = tree(federation.home / "hub" / "lake"), self.outboxes()
        self.judge.say("a second run sends nothing", expect(
            (all(flow.code == 0 for flow in flows), "it did not end with 0"),
            (states == {code: "up to date" for code in federation.codes}, f"it says {states}"),
            (before == after, "the lake or an outbox changed"),
            (asked == [len(tree(guardian.folder / "journal")["000001.journal"]) for guardian in federation.guardians],
             "a guardian was asked")))

    def outboxes(self):
        return {code: tree(self.federation.organisation(code) / "outbox") for code in self.federation.codes}

    def revision(self):
        """A changed file: 40 rows are gone, and another 30 have come."""
        federation = self.federation
        whole = federation.files / "sources" / f"{LARGE}.csv"
        self.earlier = self.lake_rows(LARGE)
        federation.load(LARGE, head_of(whole, self.folder / "changed.csv", 240, 40))
        flow = federation.send_of(LARGE)
        one, add = flow.slices[LARGE], federation.held()[LARGE, PERIOD]
        manifest = self.candour.run("submission", "show", federation.submission(LARGE, 2)).out
        superseded = re.search(r"^Replaces: ([0-9a-f]{64})$", manifest, re.MULTILINE)
        first = [action["txn"]["appId"] for action in federation.entries()[1] if "txn" in action]
        others = {code: state for code, state in flow.states().items() if code != LARGE}
        self.judge.say("a changed file is revision 2, and nobody else's slice is sent again", expect(
            ((one.state, one.revision) == ("received", 2), f"it is {one.state}, revision {one.revision}"),
            (add["tags"]["candour.revision"] == "2", "the lake has another revision"),
            (superseded and [superseded[1]] == first, "it does not name what it replaces"),
            (json.loads(add["stats"])["numRecords"] == self.rows_that_left(LARGE, 2), "other rows in the lake"),
            (set(others.values()) == {"up to date"}, f"others are {others}")))
        self.same_people("unchanged people keep their pseudonyms over a revision", self.earlier, self.lake_rows(LARGE), 150)

    def lake_rows(self, code):
        """Rows of an organisation as others read them: row without its pseudonym → pseudonyms. None without that reader."""
        if lake_reader.why_not():
            return None
        rows = {}
        for row in csv.DictReader(io.StringIO(lake_reader.read(self.federation.lake()).decode())):
            pseudonym = row.pop("pseudonym")
            if row["provider"] == code:
                rows.setdefault(tuple(row.values()), set()).add(pseudonym)
        return rows

    def same_people(self, name, before, after, least):
        if before is None or after is None:
            return self.judge.skip(name, lake_reader.why_not())
        common = before.keys() & after.keys()
        differ = [row for row in common if before[row] != after[row]]
        self.judge.say(name, expect((len(common) >= least, f"only {len(common)} rows are in both"),
                                    (not differ, f"{len(differ)} rows have another pseudonym"),
                                    (len({one for row in common for one in before[row]}) > least / 2, "few people")))

    def release(self):
        federation = self.federation
        lake = federation.tables_of_lake(self.folder / "release-lake")
        counts = federation.tables_of_counts(self.folder / "of-counts")
        self.judge.say("the tables of records mode and counts mode are the same bytes", expect(
            (set(lake) == set(counts) and len(lake) > 1, f"tables {sorted(lake)} and {sorted(counts)}"),
            (lake == counts, "they differ")))

    def statements(self):
        return [opened(entry) for entry in entries_of(self.federation.log_folder())]

    def runs(self):
        """What is computed over rows is in the log before, and what came of it before anybody sees it."""
        federation, folder = self.federation, self.federation.home / "hub" / "runs"

        def opens(commitment, name):
            kept = (folder / name).read_bytes()
            return hmac.new(kept[:32], hashlib.sha256(kept[32:]).digest(), hashlib.sha256).hexdigest() == commitment

        said = [(kind, payload) for kind, payload in self.statements() if kind in ("run", "result")]
        run, result = said[0][1], said[1][1]
        stem = run["id"]
        made = hashlib.sha256((self.folder / "release-lake" / "release.json").read_bytes()).hexdigest()
        inputs = (folder / f"{stem}.inputs").read_bytes()[32:].decode().splitlines()
        self.judge.say("a release is announced in the log, and its result is there", expect(
            ([kind for kind, _ in said] == ["run", "result"], f"the log has {[kind for kind, _ in said]}"),
            (run["instruction"] == federation.order_id and run["purpose"] == "release" and run["by"] == "computer", f"it says {run}"),
            (result["disclosure"] == "passed", f"it says {result}"),
            (opens(run["sql_commitment"], f"{stem}.sql") and opens(run["inputs_commitment"], f"{stem}.inputs"), "they open to others"),
            (len(inputs) == len(federation.codes) and all(PERIOD not in one for one in inputs), f"the inputs are {inputs}"),
            (opens(result["output_commitment"], f"{stem}.output"), "the output opens to another"),
            ((folder / f"{stem}.output").read_bytes()[32:].decode() == made, "it is of another release")))
        full = self.folder / "full"
        full.mkdir()
        (full / "foreign.txt").write_text("Somebody's.")
        failed = federation.release_of_lake(full)
        self.judge.say("of a run that gave nothing the log says so", expect(
            (self.statements()[-1][1].get("disclosure") == "not-released", f"it says {self.statements()[-1]}"))
            + self.judge.error(failed, "CND-1709"))
        # A hub that lost its files of a run that the log has a result of.
        last = sorted(folder.glob("*.result"), key=lambda path: path.stat().st_mtime)[-1]
        last.unlink()
        last.with_suffix(".output").unlink()
        runs = 2
        if can_trace():
            runs += self.killed_runs()
        else:
            self.judge.skip("a run that is killed", "strace may not kill here")
        later = federation.order(federation.instruction("later", begins=40, expires=100, notice_days=28))
        refused = federation.release_of_lake(self.folder / "early", later)
        unknown = federation.release_of_lake(self.folder / "unknown", "ab" * 16)
        kinds = Counter(kind for kind, _ in self.statements())
        refusals = [payload for kind, payload in self.statements() if kind == "refusal" and payload["act"] == "run"]
        self.judge.say("without an instruction in force nothing runs, and the log has the refusal", expect(
            ((kinds["run"], kinds["result"]) == (runs, runs), f"the log has {kinds}"),
            ([(one["instruction"], one["code"]) for one in refusals[-2:]] == [(later, "CND-2033"), (None, "CND-2020")],
             f"the refusals are {refusals}"),
            (not (self.folder / "early").exists() and not (self.folder / "unknown").exists(), "a release was made"))
            + self.judge.error(refused, "CND-2033") + self.judge.error(unknown, "CND-2020"))
        self.denial(refusals[-2]["id"])

    def killed_runs(self):
        """Killed at each file that it makes until it is done. Gives how many of the runs the log has."""
        began = self.runs_and_results()
        faults, left_open = [], 0
        for number in range(1, MOST_FILES):
            out = self.folder / f"killed-{number}"
            killed = self.federation.release_of_lake(out, before=killed_at("link", number))
            runs, results = self.runs_and_results()
            is_open = runs - results
            faults += expect(
                (is_open in (0, 1), f"killed at file {number}: {is_open} runs are open"),
                (not (out.exists() and is_open), f"killed at file {number}: a release is to be seen whose result the log lacks"))
            if killed.code == 0:
                break
            if is_open:
                left_open += 1
                self.federation.release_of_lake(self.folder / "none", "ab" * 16)  # it is refused, and ends what is open
        runs, results = self.runs_and_results()
        self.judge.say(f"of a run that is killed at any of {number - 1} files nothing is to be seen, and the next ends it", faults + expect(
            (killed.code == 0 and out.exists(), f"it ended with {killed.code}: {killed.err}"),
            (left_open > 1, f"{left_open} were killed while they were open"),
            (runs == results, f"{runs} runs have {results} results")))
        return runs - began[0]

    def runs_and_results(self):
        kinds = Counter(kind for kind, _ in self.statements())
        return kinds["run"], kinds["result"]

    def denial(self, number):
        log = ["--log", self.federation.log_folder(), "--federation", self.federation.id]
        listed = self.candour.run("explain-denial", *log).out.splitlines()
        told = self.candour.run("explain-denial", number, *log).out
        none = self.candour.try_run("explain-denial", "ab" * 16, *log)
        self.judge.say("a refusal is explained: the rule, who set it, what helps, and how it is now", expect(
            (sum(line.startswith(number) and "CND-2033" in line for line in listed) == 1, f"the list is {listed}"),
            ("Rule:        CND-2033" in told and "The department" in told and "What helps:" in told
             and "Now:         it would be refused, CND-2033" in told, f"it says {told}")) + self.judge.error(none, "CND-2577"))

    def again(self):
        """A hub that lost a file of its lake asks for the period once more."""
        federation = self.federation
        same = federation.send_of(LARGE)
        flow = federation.send_of(LARGE, more=["--again", PERIOD])
        self.judge.say("nothing new is not sent, unless it is asked for", expect(
            (same.states()[LARGE] == "up to date", f"it says {same.states()}"),
            (flow.states()[LARGE] == "received", f"it says {flow.states()}"),
            (flow.slices[LARGE].revision == 4, f"revision {flow.slices[LARGE].revision}")))
        mistyped = federation.send_of(LARGE, more=["--again", "2025-9"])
        self.judge.say("a period that no vault has is named, and not passed over", expect(
            (mistyped.code == 3 and "2025-9: no vault here has such a period" in mistyped.text, f"it says {mistyped.text[-500:]}"),
            (mistyped.states()[LARGE] == "up to date", f"it says {mistyped.states()}")))

    def refresh(self):
        federation = self.federation
        transcript = federation.hold_ceremony("refresh")
        federation.load(LARGE, federation.sources[LARGE])
        federation.submit("ceremony", transcript)
        federation.amend("--ceremony", transcript)
        old = [path.name for path in federation.home.glob("guardian-*/keys/share-*-1.sealed")]
        flow = federation.send_of(LARGE)
        self.judge.say("after a refresh the flow goes on under new shares, and no guardian was started again", expect(
            (flow.states()[LARGE] == "received" and flow.slices[LARGE].revision == 3, f"it says {flow.text[-1500:]}"),
            (not old, f"old shares are there: {old}")))
        self.same_people("unchanged people keep their pseudonyms over a refresh", self.earlier, self.lake_rows(LARGE), 200)

    def next_order(self):
        """The same as before under another number: rows belong to the order under which they went."""
        federation = self.federation
        federation.revoke(federation.order_id)
        federation.order_id = federation.order(federation.instruction("next"))
        runs = [[federation.send(machine).states() for machine in federation.machines] for _ in range(2)]
        went, again = ({code: state for states in run for code, state in states.items()} for run in runs)
        lake = federation.tables_of_lake(self.folder / "next-lake")
        self.judge.say("under the next order every slice goes once more, and a release has all of them", expect(
            (went == dict.fromkeys(federation.codes, "received"), f"it says {went}"),
            (again == dict.fromkeys(federation.codes, "up to date"), f"then {again}"),
            (lake == federation.tables_of_counts(self.folder / "next-counts"), "the tables are others than those of counts")))

    def too_few_fields(self):
        """An order that lists less than its measure reads, as our own drafts cannot."""
        federation = self.federation
        federation.revoke(federation.order_id)
        blind = federation.order(federation.instruction("blind"), lambda payload: payload.replace('"clock_start",', ""))
        flow = federation.send_of(LARGE)
        with open(federation.submission(LARGE, flow.slices[LARGE].revision) / "rows.csv", encoding="utf-8", newline="") as file:
            starts = {row["clock_start"] for row in csv.DictReader(file)}
        refused = federation.release_of_lake(self.folder / "blind", blind)
        said = [(payload["instruction"], payload["code"]) for kind, payload in self.statements() if kind == "refusal"]
        self.judge.say("a slice goes without what the order does not list, and no figure is made of what is not there", expect(
            (flow.states()[LARGE] == "received" and starts == {""}, f"it says {flow.text[-1500:]}, starts {starts}"),
            (said[-1] == (blind, "CND-2037"), f"the log's last refusal is {said[-1]}"),
            (not (self.folder / "blind").exists(), "a release was made")) + self.judge.error(refused, "CND-2037"))

    def guardian_without_share(self):
        """In a federation of four guardians of whom the first has no share: it is about to join, or has left."""
        federation = Federation(self.candour, self.folder / "of-four", [SMALL], rows=60,
                                addresses=loopback_addresses([*SERVERS, "guardian-4", *WITNESSES])).found(guardians=[2, 3, 4])
        federation.load(SMALL)
        try:
            federation.start()
            flow = federation.send_of(SMALL)
            asked = [b"candour_batches_total{" in guardian.get("metrics") for guardian in federation.guardians]
            federation.stop()
        finally:
            federation.discard()
        self.judge.say("only guardians that have a share are asked", expect(
            (flow.states() == {SMALL: "received"}, f"it says {flow.text[-1500:]}"),
            (asked == [False, True, True, False], f"asked were {asked}")))


if __name__ == "__main__":
    sys.exit(run_whole(Test, *sys.argv[1:]))
