#!/usr/bin/env python3
"""What surrounds the files: disk, folders, keys, locks, collections, counts. Each fault is named and changes nothing.

usage: bad_surroundings.py CANDOUR WORK_FOLDER

A full and a read-only disk are file systems in memory, which only root may mount: for others those are skipped.
"""
import contextlib
import hashlib
import hmac
import json
import os
import pathlib
import pty
import shutil
import signal
import subprocess
import sys
import time

from provider import COLLECTION, ERROR, OK, REFUSED, Candour, Provider, synthesise
from judge import TITLES, Judge, record

CODE = "DTT"
VAULT_FORMAT = 4  # docs/reference/formats/vault.md


@contextlib.contextmanager
def mounted(folder, size):
    """A disk of its own, or None where it cannot be mounted."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "candour-test", folder]
    if os.getuid() != 0 or subprocess.run(command, capture_output=True).returncode != 0:
        yield None
        return
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def typed_on_a_terminal(words, lines):
    """The command's exit code and screen, where each of `lines` is typed when it asks for it."""
    child, terminal = pty.fork()
    if child == 0:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # a job in the background is born with it ignored
        os.execvp(words[0], words)
    screen = b""
    waiting = list(lines)
    with contextlib.suppress(OSError):  # the terminal's end is an error on Linux
        while piece := os.read(terminal, 4096):
            screen += piece
            if waiting and screen.endswith(b": "):
                os.write(terminal, waiting.pop(0))
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os.close(terminal)
    return status, screen.decode("utf-8", "replace")


