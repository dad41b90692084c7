"""A small federation of real processes, made by the commands that people have: 3 guardians, a hub, machines with
organisations, and their synthetic sources. The tests of the federation's way, faults and kills share it."""
import datetime
import json
import re
import secrets
import shutil
import signal
import socket
import sys
import time
import urllib.request

from provider import COLLECTION, OK, PERIOD, PUBLISHED_AT, Provider, read_source, synthesise

DOMAIN = "secondary-uses"
GUARDIANS, THRESHOLD = 3, 2
TABLE = "rtt-waiting-list-clock_stops"
START_SECONDS = 60
LOOPBACK = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def free_ports(count):
    """Ports that nobody listens on; they are held until all are chosen, so that no two are the same."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def utc(days_from_now):
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days_from_now)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def tree(folder):
    """Every file below a folder and its bytes."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*"))
            if path.is_file()}


def flip_bit(path, at=None):
    """Changes one bit of a file, in its middle or at a place."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2 if at is None else at] ^= 1
    path.write_bytes(content)


def head_of(source, out, rows, first=0):
    """A file of the source's header and some of its rows."""
    header, records = read_source(source)
    lines = [text for text, _ in records.values()][first:first + rows]
    out.write_text("".join(line + "\r\n" for line in [header, *lines]), encoding="utf-8", newline="")
    return out


def init_federation(candour, home, machine_of, quota, strangers=()):
    """Its folder, by the command that people have; gives its digest."""
    ports = free_ports(GUARDIANS + 1)
    done = candour.run(
        "federation", "init", home, "--title", "A federation of a test", "--log", "test.invalid/log",
        f"--hub=hub=127.0.0.1:{ports[0]}", *(f"--guardian=guardian-{i}=127.0.0.1:{ports[i]}" for i in range(1, GUARDIANS + 1)),
        *(f"--machine={one}" for one in sorted({*machine_of.values(), *strangers})),
        *(f"--organisation={code}={machine}" for code, machine in machine_of.items()),
        "--quota-day", quota[0], "--quota-30-days", quota[1])
    return done.out.strip()


class Server:
    """A hub or a guardian as a process."""

    def __init__(self, candour, folder):
        self.candour, self.folder, self.name = candour, folder, folder.name
        self.child, self.admin_port = None, 0

    def start(self, wait=True, before=()):
        if self.child is not None:
            sys.exit(f"{self.name} runs already")
        words = self.candour.command("node", "run", "--config", self.folder / "node.toml", "--allow-root")
        self.begun = self.log_path().stat().st_size if self.log_path().exists() else 0
        with open(self.log_path(), "ab") as log:
            self.child = self.candour.start([*before, *words], out=log, err=log)
        return self.wait_until_ready() if wait else self

    def log_path(self):
        return self.folder / "log"

    def log(self):
        """What it has said since it was started: its events, and lines that are none."""
        with open(self.log_path(), "rb") as file:
            file.seek(self.begun)
            return file.read().decode()

    def events(self, name):
        lines = (json.loads(line) for line in self.log().splitlines() if line.startswith("{"))
        return [line for line in lines if line["event"] == name]

    def wait_until_ready(self, may_die=False):
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.child.poll() is None:
            ready = self.events("node.ready") if self.log().endswith("\n") else []
            if ready:
                self.admin_port = ready[0]["admin_port"]
                return self
            time.sleep(0.02)
        if may_die and self.child.poll() == -9:
            return None
        sys.exit(f"{self.name} did not start: {self.log()[-2000:]}")

    def get(self, path):
        with LOOPBACK.open(f"http://127.0.0.1:{self.admin_port}/{path}", timeout=30) as answer:
            return answer.read()

    def is_running(self):
        return self.child is not None and self.child.poll() is None

    def send_signal(self, number):
        self.child.send_signal(number)

    def end(self, number=signal.SIGTERM, expect=(0,)):
        """Stops it; it must end as expected."""
        self.send_signal(number)
        code = self.child.wait(timeout=60)
        self.child = None
        if code not in expect:
            sys.exit(f"{self.name} ended with {code}: {self.log()[-2000:]}")

    def kill(self):
        self.end(signal.SIGKILL, expect=(-9,))

    def discard(self):
        if self.is_running():
            self.child.kill()
            self.child.wait()
        self.child = None


