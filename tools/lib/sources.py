"""The repository's files as tools/check sees them, and C++ text without what is not code."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent

_TOKEN = re.compile(
    r"""//[^\n]*(?:\\\n[^\n]*)*          # a comment to the end of its line
      | /\*.*?\*/                        # a comment between marks
      | R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)"  # a raw string
      | "(?:\\.|[^"\\\n])*"              # a string
      | (?<![0-9a-fA-F])'(?:\\.|[^'\\\n])*'  # a character; 1'000 holds none
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, with its place. A line of 0 means the file as a whole."""

    path: str
    line: int
    text: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.text}" if self.line else f"{self.path}: {self.text}"


def tracked(root=ROOT):
    """All files that git knows or would add, as paths relative to the root; those removed are left out."""
    out = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root, check=True, capture_output=True).stdout.decode()
    return sorted(name for name in set(out.split("\0")) if name and (root / name).is_file())


def is_cpp(name):
    return name.endswith((".h", ".cpp"))


def is_test(name):
    """Programs that do not ship: they hold synthetic values only."""
    return name.startswith("tests/") or name.endswith(
        ("_test.cpp", "_testing.h", "_bench.cpp", "_timing.cpp", "_memcheck.cpp", "_fuzz.cpp"))


def _blank(text):
    return re.sub(r"[^\n]", " ", text)


def without_comments(text):
    """The same text, comments blanked; every offset and line stays."""
    return _TOKEN.sub(lambda m: _blank(m[0]) if m[0].startswith(("//", "/*")) else m[0], text)


def code_only(text):
    """The same text, comments, strings and characters blanked."""
    return _TOKEN.sub(lambda m: _blank(m[0]), text)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1