class Surroundings:
    def __init__(self, candour, folder):
        self.candour, self.folder, self.judge = candour, folder, Judge(candour)
        self.files = synthesise(candour, folder, [CODE])
        self.source = self.files / "sources" / f"{CODE}.csv"
        self.provider = Provider(candour, folder / "provider", self.files, CODE).make()
        self.provider.load(self.source)
        self.big = folder / "big.csv"
        self.big.write_text(",".join(TITLES) + "\r\n" + "".join(record(pathway_id=f"P{i}") for i in range(20_000)),
                            encoding="utf-8", newline="")

    def state(self, provider=None):
        provider = provider or self.provider
        return provider.account(), provider.holds()

    def expect(self, name, code, place, *words, absent=None, **how):
        """A command that must end with this error, leave the vault as it is and not make what it would have made."""
        before = self.state()
        faults = self.judge.error(self.candour.try_run(*words, **how), code, str(place))
        if absent is not None and (absent.is_file() or any(path.is_file() for path in absent.rglob("*"))):
            faults.append(f"{absent} was begun")
        self.judge.say(f"{name}: {code}", faults + self.judge.unchanged(before, self.state()))

    def edited(self, name, file, old, new):
        """A copy of the collection in which one text of one file is another."""
        folder = self.folder / name / "rtt-waiting-list"
        shutil.copytree(COLLECTION, folder)
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text, (file, old)
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
        return folder

    def full_disk(self):
        name = "a full disk"
        with mounted(self.folder / "full", "2m") as disk:
            if disk is None:
                return self.judge.skip(name, "no file system can be mounted here")
            shutil.copytree(self.provider.folder, disk / "provider")
            provider = self.provider.moved_to(disk / "provider")
            before = self.state(provider)
            faults = self.judge.error(self.candour.try_run(*provider.load_words(self.big)), "CND-1003", "errno 28")
            faults += self.judge.unchanged(before, self.state(provider))
            provider.load(self.source)  # and with enough room it goes on as if nothing had been
            counts = self.folder / "full-counts"
            self.candour.run(*provider.count_words(counts / "waits" / CODE))
            fill(disk / "filler", 60_000)
            words = provider.release_words(counts, disk / "release")
            faults += self.judge.error(self.candour.try_run(*words), "CND-1003", "errno 28")
            if (disk / "release/release.json").exists():
                faults.append("release.json was stored")
            (disk / "filler").unlink()
            self.candour.run(*words)
            self.judge.say(f"{name}: CND-1003, and both commands go on when there is room", faults)

    def read_only_disk(self):
        name = "a read-only folder"
        with mounted(self.folder / "readonly", "8m") as disk:
            if disk is None:
                return self.judge.skip(name, "no file system can be mounted here")
            shutil.copytree(self.provider.folder, disk / "provider")
            provider = self.provider.moved_to(disk / "provider")
            subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
            self.expect(f"{name}, load", "CND-1004", "errno 30", *provider.load_words(self.source))
            self.expect(f"{name}, count", "CND-1004", "errno 30", *self.provider.count_words(disk / "counts"))
            self.expect(f"{name}, key", "CND-1004", "errno 30", "key", "new", disk / "key")
            subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
            self.judge.say(f"{name}: the vault is whole", self.judge.unchanged(self.state(), self.state(provider)))

    def two_loads(self):
        """The first is stopped while it has the vault, and goes on after the second was refused."""
        name = "two loads at once"
        for _ in range(20):
            shutil.rmtree(self.folder / "twice", ignore_errors=True)
            shutil.copytree(self.provider.folder, self.folder / "twice")
            provider = self.provider.moved_to(self.folder / "twice")
            lock = (provider.folder / "vault.db.lock").stat().st_ino
            first = self.candour.start(self.candour.command(*provider.load_words(self.big, "--part")),
                                       out=subprocess.DEVNULL, err=subprocess.DEVNULL)
            while first.poll() is None and not holds_lock(first.pid, lock):
                time.sleep(0.001)
            first.send_signal(signal.SIGSTOP)
            if first.poll() is None and holds_lock(first.pid, lock):
                break
            first.send_signal(signal.SIGCONT)
            first.wait()
        else:
            return self.judge.say(name, ["the first load was never caught"])
        done = self.candour.try_run(*provider.load_words(self.source))
        faults = self.judge.error(done, "CND-1503", "vault.db")
        first.send_signal(signal.SIGCONT)
        ended = first.wait()
        if ended != OK or provider.holds()[0].total() != 20_000 + self.provider.holds()[0].total():
            faults.append(f"the first ended with {ended} and {provider.holds()[0].total()} rows")
        self.judge.say(f"{name}: CND-1503 for the second, and the first is whole", faults)

    def keys(self):
        other, vault = self.folder / "other-key", self.provider.folder / "vault.db"
        self.candour.run("key", "new", other)
        words = ["load", COLLECTION, self.source, "--period", "2025-09", "--vault"]
        self.expect("another key", "CND-1501", "vault.db", *words, vault, "--key-file", other)
        self.expect("a key file that is none", "CND-1011", self.big, *words, vault, "--key-file", protected(self.big))
        shutil.copy(self.provider.folder / "key", self.folder / "open-key")
        (self.folder / "open-key").chmod(0o644)
        self.expect("a key that others may read", "CND-1012", "open-key", *words, vault, "--key-file",
                    self.folder / "open-key")
        self.expect("no key", "CND-1015", "", *words, vault)
        self.expect("no vault", "CND-1002", "nowhere.db", *words, self.folder / "nowhere.db", "--key-file", other)
        damaged = bytearray(vault.read_bytes())
        damaged[5000] ^= 1
        (self.folder / "damaged.db").write_bytes(damaged)
        self.expect("a damaged vault", "CND-1501", "damaged.db", *words, self.folder / "damaged.db", "--key-file",
                    self.provider.folder / "key")
        self.expect("a vault that is there already", "CND-1005", vault, *self.provider.new_words())

    def passphrase(self):
        vault = ["--vault", self.folder / "spoken.db", "--passphrase"]
        load = ["load", COLLECTION, self.source, "--period", "2025-09", *vault]
        self.candour.run("vault", "new", "--submitter", CODE, *vault, typed="correct horse\n")
        self.candour.run(*load, typed="correct horse\n", expect=(OK, REFUSED))
        self.expect("another passphrase", "CND-1501", "spoken.db", *load, typed="correct horsf\n")
        self.expect("an empty passphrase", "CND-1015", "", *load, typed="\n")
        shown = self.candour.run("vault", "show", COLLECTION, *vault, typed="correct horse\n").out
        self.judge.say("a passphrase opens its vault", [] if shown == self.provider.account() else [shown])
        self.expect("a passphrase of 1,025 bytes", "CND-1015", "1024", *load, typed="x" * 1025 + "\n")
        self.expect("a passphrase for a vault that is not there", "CND-1002", "nowhere.db", *load[:-2],
                    self.folder / "nowhere.db", "--passphrase", typed="correct horse\n",
                    absent=self.folder / "nowhere.db.salt")
        self.passphrase_on_a_terminal()

    def passphrase_on_a_terminal(self):
        vault = self.folder / "typed.db"
        words = self.candour.command("vault", "new", "--submitter", CODE, "--vault", vault, "--passphrase")
        faults = []
        status, screen = typed_on_a_terminal(words, [b"correct horse\n", b"correct horsf\n"])
        if status != ERROR or "CND-1015" not in screen or vault.exists():
            faults.append(f"two passphrases: {status} {screen}")
        status, screen = typed_on_a_terminal(words, [b"correct horse\n", b"correct horse\n"])
        if status != OK or not vault.exists() or "horse" in screen:
            faults.append(f"the same passphrase twice: {status} {screen}")
        in_shell = ["sh", "-c", 'trap : INT; "$@"; echo "ended with $?"; stty -a', "sh"]
        stopped = [*words[:-2], self.folder / "stopped.db", words[-1]]
        _, screen = typed_on_a_terminal([*in_shell, *map(str, stopped)], [b"corr\x03"])
        if "ended with 130" not in screen or "-echo " in screen or " echo " not in screen:
            faults.append(f"after Ctrl-C: {screen}")
        shown = self.candour.run("vault", "show", COLLECTION, "--vault", vault, "--passphrase", typed="correct horse\n").out
        if CODE not in shown:
            faults.append(shown)
        self.judge.say("a terminal is asked twice for a new vault's passphrase, and does not show it", faults)

    def newer_vault(self):
        name = "a vault of a newer version"
        if shutil.which("openssl") is None:
            return self.judge.skip(name, "there is no openssl")
        shutil.copytree(self.provider.folder, self.folder / "newer")
        newer = self.provider.moved_to(self.folder / "newer")
        key = bytes.fromhex((newer.folder / "key").read_text().strip())
        set_version(newer.folder / "vault.db", key, VAULT_FORMAT)
        faults = self.judge.unchanged(self.state(), self.state(newer))  # the tool of this test works
        set_version(newer.folder / "vault.db", key, VAULT_FORMAT + 1)
        for words in (newer.load_words(self.source), newer.count_words(self.folder / "newer-counts")):
            faults += self.judge.error(self.candour.try_run(*words), "CND-1502", f"version {VAULT_FORMAT + 1}, known {VAULT_FORMAT}")
        set_version(newer.folder / "vault.db", key, VAULT_FORMAT)
        self.judge.say(f"{name}: CND-1502", faults + self.judge.unchanged(self.state(), self.state(newer)))

    def collections(self):
        local, toml = "measures/waits.local.sql", "collection.toml"
        for name, file, old, new, code, place in (
                ("SQL outside the subset", local, "COUNT(*)", "APPROX_COUNT_DISTINCT(wait_days)", "CND-1402", local),
                ("SQL that reads a file", local, "rows AS r", "read_csv('/etc/passwd') AS r", "CND-1402", local),
                ("SQL that is two statements", local, "WITH s", "DROP TABLE rows; WITH s", "CND-1401", local),
                ("a measure that reads the NHS number", local, "SELECT r.submitter",
                 "SELECT r.nhs_number AS submitter", "CND-1403", local),
                ("a check that reads what is no field", toml, '"clock_start <= clock_stop"',
                 '"clock_start <= shoe_size"', "CND-1403", "clock-stops-after-it-starts"),
                ("an identifying field that would leave", toml, 'identifies = true\nminimise = "drop"',
                 'identifies = true\nminimise = "keep"', "CND-1306", "local_patient_id"),
                ("a key that is not known", toml, 'period = "month"', 'period = "month"\nshoes = 1', "CND-1010",
                 "shoes")):
            edited = self.edited(f"edited {name}", file, old, new)
            words = self.provider.load_words(self.source, collection=edited)
            self.expect(f"a collection with {name}", code, place, *words)
        words = self.provider.load_words(self.source, collection="nowhere")
        self.expect("a collection that is not there", "CND-1301", "nowhere", *words)

    def hub(self):
        counts, out = self.folder / "counts", self.folder / "release"
        place = counts / "waits" / CODE
        self.candour.run(*self.provider.count_words(place))
        ruled = self.edited("ruled", "release.toml", 'rule = "none"', 'rule = "hes-2018"')
        self.expect("a release rule other than none", "CND-1701", "hes-2018",
                    *self.provider.release_words(counts, out, collection=ruled), absent=out)
        other = self.edited("other", "about.md", "\n", "\n\n")
        self.expect("counts of another collection", "CND-1605", "manifest.json",
                    *self.provider.release_words(counts, out, collection=other), absent=out)
        manifest = json.loads((place / "manifest.json").read_text())
        for key, value in (("period", "2025-08"), ("submitter", "RBV"), ("rows", -1), ("counts_sha256", "0" * 64),
                           ("measure", "x"), ("salt", "")):
            (place / "manifest.json").write_text(json.dumps({**manifest, key: value}))
            self.expect(f"counts with another {key}", "CND-1605", place, *self.provider.release_words(counts, out),
                        absent=out)
        self.counts_that_are_none(place, manifest, self.provider.release_words(counts, out), out)
        (place / "manifest.json").write_text("{")
        words = self.provider.release_words(counts, out)
        self.expect("a manifest that is not JSON", "CND-1008", "", *words, absent=out)
        (place / "manifest.json").write_text(json.dumps(manifest))
        self.expect("counts that are there already", "CND-1005", place, *self.provider.count_words(place))
        self.provider.reference, reference = [], self.provider.reference
        words = self.provider.count_words(self.folder / "x")
        self.provider.reference = reference
        self.expect("no look-up", "CND-1603", "lsoa", *words, absent=self.folder / "x")
        self.candour.run(*self.provider.release_words(counts, out))
        self.expect("a release that is there already", "CND-1005", out, *self.provider.release_words(counts, out))
        words = ["release", "compare", out, "--with", self.source, "--collection", COLLECTION]
        self.expect("a publication of another shape", "CND-1703", "Provider Code", *words)
        self.expect("a folder for a file", "CND-1002", self.folder, *self.provider.load_words(self.folder))
        self.candour.environment["TMPDIR"] = str(self.folder / "nowhere")
        self.expect("no temporary folder", "CND-1004", "", *self.provider.release_words(counts, self.folder / "x"),
                    absent=self.folder / "x")


    def counts_that_are_none(self, place, manifest, words, out):
        """Counts whose digest is right, from a provider that does not mean well."""
        right = (place / "counts.csv").read_text()
        row = right.splitlines()[1].rsplit(",", 1)[0]
        for name, rows in (("a negative count", f"{row},-5\n"), ("a group twice", f"{row},1\n{row},2\n"),
                           ("a count above 10^12", f"{row},9223372036854775807\n")):
            text = right.splitlines()[0] + "\n" + rows
            (place / "counts.csv").write_text(text)
            digest = hashlib.sha256(text.encode()).hexdigest()
            (place / "manifest.json").write_text(json.dumps({**manifest, "counts_sha256": digest}))
            self.expect(f"counts with {name}", "CND-1605", f"submitter {CODE}, line", *words, absent=out)
        (place / "counts.csv").write_text(right)


