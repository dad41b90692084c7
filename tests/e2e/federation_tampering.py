#!/usr/bin/env python3
"""Who is not in the charter, and what is not what was signed or approved, is refused with its code, and changes nothing.

usage: federation_tampering.py CANDOUR WORK_FOLDER

Callers with other certificates, a collection's folder, packages and manifests in the outbox, a package of before, and the
lake. Each has its control: what was not tampered with goes.
"""
import re
import shutil
import ssl
import sys
import urllib.error
import urllib.request

import unsealed
from federation_judge import A, B, FaultTest, expect, new_test, until
from federation_of import flip_bit, init_federation, loopback_addresses, tree
from provider import OK, PERIOD, REFUSED

SLICES = {code: f"v1/providers/{code}/slices/rtt-waiting-list/clock_stops?period={PERIOD}" for code in (A, B)}


class Tampering(FaultTest):
    def all(self):
        return self.run([self.strangers, self.wrong_identity, self.collection_changed, self.packages, self.replayed, self.lake])

    def call(self, server, machine, path, home=None):
        """A request with the certificate of a machine; gives the status and body, or the refusal of the connection."""
        own = (home or self.fed.home) / machine
        key = self.folder / "client-key.pem"
        key.write_bytes(unsealed.load(own / "keys/tls.sealed", own / "operator.key"))
        context = ssl.create_default_context(cafile=self.fed.home / "hub/ca.pem")
        context.check_hostname = False
        context.load_cert_chain(own / "certificate.pem", key)
        key.unlink()
        address = re.search(r'^listen = "(.+)"$', (server.folder / "node.toml").read_text(), re.MULTILINE)[1]
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context))
        try:
            with opener.open(f"https://{address}/{path}", timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except (urllib.error.URLError, ssl.SSLError, OSError) as error:
            return None, str(error)

    def strangers(self):
        fed = self.fed
        status, body = self.call(fed.hub, fed.machine_of[A], SLICES[A])
        self.judge.say("control: a machine of the charter is answered", expect(
            (status == 200 and f'"revision":{fed.revision(A)}' in body, f"{status} {body}")))
        status, body = self.call(fed.hub, fed.machine_of[A], SLICES[B])
        self.judge.say("a machine that asks for another's organisation is refused", expect(
            (status == 403 and "CND-2463" in body, f"{status} {body}")))
        foreign = self.folder / "foreign"
        init_federation(self.candour, foreign, {A: "machine-1"}, (256, 256), loopback_addresses())
        for server, path in ((fed.hub, SLICES[A]), (fed.guardians[0], "v1/evaluate")):
            asked = len(server.events("request.refused"))
            for name, machine, home in (("of the authority that is not in the charter", "stranger", fed.home),
                                        ("of a guardian, which is no provider", "guardian-2", fed.home),
                                        ("of another authority", "machine-1", foreign)):
                status, body = self.call(server, machine, path, home)
                # A guardian may read the log; for what a provider asks it is nobody.
                is_of_charter = machine == "guardian-2"
                self.judge.say(f"{server.name}: a certificate {name} is refused", expect(
                    (status in (403, 405) if is_of_charter else status is None and "ALERT" in body.upper(),
                     f"{status} {body}")))
            # The caller may know of it before the line is written.
            until(lambda: len(server.events("request.refused")) >= asked + 3, f"{server.name} says in its log that it refused")
            self.judge.say(f"{server.name} says in its log that it refused", [])

    def wrong_identity(self):
        """A machine with the certificate and keys of another, under which the charter does not know its organisation."""
        config = self.fed.home / self.fed.machine_of[A] / "node.toml"
        text = config.read_text()
        config.write_text(re.sub(r'^(certificate|keys|key_file) = "', r'\1 = "../stranger/', text, flags=re.MULTILINE))
        before, flow = self.fed.revision(A), self.fed.send_of(A)
        config.write_text(text)
        self.judge.say("an organisation whose certificate the charter does not know sends nothing", expect(
            (flow.code == REFUSED, f"exit {flow.code}"), ("CND-2452" in flow.codes(), f"{flow.codes()}"),
            (self.fed.revision(A) == before, "the hub stored something")))

    def collection_changed(self):
        fed, path = self.fed, self.fed.collection / "collection.toml"
        whole, before = path.read_bytes(), self.fed.revision(A)
        fed.change(A)
        path.write_bytes(whole + b"# A word more.\n")
        flow = fed.send_of(A)
        self.stopped("a collection's folder that was changed: nothing goes", A, flow, ["CND-2025"], before)
        path.write_bytes(whole)
        self.received("with the folder that was approved it goes", A, fed.send_of(A))

    def packages(self):
        fed = self.fed
        for name, spoil, code in (
                ("one bit of a package changed", flip_bit, "CND-2215"),
                ("a package cut", lambda path: path.write_bytes(path.read_bytes()[:-100]), "CND-2214"),
                ("one bit of the guardians' attestations changed", lambda path: flip_bit(path.parent / "batches.jsonl"), "CND-2215"),
                ("one bit of the manifest changed", lambda path: flip_bit(path.parent / "manifest.dsse", 400), "CND-2003")):
            before, folder = fed.revision(A), fed.interrupted(A)
            spoil(folder / "package.sealed")
            flow = fed.send_of(A)
            self.stopped(f"{name}: refused", A, flow, [], before,
                         (code in flow.codes(), f"no {code}, but {flow.codes()}"))
            # What the hub looked at and refused is given up by itself; what did not arrive as it was signed is not.
            self.candour.try_run("submission", "abandon", folder)
            self.received(f"{name}: planned anew it goes", A, fed.send_of(A))
        fed.interrupted(A)
        self.received("control: a submission that was only interrupted goes on", A, fed.send_of(A))

    def replayed(self):
        fed = self.fed
        folder = fed.interrupted(A)
        shutil.copytree(folder, self.folder / "signed-before")
        self.candour.run("submission", "abandon", folder)
        self.received("another submission of the same revision goes instead", A, fed.send_of(A))
        after, kept = fed.revision(A), tree(folder)
        shutil.rmtree(folder)
        shutil.copytree(self.folder / "signed-before", folder)
        flow = fed.send_of(A)
        self.stopped("a package of before, which would replace what is no longer there: refused", A, flow, ["CND-2224"], after)
        shutil.rmtree(folder)
        for name, content in kept.items():
            folder.mkdir(exist_ok=True)
            (folder / name).write_bytes(content)
        status = fed.status()[A, PERIOD]["refusal"]
        self.judge.say("the hub's status says why", expect((status == "CND-2224", f"it says {status}")))
        self.received("control: the revision after it goes", A, self.changed(A))

    def lake(self):
        """Who makes a release reads nothing but what the lake's log names."""
        fed = self.fed
        parquet = fed.lake() / fed.held()[A, PERIOD]["path"]
        entries = sorted((fed.lake() / "_delta_log").glob("*.json"))
        self.tampered("a bit of a lake's file changed", parquet, flip_bit, ["CND-2305"])
        self.tampered("a lake's file cut", parquet, lambda path: path.write_bytes(path.read_bytes()[:-1]), ["CND-2305"])
        self.tampered("a lake's file exchanged for an older one of the slice", parquet,
                      lambda path: shutil.copy(self.older_file(parquet), path), ["CND-2305"])
        self.tampered("a number in an entry of the lake's log changed", entries[-1], self.one_row_more,
                      ["CND-2301", "CND-2305", "CND-2308", "CND-2309"])
        self.tampered("an entry of the lake's log removed", entries[2], lambda path: path.unlink(), ["CND-2302"])
        self.judge.say("control: the lake as it is makes a release", expect(
            (fed.release_of_lake(self.folder / "release").code == OK, "it does not")))

    def older_file(self, newest):
        """One with other rows: the same rows are the same bytes."""
        return next(path for path in sorted(newest.parent.iterdir()) if path.read_bytes() != newest.read_bytes())

    def one_row_more(self, path):
        text = path.read_text()
        path.write_text(re.sub(r'numRecords\\":(\d+)', lambda found: f'numRecords\\":{int(found[1]) + 1}', text))

    def tampered(self, name, path, spoil, codes):
        whole = path.read_bytes()
        spoil(path)
        done = self.fed.release_of_lake(self.folder / "refused-release" / name)
        path.write_bytes(whole)
        found = re.search(r"^(CND-\d{4})", done.err, re.MULTILINE)
        found = found[1] if found else ""
        made = (self.folder / "refused-release" / name).exists()
        self.judge.say(f"{name}: no release", expect((found in codes, f"{found} instead of {codes}"), (not made, "it was made")) +
                       self.judge.error(done, found))


if __name__ == "__main__":
    sys.exit(new_test(Tampering, *sys.argv[1:]).all())
