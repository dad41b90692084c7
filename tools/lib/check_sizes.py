"""Files and functions that are too long to read.

Functions are found by their braces: at namespace or class level, a brace whose head has parentheses opens one.
"""

import re

from sources import Finding, code_only, is_cpp, line_of

FILE_MOST, FILE_ASK, FUNCTION_MOST = 800, 400, 70
COUNTED = (".h", ".cpp", ".ts", ".js", ".mjs", ".sql", ".py", ".sh", ".cmake", ".scss")
CONTAINER = re.compile(r"^(?:\[\[[^\]]*\]\]|inline|static|export|typedef|\s)*(?:namespace|class|struct|union|enum|extern)\b")


def _without_template(head):
    """Drops leading `template <…>`, whose parameters may say `class`."""
    while match := re.match(r"\s*template\s*<", head):
        depth, at = 1, match.end()
        while at < len(head) and depth:
            depth += {"<": 1, ">": -1}.get(head[at], 0)
            at += 1
        head = head[at:]
    return head


def _closing(code, start):
    depth = 0
    for at in range(start, len(code)):
        if code[at] == "{":
            depth += 1
        elif code[at] == "}":
            depth -= 1
            if depth == 0:
                return at
    return len(code) - 1


def functions(text):
    """Yields (first line, last line, head) of every function, lambdas inside another one not counted."""
    code = re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", lambda m: re.sub(r"[^\n]", " ", m[0]), code_only(text), flags=re.M)
    at = head_start = 0
    while at < len(code):
        character = code[at]
        if character in ";}":
            head_start = at + 1
        elif character == "{":
            raw = code[head_start:at]
            head = _without_template(raw).strip()
            head = re.sub(r"^(?:public|private|protected)\s*:\s*", "", head)
            if CONTAINER.match(head):
                head_start = at + 1
            else:
                end = _closing(code, at)
                following = code[end + 1:end + 200].lstrip()[:1]
                assigned = "=" in re.sub(r"operator\s*[^\s(]+|\([^()]*\)|[<>=!]=", "", head)
                if "(" in head and following not in (",", "{") and (not assigned or "[" in head):
                    first = head_start + len(raw) - len(raw.lstrip())
                    yield line_of(code, first), line_of(code, end), " ".join(head.split())
                    head_start = end + 1
                elif following not in (",", "{"):
                    head_start = end + 1
                at = end
        at += 1


def check(files, warn=print):
    for name, text in files.items():
        if name.endswith(COUNTED) or name.startswith("tools/"):
            lines = text.count("\n")
            if lines > FILE_MOST:
                yield Finding(name, 0, f"{lines} lines; {FILE_MOST} at most")
            elif lines > FILE_ASK and is_cpp(name):
                warn(f"  {name}: {lines} lines: is it two things?")
        if is_cpp(name):
            for first, last, head in functions(text):
                if last - first + 1 > FUNCTION_MOST:
                    yield Finding(name, first, f"{last - first + 1} lines; {FUNCTION_MOST} at most: {head[:80]}")