def protected(path):
    path.chmod(0o600)
    return path


def fill(path, left):
    """Writes until the disk has only `left` bytes."""
    room = os.statvfs(path.parent)
    path.write_bytes(bytes(max(0, room.f_bavail * room.f_frsize - left)))


def holds_lock(process, inode):
    return any(f" {process} " in line and f":{inode} " in line for line in open("/proc/locks"))


def set_version(path, key, version):
    """Writes the version into the first page of an encrypted vault: docs/reference/formats/vault.md says how it lies
    there. Of the page of 4,096 bytes the first 16 are the salt, the last 80 an IV and an HMAC-SHA-512."""
    page = path.read_bytes()[:4096]
    salt, body, vector, tag = page[:16], page[16:-80], page[-80:-64], page[-64:]
    mac_key = hashlib.pbkdf2_hmac("sha512", key, bytes(byte ^ 0x3A for byte in salt), 2, 32)

    def cipher(direction, text):
        words = ["openssl", "enc", direction, "-aes-256-cbc", "-nopad", "-K", key.hex(), "-iv", vector.hex()]
        return subprocess.run(words, input=text, capture_output=True, check=True).stdout

    def tagged(text):
        return hmac.digest(mac_key, text + vector + (1).to_bytes(4, "little"), "sha512")

    assert tagged(body) == tag, "the page is not what this test takes it for"
    clear = bytearray(cipher("-d", body))
    clear[60 - 16:64 - 16] = version.to_bytes(4, "big")
    body = cipher("-e", bytes(clear))
    with open(path, "r+b") as file:
        file.write(salt + body + vector + tagged(body))


def main(program, folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    test = Surroundings(Candour(program, folder / "scratch"), folder)
    test.judge.control()
    for part in (test.full_disk, test.read_only_disk, test.two_loads, test.keys, test.passphrase, test.newer_vault,
                 test.collections, test.hub):
        part()
    print(f"{test.judge.checked} faults, {len(test.judge.wrong)} handled wrongly")
    return 1 if test.judge.wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], pathlib.Path(sys.argv[2]).resolve()))
