"""A federation made by the commands that people have, and its processes."""
import datetime
import secrets
import socket
import subprocess
import sys
import time

from provider import Provider

DOMAIN = "secondary-uses"
GUARDIANS = ["guardian-1", "guardian-2", "guardian-3"]
SERVERS = ["hub", *GUARDIANS]
MACHINE = "machine"
READY_SECONDS = 60

INSTRUCTION = """\
id = "{id}"
name = "{name}-statistics"
title = "Monthly waiting times statistics"
purpose = "official-statistics"
why = "So that everybody can see how long people wait."
why_now = "This is a test on people who do not exist."
legal_basis = "None is needed: nobody's data are used."
domain = "{domain}"
opt_out = "does-not-apply"
opt_out_ground = "Nobody's data are used."
mode = "records"
providers = ["*"]
data_from = "2025-01-01"
not_before = "{begins}"
expires = "{ends}"
retention_days = 730

[[collection]]
name = "{name}"
sha256 = "{digest}"
"""


def instruction_for(name, digest):
    now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    begins, ends = ((now + datetime.timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ") for days in (-1, 30))
    return INSTRUCTION.format(id=secrets.token_hex(16), name=name, digest=digest, domain=DOMAIN, begins=begins,
                              ends=ends)


def loopback_addresses():
    """An address for each server, whose port is free now."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in SERVERS]
    addresses = {name: f"127.0.0.1:{one.getsockname()[1]}" for name, one in zip(SERVERS, sockets)}
    for one in sockets:
        one.close()
    return addresses


class Federation:
    """Hub, three guardians of which two are needed, and one machine with one organisation's vault."""

    def __init__(self, candour, folder, files, collection, code):
        self.candour, self.folder, self.collection, self.code = candour, folder, collection, code
        self.lookup = files / "reference/lsoa.csv"
        self.vault_folder = folder / MACHINE / "organisations" / code
        self.provider = Provider(candour, self.vault_folder, files, code)
        self.processes = {}

    def found(self, addresses, title="A test federation of people who do not exist", legal_notice=""):
        """Makes it: keys, charter, ceremony, one instruction for the collection, an empty vault."""
        guardians = [word for name in GUARDIANS for word in ("--guardian", f"{name}={addresses[name]}")]
        self.digest = self.candour.run(
            "federation", "init", self.folder, "--title", title, "--log", "test.invalid/log", "--hub",
            f"hub={addresses['hub']}", *guardians, "--machine", MACHINE, "--organisation", f"{self.code}={MACHINE}",
            "--quota-day", 100000, "--quota-30-days", 1000000).out.strip()
        self.hold_ceremony()
        shown = self.candour.run("collection", "show", self.collection).out
        digest = next(line.split()[1] for line in shown.splitlines() if line.startswith("digest "))
        order = self.folder / "instruction.toml"
        order.write_text(instruction_for(self.collection.name, digest), encoding="utf-8")
        self.candour.run("federation", "amend", self.folder, "--ceremony", self.folder / "ceremony/ceremony.dsse",
                         "--purpose", "Statistics", "--instruction", order)
        self.configure(legal_notice)
        self.candour.run("key", "new", self.vault_folder / "key")
        self.candour.run(*self.provider.new_words())
        return self

    def hold_ceremony(self):
        (self.folder / "ceremony").mkdir()
        for _ in range(3):
            for number, name in enumerate(GUARDIANS, 1):
                own = self.folder / name
                said = self.candour.run(
                    "ceremony", "new", "--domain", DOMAIN, "--threshold", 2, "--charter", self.folder / "charter",
                    "--federation", self.digest, "--folder", self.folder / "ceremony", "--guardian", number, "--keys",
                    own / "keys", "--key-file", own / "operator.key").out
        if "FINISHED" not in said:
            sys.exit(f"the ceremony did not finish:\n{said}")

    def configure(self, legal_notice):
        """What `federation init` cannot know: the collection's folder, the look-up, the vault's key."""
        for name in ("hub", MACHINE):
            path = self.folder / name / "node.toml"
            text = path.read_text(encoding="utf-8").replace("collections = []", f'collections = ["{self.collection}"]')
            if name == MACHINE:
                text = text.replace("/vault.key", "/key")
                text = text.replace("threads = 1\n", f'threads = 1\nlegal_notice = "{legal_notice}"\n')
                text += f'\n[[provider.reference]]\nname = "lsoa"\nfile = "{self.lookup}"\n'
            path.write_text(text, encoding="utf-8")

    def load(self, source):
        return self.provider.candour.run(*self.provider.load_words(source, collection=self.collection), expect=(0, 3))

    def start(self, name, before=(), admin_port=None, **environment):
        """Starts a node; what it says goes to its log. `before` are words before the program."""
        words = self.candour.command("node", "run", "--config", self.folder / name / "node.toml", "--allow-root")
        if admin_port:
            words += ["--admin-port", str(admin_port)]
        scratch = self.folder / "scratch" / name
        scratch.mkdir(parents=True, exist_ok=True)
        with open(self.folder / name / "log", "ab") as log, open(self.folder / name / "out", "ab") as out:
            self.processes[name] = subprocess.Popen(
                [*before, *words], stdin=subprocess.DEVNULL, stdout=out, stderr=log,
                env={**self.candour.environment, "TMPDIR": str(scratch), **environment})
        return self.processes[name]

    def log(self, name):
        path = self.folder / name / "log"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def said(self, name=MACHINE):
        return (self.folder / name / "out").read_text(encoding="utf-8")

    def wait_until_ready(self, names=SERVERS):
        until = time.monotonic() + READY_SECONDS
        waiting = set(names)
        while waiting:
            waiting = {name for name in waiting if '"node.ready"' not in self.log(name)}
            ended = [name for name in waiting if self.processes[name].poll() is not None]
            if ended or time.monotonic() > until:
                name = next(iter(ended or waiting))
                sys.exit(f"{name} does not start:\n{self.log(name)[-2000:]}")
            time.sleep(0.05)

    def stop(self):
        """Ends every process that runs; gives the exit codes."""
        for process in self.processes.values():
            if process.poll() is None:
                process.terminate()
        codes = {name: process.wait() for name, process in self.processes.items()}
        self.processes.clear()
        return codes

    def submissions(self):
        """The folders of the outbox, each with the names of its files."""
        return {folder: sorted(path.name for path in folder.iterdir())
                for folder in sorted((self.vault_folder / "outbox").glob("*-r*"))}
