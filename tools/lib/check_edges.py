"""Includes against tools/edges.txt, and the graph itself against what it must never hold."""

import re

from sources import Finding, is_cpp, is_test, line_of, without_comments

# What begins a third-party include, and the part of tools/edges.txt that it belongs to.
PART_OF = {
    "sodium": "sodium", "toml++/": "tomlplusplus", "boost/json": "boost_json", "boost/": "boost_beast",
    "openssl/": "openssl", "ctemplate/": "ctemplate", "md4c": "md4c", "CLI/": "cli11", "duckdb": "duckdb",
    "sqlite3": "sqlcipher", "zstd": "zstd",
}
TEST_PARTS = ("doctest", "rapidcheck", "valgrind")
# Headers of C, POSIX and the processor. A header of C++ has no dot in its name.
SYSTEM = re.compile(
    r"^(sys/|linux/|netinet/|arpa/)|^(dirent|dlfcn|errno|fcntl|limits|netdb|poll|pthread|pwd|signal|stdio|stdlib|string|"
    r"termios|time|unistd|sched|malloc|[a-z]mmintrin)\.h$")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:"([^"\n]*)"|<([^>\n]*)>)', re.MULTILINE)

# architecture.md: what counts and publishes has no way to what names people; nobody but the roles sees the network.
PUBLISHES = ("lake", "measure", "disclosure", "release")
NAMES_PEOPLE = ("vault", "intake", "minimise")
SEES_NETWORK = ("net", "node", "cli")


def read_edges(text):
    """edges.txt as {module: (modules, parts)}."""
    edges = {}
    for line in text.splitlines():
        if re.match(r"[a-z]", line):
            name, modules, parts = (field.split() for field in line.split("|"))
            edges[name[0]] = (set(modules), set(parts))
    return edges


def reachable(edges, start):
    seen, todo = set(), list(edges.get(start, (set(), set()))[0])
    while todo:
        module = todo.pop()
        if module not in seen:
            seen.add(module)
            todo.extend(edges.get(module, (set(), set()))[0])
    return seen


def check_graph(edges, path="tools/edges.txt"):
    for module, (uses, _) in edges.items():
        for unknown in sorted(uses - edges.keys()):
            yield Finding(path, 0, f"{module} may use {unknown}, which has no line")
        beyond = reachable(edges, module)
        if module in beyond:
            yield Finding(path, 0, f"{module} reaches itself")
        if module in PUBLISHES:
            for forbidden in sorted(beyond & set(NAMES_PEOPLE)):
                yield Finding(path, 0, f"{module} reaches {forbidden}: what publishes must not see who is who")
        if module not in SEES_NETWORK and "net" in beyond:
            yield Finding(path, 0, f"{module} reaches net: only node and cli see the network")


def part_of(header):
    """The third-party part that a <header> belongs to; "" for the standard's, None for one that nobody knows."""
    for test_part in TEST_PARTS:
        if header.startswith(test_part):
            return test_part
    for start, part in PART_OF.items():
        if header.startswith(start):
            return part
    return "" if "." not in header or SYSTEM.search(header) else None


def check_quoted(name, module, header, edges):
    """What is wrong with including "header" from a file of `module` (None: outside src), or None."""
    if not header.startswith("candour/") or ".." in header:
        return f'"{header}": a quoted include begins with candour/, so that the include roots decide'
    other = header.split("/")[1]
    if other == "testing":
        return None if is_test(name) else f'"{header}": only tests include it'
    if module is not None and other != module and other not in edges[module][0]:
        return f'"{header}": tools/edges.txt does not let {module} use {other}'
    return None


def check_angled(name, module, header, edges):
    part = part_of(header)
    if header.startswith("candour/"):
        return f"<{header}>: a header of ours is included in quotes"
    if part is None:
        return f"<{header}>: neither the standard's nor of a part that tools/lib/check_edges.py knows"
    if part in TEST_PARTS:
        return None if is_test(name) else f"<{header}>: only tests include it"
    if part and module is not None and part not in edges[module][1]:
        return f"<{header}>: tools/edges.txt does not give {part} to {module}"
    return None


def check_includes(files, edges):
    """`files` is {path: text}."""
    for name, text in files.items():
        if not is_cpp(name):
            continue
        module = name.split("/")[1] if name.startswith("src/") else None
        if module is not None and module not in edges:
            yield Finding(name, 0, f"tools/edges.txt has no line for {module}")
            continue
        code = without_comments(text)
        for match in INCLUDE.finditer(code):
            if match[1] is not None:
                wrong = check_quoted(name, module, match[1], edges)
            else:
                wrong = check_angled(name, module, match[2], edges)
            if wrong:
                yield Finding(name, line_of(code, match.start()), wrong)


def check(files):
    edges = read_edges(files["tools/edges.txt"])
    yield from check_graph(edges)
    yield from check_includes(files, edges)
