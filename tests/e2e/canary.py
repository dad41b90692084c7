#!/usr/bin/env python3
"""The canary: patients whom no other data can contain go through a whole flow, and nothing of them is at the hub, at
a guardian, or between nodes.

usage: canary.py CANDOUR WORK_FOLDER [--patients N] [--seed N] [--every-call]

Real processes, and three flows: one without the patients (what is found there is chance), one with them, and one whose
instruction lets a name through. A preloaded library (wiretap.c) writes down what goes into TLS and what is compressed
into the package, and stops a process at chosen calls. Then all are stopped and looked through: memory, disk, logs,
open files; after the flow disk again, the lake as another reader decodes it, and the traffic. needles.py says in which
spellings. Needs root, to read another process's memory, a C compiler, and hyparquet; else it says that it is skipped
(exit 77).
"""
import argparse
import csv
import hashlib
import os
import pathlib
import re
import shutil
import signal
import struct
import subprocess
import sys
import time
from collections import Counter, defaultdict

import lake_reader
from federation_of import MACHINE, SERVERS, Federation, every_field
from needles import FIELDS, Search, needles_of, patients
from provider import COLLECTION, COLUMNS, OK, Candour, synthesise

CODE = "ACG31"
MOST_RUNS = 3
HERE = pathlib.Path(__file__).parent
TITLE = "Federation of the canary, QUIVERSTONE"  # every node knows it, so that a search of its memory finds it
NAME_COLUMN, IGNORED_COLUMN = "PATIENT NAME", "CONSULTANT CODE"
FILE_NAME = "export-vyzmokharuteb.csv"
# At which calls which process stops itself: see wiretap.c. The provider hashes pathways while rows are minimised (h),
# and compresses its package row by row (c); the hub opens it piece by piece (d).
STOPS = {MACHINE: "h200,w1,w3,c2,c300,r9", "hub": "r2,d1,d2,w7", "guardian-1": "r2,w1", "guardian-2": "r2,w1"}
EVERY_CALL = {MACHINE: "h200,w*,r*,c2,c300", **{name: "w*,r*,d*" for name in SERVERS}}
NAME_FIELD = """\
[[table.field]]
name = "patient_name"
title = "Patient name"
type = "text"
max_length = 60
required = "never"
{how}

[[table.field]]
name = "gender"
"""
DROPPED, KEPT = 'identifies = true\nminimise = "drop"', "identifies = false"


def build(folder):
    """The two libraries in C."""
    for name, more in (("wiretap", ["-ldl"]), ("needle_search", [])):
        subprocess.run(["cc", "-O2", "-shared", "-fPIC", HERE / f"{name}.c", "-o", folder / f"{name}.so", *more],
                       check=True)


def make_collection(folder, how, lookup):
    """The waiting list with a column of names, and with the look-up that has the patients' postcodes."""
    into = folder / "rtt-waiting-list"
    shutil.copytree(COLLECTION, into)
    text = (into / "collection.toml").read_text(encoding="utf-8")
    text = text.replace('[[table.field]]\nname = "gender"\n', NAME_FIELD.format(how=how))
    text = text.replace('gender = "', f'patient_name = "{NAME_COLUMN}"\ngender = "')
    digest = hashlib.sha256(lookup.read_bytes()).hexdigest()
    text = re.sub(r'(?<=\[reference.lsoa\]\nsha256 = ")\w+', digest, text)
    (into / "collection.toml").write_text(text, encoding="utf-8")
    return into


def add_to_lookup(lookup, seeded):
    """The patients live somewhere: their postcodes have areas."""
    with open(lookup, "a", encoding="utf-8") as file:
        file.writelines(f"{one},E01904146\n" for one in sorted({one["postcode"] for one in seeded}))


