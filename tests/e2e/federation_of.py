"""A small federation of real processes, made by the commands that people have: 3 guardians, a hub, machines with
organisations, and their synthetic sources. Every test that needs a federation starts it by this."""
import copy
import datetime
import json
import re
import secrets
import shutil
import signal
import socket
import sys
import time
import tomllib
import urllib.request

from provider import COLLECTION, OK, PERIOD, PUBLISHED_AT, REFUSED, Provider, read_source, synthesise

DOMAIN = "secondary-uses"
GUARDIANS, THRESHOLD = 3, 2
SERVERS = ["hub", *(f"guardian-{i}" for i in range(1, GUARDIANS + 1))]
WITNESSES = ["witness-1", "witness-2"]
CONTROLLERS = {"department": "The department", "board": "The board", "patients": "The patients' council"}
SIGNERS = ["department", "board"]
MACHINE = "machine-1"
TABLE = "rtt-waiting-list-clock_stops"
START_SECONDS = 60
LOOPBACK = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def loopback_addresses(servers=(*SERVERS, *WITNESSES)):
    """An address for each, whose port is free now; all are held until all are chosen, so that no two are the same."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in servers]
    addresses = {name: f"127.0.0.1:{one.getsockname()[1]}" for name, one in zip(servers, sockets)}
    for one in sockets:
        one.close()
    return addresses


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


def init_federation(candour, home, machine_of, quota, addresses, strangers=(), title="A federation of a test"):
    """Its folder, by the command that people have; gives its digest."""
    taken = {address.split(":")[1] for address in addresses.values()}
    while True:  # all at once, so that no two are the same, and none is a node's
        public = {name: one.split(":")[1] for name, one in loopback_addresses(["hub", "guardian-1"]).items()}
        if not taken & set(public.values()):
            break
    words = {"hub": "--hub", "guardian": "--guardian", "witness": "--witness"}
    done = candour.run(
        "federation", "init", home, "--title", title, "--log", "test.invalid/log", "--processor", "The processor",
        *(f"--controller={name}={person}" for name, person in CONTROLLERS.items()),
        *(f"{words[name.split('-')[0]]}={name}={address}" for name, address in addresses.items()),
        *(f"--public-port={name}={port}" for name, port in public.items()),
        *(f"--machine={one}" for one in sorted({*machine_of.values(), *strangers})),
        *(f"--organisation={code}={machine}" for code, machine in machine_of.items()),
        "--quota-day", quota[0], "--quota-30-days", quota[1])
    return done.out.strip()


def node_words(folder):
    return ["node", "run", "--config", folder / "node.toml", "--allow-root"]


class Server:
    """A node as a process: a hub, a guardian, or a machine that is watched while its flows run."""

    def __init__(self, candour, folder):
        self.candour, self.folder, self.name = candour, folder, folder.name
        self.child, self.admin_port, self.begun = None, 0, 0

    def start(self, wait=True, before=(), environment=()):
        """`before` are words before the program. Its scratch is its own, so that others can look into it."""
        if self.child is not None:
            sys.exit(f"{self.name} runs already")
        scratch = self.scratch()
        scratch.mkdir(parents=True, exist_ok=True)
        self.begun = self.log_path().stat().st_size if self.log_path().exists() else 0
        with open(self.log_path(), "ab") as log, open(self.folder / "out", "wb") as out:
            self.child = self.candour.start([*before, *self.candour.command(*node_words(self.folder))], out=out, err=log,
                                            environment={"TMPDIR": str(scratch), **dict(environment)})
        return self.wait_until_ready() if wait else self

    def scratch(self):
        return self.folder.parent / "scratch" / self.name

    def said(self):
        """What it has said since it was started, beside its log."""
        return (self.folder / "out").read_text()

    def log_path(self):
        return self.folder / "node.log"

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

    def wait(self, seconds=60):
        """Its exit code, once it has ended."""
        code = self.child.wait(timeout=seconds)
        self.child = None
        return code

    def end(self, number=signal.SIGTERM, expect=(0,)):
        """Stops it; it must end as expected."""
        self.send_signal(number)
        code = self.wait()
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
        found = re.fullmatch(r"(\S+) (\S+) (\S+) (\S+): (up to date|received|FAILED)(?:, revision (\d+), (\d+) rows)?"
                             r"(?:; left out: .+)?", line)
        self.code, self.period, self.state = found[1], found[4], found[5]
        self.revision, self.rows = (int(found[6]), int(found[7])) if found[6] else (None, None)


class Flow:
    """How a run of a provider's node ended: its slices by organisation, what it told of months, and the codes of what
    failed."""

    def __init__(self, done):
        self.done, self.code = done, done.code
        lines = [line for line in done.out.splitlines() if re.match(r"\S+ \S+ \S+ \S+: (?!the next)", line)]
        self.slices = {one.code: one for one in map(Slice, [line for line in lines if " opt-out-figures " not in line])}
        self.figures = [line for line in lines if " opt-out-figures " in line]
        self.text = done.out + done.err

    def states(self):
        return {code: one.state for code, one in self.slices.items()}

    def codes(self):
        """Every code that it names, in its words and its log."""
        return set(re.findall(r"CND-\d{4}", self.text))


def every_field(collection):
    """All that a collection lets leave, by the names that it has then."""
    with open(collection / "collection.toml", "rb") as file:
        tables = tomllib.load(file)["table"]
    return list(dict.fromkeys(field.get("minimised_as", field["name"]) for table in tables for field in table["field"]
                              if field.get("minimise") not in ("drop", "pseudonym")))


class Federation:
    """`codes` are spread over the machines in turn. Sources are the synthetic files of the built-in publication, made
    here where no `files` are given. `strangers` are machines with certificates of the authority and no organisation, so
    that the charter lacks them. `addresses` are of a hub and as many guardians as there are to be."""

    def __init__(self, candour, folder, codes, machines=2, rows=None, quota=(2_000_000, 20_000_000), strangers=(),
                 addresses=None, files=None, collection=COLLECTION, legal_notice="", fields=(), **how):
        """`fields` are those that orders list; without, those that a draft does."""
        self.candour, self.codes, self.fields = candour, codes, fields
        folder.mkdir(parents=True)
        self.files = files or synthesise(candour, folder, codes)
        self.machine_of = {code: f"machine-{i % machines + 1}" for i, code in enumerate(codes)}
        self.machines = sorted(set(self.machine_of.values()))
        self.addresses = addresses or loopback_addresses()
        self.id = init_federation(candour, folder / "federation", self.machine_of, quota, self.addresses, strangers, **how)
        self.collection = folder / "collection"
        shutil.copytree(collection, self.collection)
        self.digest = self.digest_of_collection()
        self.settle(folder)
        self.configure(legal_notice)
        self.make_vaults()
        self.sources = {code: self.source(code, rows) for code in codes}

    # How it is set up.

    def settle(self, folder):
        """Says where its nodes are; none of them runs yet."""
        self.folder, self.home = folder, folder / "federation"
        nodes = {name: Server(self.candour, self.home / name) for name in self.addresses}
        self.hub = nodes["hub"]
        self.guardians = [nodes[name] for name in nodes if name.startswith("guardian-")]
        self.witnesses = [nodes[name] for name in nodes if name.startswith("witness-")]
        self.watched = Server(self.candour, self.home / MACHINE)  # for who must see it while its flows run
        self.providers = {code: self.provider(code) for code in self.codes}

    def copied_to(self, folder):
        """The same federation once more, as it stands on disk."""
        shutil.copytree(self.folder, folder)
        other = copy.copy(self)
        other.settle(folder)
        return other

    def digest_of_collection(self):
        return re.search(r"^digest ([0-9a-f]{64})$", self.candour.run("collection", "show", self.collection).out,
                         re.MULTILINE)[1]

    def configure(self, legal_notice):
        """What people write into node.toml: the collections' folders, and the look-ups of the machines."""
        for name in ["hub", *self.machines]:
            path = self.home / name / "node.toml"
            text = path.read_text().replace("collections = []", f"collections = [{json.dumps(str(self.collection))}]")
            if name != "hub":
                if legal_notice:
                    text = text.replace("threads = 1\n", f"threads = 1\nlegal_notice = {json.dumps(legal_notice)}\n")
                text += f'\n[[provider.reference]]\nname = "lsoa"\nfile = "{self.files}/reference/lsoa.csv"\n'
            path.write_text(text)

    def organisation(self, code):
        return self.home / self.machine_of[code] / "organisations" / code

    def provider(self, code):
        """The organisation's vault, where its machine's configuration says that it is."""
        provider = Provider(self.candour, self.organisation(code), self.files, code)
        provider.keys = ["--vault", provider.folder / "vault.db", "--key-file", provider.folder / "vault.key"]
        return provider

    def make_vaults(self):
        for provider in self.providers.values():
            self.candour.run("key", "new", provider.folder / "vault.key")
            self.candour.run(*provider.new_words())

    def source(self, code, rows):
        whole = self.files / "sources" / f"{code}.csv"
        return whole if rows is None else head_of(whole, self.folder / f"{code}.csv", rows)

    def ceremony_words(self, kind, index, folder, *more):
        own = self.home / f"guardian-{index}"
        return ["ceremony", kind, "--domain", DOMAIN, *more, "--log", self.log_folder(), "--federation", self.id,
                "--folder", folder, "--guardian", index, "--keys", own / "keys", "--key-file", own / "operator.key"]

    def hold_ceremony(self, kind, *more, guardians=range(1, GUARDIANS + 1)):
        """Each guardian runs its command in turns, until it says FINISHED everywhere. Gives the transcript's path."""
        folder = self.folder / f"ceremony-{kind}"
        folder.mkdir()
        for turn in range(1, 5):
            said = [self.candour.run(*self.ceremony_words(kind, index, folder, *more)).out for index in guardians]
            if all("FINISHED" in one for one in said):
                read_aloud = {re.search(r"^Transcript \(read aloud\): (.+)$", one, re.MULTILINE)[1] for one in said}
                if len(read_aloud) != 1:
                    sys.exit("the guardians read different transcripts aloud")
                return folder / "ceremony.dsse"
        sys.exit(f"the ceremony did not finish in {turn} turns: {said}")

    def log_folder(self):
        """What a command reads of the log: the hub's, or before there is one version 1 of the charter."""
        log = self.home / "hub" / "log"
        return log if (log / "tile").exists() else self.home / "charter"

    def instruction(self, name="waiting-times", providers=("*",), begins=-1, expires=29, measures=None, **members):
        """A draft: an emergency, so that it is in force at once."""
        path = self.folder / f"{name}.toml"
        self.candour.run("instruction", "draft", self.collection, "--log", self.log_folder(), "--out", path)
        said = {"name": name, "title": "Monthly waiting times statistics", "purpose": "official-statistics",
                "why": "So that everybody can see how long people wait.",
                "why_now": "This is a test on people who do not exist.", "benefits": "None but the test's.",
                "complain": "Nobody is concerned.", "legal_basis": "None is needed: nobody's data are used.",
                "domain": DOMAIN, "opt_out": "does-not-apply", "opt_out_ground": "official-statistics",
                "opt_out_source": "Nobody's data are used.", "mode": "records", "providers": list(providers),
                "notice_days": 0, "data_from": "2025-01-01", "not_before": utc(begins), "expires": utc(expires),
                "retention_days": 730, **members}
        draft = path.read_text()
        for key, value in said.items():
            draft, found = re.subn(rf"(?m)^{key} = .*$", lambda _: f"{key} = {json.dumps(value)}", draft, count=1)
            if found != 1:
                sys.exit(f"the draft of an instruction has no {key}:\n{draft}")
        if self.fields:
            draft = re.sub(r"(?m)^fields = .*$", f"fields = {json.dumps(list(self.fields))}", draft)
        head, _, tail = draft.partition("\n[recipient]")
        tail = re.sub(r'(?m)^(name|legal_person) = .*$', lambda at: f'{at[1]} = "The statistics office"', tail, count=2)
        tail = tail.partition("\n[[declarations_of_interest]]")[0].partition("\n[[processors]]")[0]
        interests = "".join(f'\n[[declarations_of_interest]]\nsigner = {json.dumps(person)}\ninterests = "none"\n'
                            for person in CONTROLLERS.values())
        path.write_text(head + "\n[recipient]" + tail + interests)
        return path

    def signed(self, kind, draft):
        """A draft signed by two of the three bodies."""
        signed = draft.with_suffix(".dsse")
        out = draft.parent / f"signed-{draft.stem}" / signed.name
        out.parent.mkdir()
        self.candour.run(kind, "sign", draft, "--log", self.log_folder(), "--key", self.home / "controllers" / SIGNERS[0])
        self.candour.run(kind, "sign", signed, "--log", self.log_folder(), "--key", self.home / "controllers" / SIGNERS[1],
                         "--out", out)
        return out

    def public_port(self, name="hub"):
        return re.search(r"^public_port = (\d+)$", (self.home / name / "node.toml").read_text(), re.MULTILINE)[1]

    def submit(self, kind, path, **how):
        done = self.candour.try_run(kind, "submit", path, "--to", f"127.0.0.1:{self.public_port()}",
                                    before=self.beside_hub, **how)
        if done.code != OK:
            sys.exit(f"{kind} submit: exit {done.code}\n{done.err}")
        return done

    def amend(self, *words):
        """The next version of the charter, in the log."""
        draft = self.folder / f"charter-{secrets.token_hex(4)}.json"
        self.candour.run("charter", "draft", "--log", self.log_folder(), *words, "--out", draft)
        self.submit("charter", self.signed("charter", draft))

    def order(self, draft, change=None):
        """Enters an instruction; gives its number. `change` is made in what the bodies sign, by other means than ours."""
        payload = draft.with_suffix(".json")
        said = self.candour.run("instruction", "make", draft, "--log", self.log_folder(), "--collection", self.collection,
                                "--out", payload)
        if change:
            payload.write_text(change(payload.read_text()))
        self.submit("instruction", self.signed("instruction", payload))
        self.orders = {**getattr(self, "orders", {}), draft.stem: re.search(r"[0-9a-f]{32}", said.out + said.err)[0]}
        return self.orders[draft.stem]

    def revoke(self, instruction):
        out = self.folder / f"revocation-{instruction}.dsse"
        self.candour.run("instruction", "revoke", instruction, "--log", self.log_folder(), "--why", "It was a test.",
                         "--key", self.home / "controllers" / "patients", "--out", out)
        self.submit("instruction", out)

    beside_hub = ()  # words before a program that speaks to the hub's port for strangers

    def found(self, instruction=None, guardians=range(1, GUARDIANS + 1), how=lambda name: {}):
        """Ceremony, charter, collection and order, so that flows may go; what runs for it ends again. `guardians` are
        those that get a share."""
        self.transcript = self.hold_ceremony("new", "--threshold", THRESHOLD, "--guardians", ",".join(map(str, guardians)),
                                             guardians=guardians)
        self.start(how)
        self.wait_for_log()
        self.submit("ceremony", self.transcript)
        self.amend("--ceremony", self.transcript, "--purpose", "Official statistics of waiting, never direct care")
        statement = self.folder / "collection.json"
        self.candour.run("collection", "statement", self.collection, "--log", self.log_folder(), "--out", statement)
        self.submit("collection", self.signed("collection", statement))
        self.order_id = self.order(instruction or self.instruction())
        self.stop()
        return self

    def wait_for_log(self):
        """Until the log has begun."""
        deadline = time.monotonic() + START_SECONDS
        while not (self.home / "hub" / "log" / "tile" / "entries" / "000").exists():
            if time.monotonic() > deadline:
                sys.exit(f"the log did not begin: {self.hub.log()[-2000:]}")
            time.sleep(0.1)

    # How it runs.

    def servers(self):
        return [self.hub, *self.guardians, *self.witnesses]

    def start(self, how=lambda name: {}):
        """`how` gives what else Server.start is told of a server with this name."""
        for server in self.servers():
            server.start(wait=False, **how(server.name))
        for server in self.servers():
            server.wait_until_ready()
        return self

    def stop(self):
        for server in self.servers():
            if server.child is not None:
                server.end()

    def discard(self):
        for server in self.servers():
            server.discard()

    def machine_words(self, machine):
        return node_words(self.home / machine)

    def send(self, machine, before=(), more=()):
        return Flow(self.candour.try_run(*self.machine_words(machine), *more, before=before))

    def send_of(self, code, **how):
        return self.send(self.machine_of[code], **how)

    def load(self, code, source=None, *more):
        words = self.providers[code].load_words(source or self.sources[code], *more, collection=self.collection)
        return self.candour.run(*words, expect=(OK, REFUSED))

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

    def release_words(self, out, *words):
        return ["release", "build", self.collection, "--period", PERIOD, *words, "--submitters",
                self.files / "submitters.csv", "--published-at", PUBLISHED_AT, "--out", out]

    def release_of_lake(self, out, instruction=None, before=()):
        """At the hub, which announces it in the log: what does not run is started for it."""
        resting = [server for server in self.servers() if not server.is_running()]
        for server in resting:
            server.start(wait=False)
        for server in resting:
            server.wait_until_ready()
        words = self.release_words(out, "--hub", self.home / "hub" / "node.toml", "--instruction",
                                   instruction or self.order_id)
        done = self.candour.try_run(*words, before=[*self.beside_hub, *before])
        for server in resting:
            server.end()
        return done

    def tables_of_lake(self, out):
        done = self.release_of_lake(out)
        if done.code != OK:
            sys.exit(f"release build --hub: exit {done.code}\n{done.err}")
        return tree(out / "tables")

    def tables_of_counts(self, folder):
        """The tables that the providers' own counts give."""
        for code in self.codes:
            self.count(code, folder / "counts")
        self.candour.run(*self.release_words(folder / "release", "--counts", folder / "counts"))
        return tree(folder / "release" / "tables")