class Slice:
    """What became of one slice in a run of a provider's node."""

    def __init__(self, line):
        found = re.fullmatch(r"(\S+) (\S+) (\S+) (\S+): (up to date|received|FAILED)(?:, revision (\d+), (\d+) rows)?", line)
        self.code, self.period, self.state = found[1], found[4], found[5]
        self.revision, self.rows = (int(found[6]), int(found[7])) if found[6] else (None, None)


class Flow:
    """How a run of a provider's node ended: its slices by organisation, and the codes of what failed."""

    def __init__(self, done):
        self.done, self.code = done, done.code
        lines = [line for line in done.out.splitlines() if re.match(r"\S+ \S+ \S+ \S+: ", line)]
        self.slices = {one.code: one for one in map(Slice, lines)}
        self.text = done.out + done.err

    def states(self):
        return {code: one.state for code, one in self.slices.items()}

    def codes(self):
        """Every code that it names, in its words and its log."""
        return set(re.findall(r"CND-\d{4}", self.text))


class Federation:
    """`codes` are spread over the machines in turn. Sources are the synthetic files of the built-in publication.
    `strangers` are machines with certificates of the authority and no organisation, so that the charter lacks them."""

    def __init__(self, candour, folder, codes, machines=2, rows=None, quota=(2_000_000, 20_000_000), strangers=()):
        self.candour, self.folder, self.codes = candour, folder, codes
        folder.mkdir(parents=True)
        self.files = synthesise(candour, folder, codes)
        self.home = folder / "federation"
        self.machine_of = {code: f"machine-{i % machines + 1}" for i, code in enumerate(codes)}
        self.machines = sorted(set(self.machine_of.values()))
        self.id = init_federation(candour, self.home, self.machine_of, quota, strangers)
        self.hub = Server(candour, self.home / "hub")
        self.guardians = [Server(candour, self.home / f"guardian-{i}") for i in range(1, GUARDIANS + 1)]
        self.collection = folder / "collection"
        shutil.copytree(COLLECTION, self.collection)
        self.digest = self.digest_of_collection()
        self.configure()
        self.providers = {code: self.make_provider(code) for code in codes}
        self.sources = {code: self.source(code, rows) for code in codes}

    # How it is set up.

    def digest_of_collection(self):
        return re.search(r"^digest ([0-9a-f]{64})$", self.candour.run("collection", "check", self.collection).out,
                         re.MULTILINE)[1]

    def configure(self):
        """What people write into node.toml: the collections' folders, and the look-ups of the machines."""
        for name in ["hub", *self.machines]:
            path = self.home / name / "node.toml"
            text = path.read_text().replace("collections = []", f"collections = [{json.dumps(str(self.collection))}]")
            if name != "hub":
                text += f'\n[[provider.reference]]\nname = "lsoa"\nfile = "{self.files}/reference/lsoa.csv"\n'
            path.write_text(text)

    def organisation(self, code):
        return self.home / self.machine_of[code] / "organisations" / code

    def make_provider(self, code):
        """The organisation's vault, where its machine's configuration says that it is."""
        provider = Provider(self.candour, self.organisation(code), self.files, code)
        provider.keys = ["--vault", provider.folder / "vault.db", "--key-file", provider.folder / "vault.key"]
        self.candour.run("key", "new", provider.folder / "vault.key")
        self.candour.run(*provider.new_words())
        return provider

    def source(self, code, rows):
        whole = self.files / "sources" / f"{code}.csv"
        return whole if rows is None else head_of(whole, self.folder / f"{code}.csv", rows)

    def ceremony_words(self, kind, index, folder, *more):
        own = self.home / f"guardian-{index}"
        return ["ceremony", kind, "--domain", DOMAIN, *more, "--charter", self.home / "charter", "--federation", self.id,
                "--folder", folder, "--guardian", index, "--keys", own / "keys", "--key-file", own / "operator.key"]

    def hold_ceremony(self, kind, *more):
        """Each guardian runs its command in turns, until it says FINISHED everywhere. Gives the transcript's path."""
        folder = self.folder / f"ceremony-{kind}"
        folder.mkdir()
        for turn in range(1, 5):
            said = [self.candour.run(*self.ceremony_words(kind, index, folder, *more)).out
                    for index in range(1, GUARDIANS + 1)]
            if all("FINISHED" in one for one in said):
                read_aloud = {re.search(r"^Transcript \(read aloud\): (.+)$", one, re.MULTILINE)[1] for one in said}
                if len(read_aloud) != 1:
                    sys.exit("the guardians read different transcripts aloud")
                return folder / "ceremony.dsse"
        sys.exit(f"the ceremony did not finish in {turn} turns: {said}")

    def instruction(self, name="waiting-times", providers=("*",), begins=-1, expires=365, digest=None):
        """An instruction's file."""
        path = self.folder / f"{name}.toml"
        path.write_text(f"""id = "{secrets.token_hex(16)}"
name = "{name}"
title = "Monthly waiting times statistics"
purpose = "official-statistics"
why = "So that everybody can see how long people wait."
why_now = "This is a test on people who do not exist."
legal_basis = "None is needed: nobody's data are used."
domain = "{DOMAIN}"
opt_out = "does-not-apply"
opt_out_ground = "Nobody's data are used."
mode = "records"
providers = {json.dumps(list(providers))}
data_from = "2025-01-01"
not_before = "{utc(begins)}"
expires = "{utc(expires)}"
retention_days = 730

[[collection]]
name = "rtt-waiting-list"
sha256 = "{digest or self.digest}"
""")
        return path

    def amend(self, *words):
        return self.candour.run("federation", "amend", self.home, *words)

    def found(self, instruction=None):
        """Ceremony and charter, so that flows may go."""
        self.transcript = self.hold_ceremony("new", "--threshold", THRESHOLD)
        self.amend("--ceremony", self.transcript, "--purpose", "Official statistics of waiting, never direct care",
                   "--instruction", instruction or self.instruction())
        return self

    # How it runs.

    def servers(self):
        return [self.hub, *self.guardians]

    def start(self):
        for server in self.servers():
            server.start(wait=False)
        for server in self.servers():
            server.wait_until_ready()
        return self

    def stop(self):
        for server in self.servers():
            if server.is_running():
                server.end()

    def discard(self):
        for server in self.servers():
            server.discard()

    def machine_words(self, machine):
        return ["node", "run", "--config", self.home / machine / "node.toml", "--allow-root"]

    def send(self, machine, before=()):
        return Flow(self.candour.try_run(*self.machine_words(machine), before=before))

    def send_of(self, code, **how):
        return self.send(self.machine_of[code], **how)

    def load(self, code, source=None, *more):
        return self.providers[code].load(source or self.sources[code], *more)

    # What there is afterwards.

    def submission(self, code, revision=1):
        return self.organisation(code) / "outbox" / f"{TABLE}-{PERIOD}-r{revision}"

    def status(self):
        return {(one["provider"], one["period"]): one for one in json.loads(self.hub.get("status.json"))["slices"]}

    def lake(self):
        return self.home / "hub" / "lake" / TABLE

    def entries(self):
        """The lake's log: the actions of each version, in their order."""
        return [[json.loads(line) for line in path.read_text().splitlines()]
                for path in sorted((self.lake() / "_delta_log").glob("*.json")) if path.stem.isdigit()]

    def held(self):
        """Of each slice what the lake's log names now: (submitter, period) → the add action."""
        adds = [action["add"] for entry in self.entries() for action in entry if "add" in action]
        return {(add["tags"]["candour.submitter"], add["tags"]["candour.period"]): add for add in adds}

    def count(self, code, out):
        self.candour.run(*self.providers[code].count_words(out / "waits" / code, collection=self.collection))

    def release_words(self, kind, inputs, out):
        return ["release", "build", self.collection, "--period", PERIOD, f"--{kind}", inputs, "--submitters",
                self.files / "submitters.csv", "--published-at", PUBLISHED_AT, "--out", out]

    def release_of_lake(self, out):
        return self.candour.try_run(*self.release_words("lake", self.home / "hub" / "lake", out))

    def tables_of_lake(self, out):
        done = self.release_of_lake(out)
        if done.code != OK:
            sys.exit(f"release build --lake: exit {done.code}\n{done.err}")
        return tree(out / "tables")

    def tables_of_counts(self, folder):
        """The tables that the providers' own counts give."""
        for code in self.codes:
            self.count(code, folder / "counts")
        self.candour.run(*self.release_words("counts", folder / "counts", folder / "release"))
        return tree(folder / "release" / "tables")