def write_source(path, original, seeded):
    """The hospital's file with a column of names and one that is ignored; the patients' rows after the others. A few
    of them are refused (their clocks stop before they start), so that quarantine has some too."""
    columns = {**COLUMNS, "name": NAME_COLUMN, "ignored": IGNORED_COLUMN}
    with open(original, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    header = [*rows[0], NAME_COLUMN, IGNORED_COLUMN]
    for i, one in enumerate(seeded):
        changed = {**one, "provider": CODE, "site": CODE, "pathway_issuer": CODE}
        if i % 8 == 7:
            changed["clock_start"] = "2025-09-30"
        rows.append({columns[field]: value for field, value in changed.items() if field in columns})
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, restval="", lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)


def records_of(tap):
    """What the wiretap wrote: (kind, stream, bytes)."""
    raw = tap.read_bytes() if tap.exists() else b""
    at = 0
    while at < len(raw):
        kind, stream, size = struct.unpack_from("<cQI", raw, at)
        at += 13
        yield kind.decode(), stream, raw[at:at + size]
        at += size


def state_of(pid):
    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
        return file.read().rsplit(")", 1)[1].split()[0]


class Flow:
    """One flow of real processes, watched."""

    def __init__(self, folder, federation, search, stops):
        self.folder, self.federation, self.search, self.stops = folder, federation, search, stops
        self.moments = Counter()

    def run(self):
        provider = self.federation.watched
        try:
            self.federation.start(self.tapped)
            # To look takes time, and there are deadlines: what did not come through goes on by another run.
            for _ in range(MOST_RUNS):
                provider.start(wait=False, **self.tapped(MACHINE))
                while provider.is_running():
                    self.look_if_one_stopped()
                    time.sleep(0.005)
                if provider.wait() == OK:
                    break
            self.moment("after the flow")
            self.federation.stop()
        finally:
            provider.discard()
            self.federation.discard()
        if "received, revision 1" not in provider.said():
            sys.exit(f"the flow failed: {provider.said()}{provider.log()}")
        for server in self.federation.servers():
            self.look_at_disk(server)
        self.look_at_lake()
        self.look_at_taps()
        return self

    def tapped(self, name):
        """What a node is started with, so that it is listened to."""
        return {"environment": {"LD_PRELOAD": str(self.folder.parent / "wiretap.so"), "WIRETAP": str(self.tap(name)),
                                "WIRETAP_STOPS": self.stops.get(name, "")}}

    def tap(self, name):
        return self.folder / f"{name}.tap"

    def living(self):
        nodes = [*self.federation.servers(), self.federation.watched]
        return {node: node.child.pid for node in nodes if node.is_running()}

    def look_if_one_stopped(self):
        stopped = [node.name for node, pid in self.living().items() if state_of(pid) == "T"]
        if stopped:
            calls = [(name, [text.decode() for kind, _, text in records_of(self.tap(name)) if kind == "s"])
                     for name in stopped]
            self.moment(", ".join(f"{name} {said[-1]}" for name, said in calls if said))

    def moment(self, label):
        """Stops all, looks at all, lets all go on."""
        living = self.living()
        for pid in living.values():
            os.kill(pid, signal.SIGSTOP)
        while any(state_of(pid) not in "TZ" for pid in living.values()):
            time.sleep(0.001)
        self.moments[label] += 1
        for node, pid in living.items():
            self.search.look_at_memory(f"{node.name}: memory", pid)
            if node.name != MACHINE:
                self.search.look_at_open_files(f"{node.name}: open files", pid)
                self.look_at_disk(node)
        for pid in living.values():
            os.kill(pid, signal.SIGCONT)

    def look_at_disk(self, server):
        self.search.look_at_folder(f"{server.name}: disk", server.folder)
        self.search.look_at_folder(f"{server.name}: scratch", server.scratch())
        self.search.look_at_file(f"{server.name}: log", server.log_path())

    def look_at_lake(self):
        """The lake's rows as an independent reader decodes them: Parquet is compressed."""
        for table in sorted(log.parent for log in (self.federation.home / "hub/lake").glob("*/_delta_log")):
            rows = lake_reader.read(table)
            self.lake_rows = rows.count(b"\n") - 1
            self.search.look("hub: lake, decoded", [rows])

    def streams(self, name, kinds):
        streams = defaultdict(list)
        for kind, stream, bytes_ in records_of(self.tap(name)):
            if kind in kinds:
                streams[kind, stream].append(bytes_)
        return {key: b"".join(pieces) for key, pieces in streams.items()}

    def look_at_taps(self):
        for name in (*SERVERS, MACHINE):
            for stream in self.streams(name, "rw").values():
                self.search.look(f"{name}: traffic without TLS", [stream])
        for stream in self.streams(MACHINE, "c").values():
            self.search.look("package before it is sealed", [stream])
        for stream in self.streams("hub", "d").values():
            self.search.look("hub: package as it opens it", [stream])

    def tokens(self):
        """The tokens that the provider put into its package."""
        found = set()
        for content in self.streams(MACHINE, "c").values():
            found |= set(re.findall(rb"^([0-9a-f]{64}),", content, re.MULTILINE))
        return found


