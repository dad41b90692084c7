"""The error catalogue: every code that the program knows has a page, every page a use, and every page its form."""

import re
from pathlib import PurePosixPath

from sources import Finding, is_cpp, is_test, line_of, without_comments

PAGES = "docs/reference/errors/"
INDEX = PAGES + "index.md"
RANGES = {
    "10": "Environment and files", "11": "A source file as a whole", "12": "Rows of a source file",
    "13": "A collection's folder", "14": "SQL", "15": "The vault", "16": "Measures and counts", "17": "Releases",
    "18": "Synthesis and the demonstration", "19": "Network and site", "20": "Statements, charter and instructions",
    "21": "Pseudonyms and key ceremonies", "22": "Submissions", "23": "The lake", "24": "Nodes and their network",
    "25": "The log", "26": "Opt-outs, the public register, evidence",
}
CODE = re.compile(r'"(CND-\d{4})"')


def pages_of(files):
    return {PurePosixPath(name).stem: name for name in files if re.fullmatch(PAGES + r"CND-\d{4}\.md", name)}


def title_of(text):
    match = re.match(r"# (CND-\d{4}): (\S[^\n]*)\n", text)
    return (match[1], match[2]) if match else (None, None)


def check_page(name, code, text):
    if title_of(text)[0] != code:
        yield Finding(name, 1, f"the first line is '# {code}: title'")
    if code[4:6] not in RANGES:
        yield Finding(name, 0, f"no range begins with {code[4:6]}")
    remedy = re.search(r"\n## Remedy\n\n((?:[^\n]+\n?)+)", text)
    if not remedy:
        yield Finding(name, 0, "there is no '## Remedy' paragraph")
    elif len(re.findall(r"[.!?](?:\s|$)", re.sub(r"`[^`]*`", "", remedy[1]))) > 2:
        yield Finding(name, 0, "the first paragraph of the remedy has more than two sentences: a terminal shows it")
    if not text.partition("\n## Remedy")[0].partition("\n")[2].strip():
        yield Finding(name, 0, "there is no cause between title and remedy")


def index_of(files):
    """The text of the index page."""
    lines = ["# Errors", "", "Each has a page with its cause and remedy; `candour explain CODE` shows it in a terminal.",
             "`tools/check --fix` writes this list.", ""]
    pages = pages_of(files)
    for number, range_title in RANGES.items():
        codes = [code for code in sorted(pages) if code[4:6] == number]
        if codes:
            lines += [f"## {range_title}", ""]
            lines += [f"- [{code}]({code}.md): {title_of(files[pages[code]])[1]}" for code in codes]
            lines += [""]
    return "\n".join(lines).rstrip("\n") + "\n"


def check(files):
    pages = pages_of(files)
    for code, name in pages.items():
        yield from check_page(name, code, files[name])
    used = set()
    for name, text in files.items():
        if name.startswith("src/") and is_cpp(name) and not is_test(name):
            code_text = without_comments(text)
            for match in CODE.finditer(code_text):
                used.add(match[1])
                if match[1] not in pages:
                    yield Finding(name, line_of(code_text, match.start()), f"{match[1]} has no page in {PAGES}")
    for code in sorted(pages.keys() - used):
        yield Finding(pages[code], 0, "nothing in src uses this code")
    if files.get(INDEX) != index_of(files):
        yield Finding(INDEX, 0, "is not the list of the pages: tools/check --fix writes it")
