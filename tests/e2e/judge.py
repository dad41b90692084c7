"""What each refusal must be: an exit code, a code with a page, a place and a remedy; nothing changed; no patient named.

A test plants the patient below in its bad input. No value of hers may stand in an error, nor in a report as JSON.
"""
import re

from provider import COLUMNS, ERROR, REFUSED


def check_digit(nine):
    rest = 11 - sum(int(digit) * weight for digit, weight in zip(nine, range(10, 1, -1))) % 11
    return {11: "0", 10: None}[rest] if rest > 9 else str(rest)


NUMBER = next(nine + check_digit(nine) for nine in map(str, range(999471100, 999471199)) if check_digit(nine))
PATIENT = {
    "nhs_number": NUMBER, "nhs_number_status": "01", "local_patient_id": "LPETRONELLA7", "birth_date": "1911-11-11",
    "gender": "2", "ethnic_category": "A", "postcode": "ZZ7 4QQ", "provider": "DTT", "site": "DTT",
    "commissioner": "36L", "pathway_id": "PPETRONELLA7", "pathway_issuer": "DTT", "source_of_referral": "03",
    "priority": "1", "treatment_function": "101", "waiting_list_type": "ORTT", "referral_received": "2025-08-05",
    "clock_start": "2025-08-05", "clock_stop": "2025-09-16", "rtt_status": "30",
}
# Any spelling: with or without spaces, whole or as part of a longer value.
NEVER_SHOWN = re.compile(
    rf"{NUMBER[:3]} ?{NUMBER[3:6]} ?{NUMBER[6:]}|PETRONELLA|1911-11-11|11/11/1911|19111111|ZZ7 ?4QQ|UNSPEAKABLE", re.I)
TITLES = list(COLUMNS.values())


def cells(**changed):
    """The patient's row as cells in the order of the columns; a field may be changed."""
    return [{**PATIENT, **changed}.get(field, "") for field in COLUMNS]


def record(**changed):
    return ",".join(cells(**changed)) + "\r\n"


class Judge:
    """Collects what is wrong with refusals, and says what was checked."""

    def __init__(self, candour):
        self.candour, self.pages, self.wrong, self.checked = candour, {}, [], 0

    def say(self, name, faults):
        self.checked += 1
        self.wrong += [name] if faults else []
        print(f"{'BAD' if faults else 'ok '} {name}{': ' if faults else ''}{'; '.join(faults)}", flush=True)

    def skip(self, name, why):
        print(f"--  {name}: skipped, {why}", flush=True)

    def has_page(self, code):
        if code not in self.pages:
            done = self.candour.try_run("explain", code)
            self.pages[code] = done.code == 0 and code in done.out and "emedy" in done.out
        return self.pages[code]

    def error(self, done, code, place=""):
        """What is wrong with a command that had to end with this error, which names this place."""
        text = "\n".join(line for line in done.err.splitlines() if not line.startswith(("Checking ", "synthesise")))
        found = re.search(r"^(CND-\d{4}): (.+)\n((?:  .*\n?)+)\Z", text, re.MULTILINE)
        if done.code != ERROR or not found:
            return [f"exit {done.code} instead of 1 and {code}: {done.err[-300:]}"]
        faults = [] if found[1] == code else [f"{found[1]} instead of {code}"]
        *places, remedy = found[3].strip("\n").splitlines()
        if not re.search(rf"\S.*\.  candour explain {found[1]}$", remedy):
            faults.append(f"no remedy in {remedy!r}")
        if place not in "\n".join(places):
            faults.append(f"{place!r} is not in {places}")
        if not self.has_page(found[1]):
            faults.append(f"{found[1]} has no page")
        return faults + self.names_the_patient(done.err + done.out)

    def refused(self, done, report, code, line):
        """What is wrong with a report that had to refuse the row at this line by the rule of this code."""
        faults = [] if done.code == REFUSED else [f"exit {done.code} instead of 3: {done.err[-300:]}"]
        if not any(p["code"] == code and p["line"] == line and p["level"] == "error" for p in report["problems"]):
            faults.append(f"no {code} at line {line}, but {[(p['code'], p['line']) for p in report['problems'][:5]]}")
        for rule in report["rules"]:
            if not self.has_page(rule["code"]) or not rule["message"]:
                faults.append(f"{rule['code']} has no page or no message")
        return faults + self.names_the_patient(done.err + done.out)

    def names_the_patient(self, text):
        found = NEVER_SHOWN.search(text)
        return [f"the patient's {found[0]!r} is shown"] if found else []

    def unchanged(self, before, after):
        return [] if before == after else ["the vault is not as it was"]

    def control(self):
        """The judge must find a patient who is named, and a vault that changed."""
        named = all(self.names_the_patient(text) for text in (record(), NUMBER[:3] + " " + NUMBER[3:6] + NUMBER[6:]))
        self.say("control: a named patient and a changed vault are found",
                 [] if named and self.unchanged(1, 2) and not self.names_the_patient("line 3") else ["not found"])