class Report:
    def __init__(self):
        self.wrong = []

    def say(self, name, good, more=""):
        self.wrong += [] if good else [name]
        print(f"{'ok ' if good else 'BAD'} {name}{more}", flush=True)

    def table(self, title, flow):
        print(f"\n{title}: {sum(flow.moments.values())} moments ({'; '.join(flow.moments)})")
        for place in sorted(flow.search.bytes):
            hits = flow.search.hits(place)
            shown = ", ".join(f"{field} {how} {count}" for (field, how), count in sorted(hits.items()))
            print(f"  {place:34} {flow.search.bytes[place]:>13,} bytes  {sum(hits.values()):>6} hits  {shown}")
        print(flush=True)


class Canary:
    def __init__(self, options):
        self.options, self.folder = options, options.folder
        self.candour = Candour(options.program, self.folder / "scratch")
        self.files = synthesise(self.candour, self.folder, [CODE])
        self.seeded = patients(options.patients, options.seed)
        self.needles = needles_of(self.seeded, FILE_NAME)
        self.needles[TITLE.encode()] = ("title", "plain")
        self.original = self.files / "sources" / f"{CODE}.csv"
        add_to_lookup(self.files / "reference/lsoa.csv", self.seeded)

    def search(self):
        return Search(self.folder / "needle_search.so", self.needles)

    def flow(self, name, seeded, how=DROPPED, legal_notice=""):
        folder = self.folder / name
        folder.mkdir()
        collection = make_collection(folder, how, self.files / "reference/lsoa.csv")
        federation = Federation(self.candour, folder / "federation", [CODE], files=self.files, collection=collection,
                                legal_notice=legal_notice, title=TITLE, fields=every_field(collection)).found()
        source = folder / FILE_NAME
        write_source(source, self.original, seeded)
        federation.load(CODE, source)
        return Flow(folder, federation, self.search(), self.options.stops).run()


def places_of(flow):
    """The places that are not the provider's own."""
    return [place for place in flow.search.bytes if place != f"{MACHINE}: memory"]


