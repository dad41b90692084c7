"""Links inside Markdown: the file exists, and so does the heading."""

import posixpath
import re

from sources import Finding, line_of

LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")
CODE = re.compile(r"^(```|~~~).*?^\1[^\n]*$|`[^`\n]*`", re.DOTALL | re.MULTILINE)


def prose(text):
    """The text with code blanked, so that an example is no link and a shell comment no heading."""
    return CODE.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), text)


def anchors(text):
    """The headings' anchors, as GitHub makes them."""
    found = set()
    for heading in re.findall(r"^#{1,6} +(.+?) *#*$", CODE.sub(lambda m: m[0] if "\n" not in m[0] else "", text), re.M):
        slug = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        number, name = 0, slug
        while name in found:
            number += 1
            name = f"{slug}-{number}"
        found.add(name)
    return found


def check(files):
    folders = {posixpath.dirname(name) for name in files}
    folders |= {parent for folder in folders for parent in _parents(folder)}
    for name, text in files.items():
        if not name.endswith(".md"):
            continue
        plain = prose(text)
        for match in LINK.finditer(plain):
            target, _, anchor = match[1].partition("#")
            if re.match(r"[a-z][a-z+.-]*:", target):
                continue
            path = posixpath.normpath(posixpath.join(posixpath.dirname(name), target)) if target else name
            line = line_of(plain, match.start())
            if path not in files and path not in folders:
                yield Finding(name, line, f"{match[1]}: there is no {path}")
            elif anchor and path.endswith(".md") and anchor not in anchors(files[path]):
                yield Finding(name, line, f"{match[1]}: {path} has no such heading")


def _parents(folder):
    while folder:
        folder = posixpath.dirname(folder)
        yield folder
