"""A network of namespaces: each node alone in one, all on one bridge. A line between two can be cut, in both directions
or in one, lose some of what passes, or be slow. Root alone may make it."""
import os
import re
import shutil
import subprocess

FORWARD, BACK = "forward", "back"


def what_is_missing():
    """Why there can be no such network here; "" where it can be made."""
    if os.getuid() != 0:
        return "only root may make namespaces of the network"
    missing = [tool for tool in ("ip", "tc", "nft") if not shutil.which(tool)]
    if missing:
        return f"{', '.join(missing)} missing: apt-get install iproute2 nftables"
    name = f"candour-{os.getpid()}-probe"
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True, check=False)
    subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)
    return made.stderr.strip()


def run(*words):
    subprocess.run([str(word) for word in words], check=True, stdin=subprocess.DEVNULL)


def output_of(*words):
    return subprocess.run(words, check=True, stdin=subprocess.DEVNULL, capture_output=True, text=True).stdout


class Network:
    def __init__(self, names, prefix="10.77.0."):
        self.prefix = f"candour-{os.getpid()}-"
        self.hosts = {name: f"{prefix}{i}" for i, name in enumerate(names, 1)}
        self.namespaces = []

    def __enter__(self):
        try:
            self.make()
        except subprocess.CalledProcessError:
            self.__exit__()
            raise
        return self

    def make(self):
        bridge = self.add("bridge")
        run("ip", "-n", bridge, "link", "add", "bridge", "type", "bridge")
        run("ip", "-n", bridge, "link", "set", "bridge", "up")
        for name, host in self.hosts.items():
            own = self.add(name)
            run("ip", "-n", bridge, "link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", own)
            run("ip", "-n", bridge, "link", "set", name, "master", "bridge", "up")
            run("ip", "-n", own, "address", "add", f"{host}/24", "dev", "eth0")
            run("ip", "-n", own, "link", "set", "eth0", "up")
            run("ip", "-n", own, "link", "set", "lo", "up")

    def __exit__(self, *_):
        for namespace in self.namespaces:
            subprocess.run(["ip", "netns", "del", namespace], check=False)
        self.namespaces.clear()

    def add(self, name):
        run("ip", "netns", "add", self.prefix + name)
        self.namespaces.append(self.prefix + name)
        return self.prefix + name

    def inside(self, name):
        """The words before a command that make it run in a node's namespace."""
        return ["ip", "netns", "exec", self.prefix + name]

    def impatient(self, name):
        """The kernel gives up after seconds, not after a quarter of an hour, what nobody acknowledges."""
        for setting, times in (("tcp_retries2", 3), ("tcp_syn_retries", 1)):
            run(*self.inside(name), "sh", "-c", f"echo {times} >/proc/sys/net/ipv4/{setting}")

    def cut(self, one, other, directions=(FORWARD, BACK), percent=100):
        """What passes from `one` to `other` (forward) and back is lost, all or a part of it."""
        chance = "" if percent == 100 else f"numgen random mod 100 < {percent} "
        rules = ["add table ip cut"]
        for hook in ("input", "output"):
            rules.append(f"add chain ip cut {hook} {{ type filter hook {hook} priority 0; }}")
        if FORWARD in directions:
            rules.append(f"add rule ip cut output ip daddr {self.hosts[other]} {chance}counter drop")
        if BACK in directions:
            rules.append(f"add rule ip cut input ip saddr {self.hosts[other]} {chance}counter drop")
        run(*self.inside(one), "nft", "; ".join(rules))

    def slow(self, name, rate):
        run(*self.inside(name), "tc", "qdisc", "replace", "dev", "eth0", "root", "tbf", "rate", rate, "burst", "4kb",
            "latency", "2s")

    def lost(self):
        """How many packets the cuts have dropped."""
        return sum(int(count) for name in self.hosts for count in re.findall(
            r"counter packets (\d+)", output_of(*self.inside(name), "nft", "list", "ruleset")))

    def held_back(self, name):
        """How often a slow line made a packet wait."""
        shown = output_of(*self.inside(name), "tc", "-s", "qdisc", "show", "dev", "eth0")
        return int(re.search(r"overlimits (\d+)", shown)[1])

    def heal(self):
        for name in self.hosts:
            run(*self.inside(name), "nft", "add table ip cut; delete table ip cut")
            subprocess.run([*self.inside(name), "tc", "qdisc", "del", "dev", "eth0", "root"], check=False,
                           capture_output=True)