def judge_clean(report, control, seeded, canary):
    patients_fields = {field for field, _ in seeded.search.kinds} - {"title"}
    for place in sorted(places_of(seeded)):
        found = {field: count for field, count in seeded.search.fields_at(place).items() if field != "title"}
        chance = control.search.fields_at(place)
        # A date is not unique; what the flow without the patients has too is no leak. All else must be nowhere.
        wrong = {field: count for field, count in found.items() if field != "birth_date" or count > chance[field]}
        report.say(f"nothing of a patient: {place}", not wrong, f" {wrong}" if wrong else "")
    report.say("the needles are of every kind", patients_fields == {*FIELDS, "birth_date", "digest of nhs_number"})
    # The look-up has the postcodes all the same, and the file is called so.
    unsought = [field for field in FIELDS if control.search.fields_at(f"{MACHINE}: memory")[field]
                and field not in ("postcode", "file_name")]
    report.say("control: without the patients nothing of them is at the provider either", not unsought, f" {unsought}")
    source = canary.search()
    source.look_at_file("source", seeded.folder / FILE_NAME)
    seen = source.fields_at("source")
    missing = [field for field in (*FIELDS[:-1], "birth_date") if seen[field] < len(canary.seeded)]
    report.say("control: every patient is in the source file", not missing, f" {missing}")
    held = seeded.search.fields_at(f"{MACHINE}: memory")
    report.say("control: the paused provider's memory has numbers, names, pathways and birth dates",
               all(held[field] for field in ("nhs_number", "name", "pathway_id", "birth_date")), f" {dict(held)}")
    for name in SERVERS:
        report.say(f"control: the search sees {name}'s memory",
                   seeded.search.fields_at(f"{name}: memory")["title"] > 0)
        heads = sum(stream.count(b"HTTP/1.1") for stream in seeded.streams(name, "rw").values())
        report.say(f"control: the wiretap sees {name}'s requests and answers", heads > 0 or name == "guardian-3",
                   f" ({heads} heads)")
    report.say("control: as many rows in the lake as were accepted",
               seeded.lake_rows == control.lake_rows + sum(i % 8 != 7 for i in range(len(canary.seeded))),
               f" ({seeded.lake_rows}; {control.lake_rows} without the patients)")


def judge_tokens(report, flow):
    """Tokens pass through the hub's memory and are on no disk; not even the line that says which column they are."""
    tokens = flow.tokens()
    report.say("control: the package has tokens", len(tokens) > 100, f" ({len(tokens)})")
    wanted = [b"token,", *tokens, *(bytes.fromhex(token.decode()) for token in tokens)]
    found, looked = Counter(), 0
    for name in SERVERS:
        for path in sorted((flow.federation.home / name).rglob("*")):
            if path.is_file():
                content = path.read_bytes()
                looked += len(content)
                found[name] += sum(one in content for one in wanted)
    report.say("no token, and no header of one, on a disk of hub or guardian", not any(found.values()),
               f" ({looked:,} bytes; {dict(found)})")


def judge_leak(report, leaky):
    for place in ("hub: lake, decoded", "hub: disk", "hub: memory", "hub: traffic without TLS",
                  f"{MACHINE}: traffic without TLS", "package before it is sealed", "hub: package as it opens it"):
        found = leaky.search.fields_at(place)["name"]
        report.say(f"control: a leaked name is found in {place}", found > 0, f" ({found} times)")


def why_not():
    """Why this cannot be done here; "" where it can."""
    if os.getuid() != 0:
        return "only root may read another process's memory"
    return lake_reader.why_not() if shutil.which("cc") else "the wiretap needs a C compiler"


def run(options):
    canary = Canary(options)
    report = Report()
    print(f"{len(canary.needles):,} needles of {len(canary.seeded)} patients, seed {options.seed}", flush=True)
    control = canary.flow("control", [])
    report.table("without the patients", control)
    seeded = canary.flow("seeded", canary.seeded)
    report.table("with the patients", seeded)
    # A name that leaves in each row, and one that somebody wrote into the manifest's legal notice: the package is
    # sealed, so only the second shows in the traffic.
    leaky = canary.flow("leaky", canary.seeded, KEPT, f"As agreed with {canary.seeded[0]['name']}.")
    report.table("control: a collection that lets names through", leaky)
    judge_clean(report, control, seeded, canary)
    judge_tokens(report, seeded)
    judge_leak(report, leaky)
    return 1 if report.wrong else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("folder", type=lambda text: pathlib.Path(text).resolve())
    parser.add_argument("--patients", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every-call", action="store_const", dest="stops", const=EVERY_CALL, default=STOPS,
                        help="look at every call of TLS, not only at some")
    options = parser.parse_args()
    missing = why_not()
    if missing:
        print(f"skipped: {missing}")
        return 77
    shutil.rmtree(options.folder, ignore_errors=True)
    options.folder.mkdir(parents=True)
    build(options.folder)
    return run(options)


if __name__ == "__main__":
    sys.exit(main())
