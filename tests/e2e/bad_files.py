#!/usr/bin/env python3
"""Files as hospitals should not send them: each is refused with place, rule and remedy, and nothing is half applied.

usage: bad_files.py CANDOUR WORK_FOLDER
"""
import json
import pathlib
import shutil
import sys

from provider import COLLECTION, OK, PERIOD, REFUSED, Candour, Provider, synthesise
from judge import PATIENT, TITLES, Judge, cells, record

CODE = "DTT"
PEAK_KIB = 256 * 1024
HEADER = ",".join(TITLES) + "\r\n"


def header(*changed):
    """The header after edits: each takes and gives the list of titles."""
    titles = list(TITLES)
    for edit in changed:
        edit(titles)
    return ",".join(titles) + "\r\n"


def whole_file_cases(good):
    """Name, content, code, place, more options."""
    yield "UTF-16 with a mark", (HEADER + good).encode("utf-16"), "CND-1108", "{file}", []
    yield "UTF-16 without a mark", (HEADER + good).encode("utf-16-le"), "CND-1102", "line 1", []
    yield "an empty file", b"", "CND-1101", "{file}", []
    yield "only a byte order mark", b"\xef\xbb\xbf", "CND-1101", "{file}", []
    yield "a header and no --nil", HEADER.encode(), "CND-1106", "{file}", []
    yield "rows although --nil", (HEADER + record()).encode(), "CND-1107", "line 2", ["--nil"]
    yield "no header", (record() + good).encode(), "CND-1102", "line 1", []
    yield "a column twice", (header(lambda t: t.append(t[12])) + good).encode(), "CND-1103", TITLES[12], []
    yield "a column missing", (header(lambda t: t.pop(12)) + good).encode(), "CND-1104", TITLES[12], []
    yield "an unknown column", (header(lambda t: t.append("SHOE SIZE")) + good).encode(), "CND-1105", "SHOE SIZE", []
    yield "a header inside quotes that do not close", b'"' + HEADER.encode(), "CND-1102", "line 1", []
    yield "another separator", (HEADER + good).replace(",", ";").encode(), "CND-1102", "line 1", []
    yield "a million columns", b"," * 1_000_000 + b"\r\n" + record().encode(), "CND-1109", "{file}", []


def row_cases():
    """Name, the bytes of the row, code."""
    row = record().encode()
    yield "a byte that Windows-1252 does not have", row.replace(b"LPETRO", b"L\x81ETRO"), "CND-1218"
    yield "a field too few", ",".join(cells()[:-1]).encode() + b"\r\n", "CND-1220"
    yield "a field too many", row.replace(b"\r\n", b",UNSPEAKABLE\r\n"), "CND-1220"
    yield "a quotation mark inside a field", row.replace(b"LPETRO", b'L"PETRO'), "CND-1220"
    yield "text after a closing quotation mark", row.replace(b"LPETRONELLA7", b'"LPETRO"NELLA7'), "CND-1220"
    yield "a line end inside a field", row.replace(b"LPETRONELLA7", b'"LPETRO\nNELLA7"'), "CND-1217"
    yield "a NUL", row.replace(b"LPETRO", b"L\0PETRO"), "CND-1220"
    yield "29 February of a common year", record(birth_date="2023-02-29").encode(), "CND-1202"
    yield "a date that stands for none", record(birth_date="1900-01-01").encode(), "CND-1203"
    yield "a date after the period", record(clock_start="2025-12-01").encode(), "CND-1205"
    yield "an NHS number with a letter", record(nhs_number="99947l1009").encode(), "CND-1210"
    yield "an NHS number with a wrong check digit", record(nhs_number="9994711001").encode(), "CND-1211"
    yield "an NHS number that is a filler", record(nhs_number="9999999999").encode(), "CND-1212"
    yield "another organisation's row", record(provider="RBV").encode(), "CND-1214"
    yield "a postcode that is none", record(postcode="UNSPEAKABLE").encode(), "CND-1215"
    yield "a code that is not in its list", record(gender="UNSPEAKABLE").encode(), "CND-1208"
    yield "a text that is too long", record(local_patient_id="UNSPEAKABLE" * 10).encode(), "CND-1216"
    yield "a value missing", record(birth_date="").encode(), "CND-1201"
    yield "a clock that stops before it starts", record(clock_start="2025-09-20").encode(), "CND-1204"
    yield "an empty line between rows", b"\r\n" + row, "CND-1220"


def kept_cases():
    """Rows that look odd and are right: name, bytes, and a value as the vault must hold it."""
    number = PATIENT["nhs_number"]
    spaced = f" {number[:3]} {number[3:6]} {number[6:]} "
    yield "an NHS number with spaces", record(nhs_number=spaced).encode(), f"  {number} "
    yield "29 February of a leap year", record(birth_date="29/02/2024").encode(), "  2024-02-29 "
    yield "separators and quotes in a field", record().encode().replace(b"LPETRONELLA7", b'"L,""P"""'), '  L,"P" '
    yield "Windows-1252", record().encode().replace(b"LPETRO", b"L\xc9TRO"), "  LÉTRONELLA7 "
    yield "UTF-8 with a mark", record().encode().replace(b"LPETRO", "LÉTRO".encode()), "  LÉTRONELLA7 "


class Files:
    def __init__(self, candour, folder):
        self.candour, self.folder, self.judge = candour, folder, Judge(candour)
        files = synthesise(candour, folder, [CODE])
        self.good = (files / "sources" / f"{CODE}.csv").read_bytes().split(b"\r\n", 1)[1].decode()
        self.rows = self.good.count("\r\n")
        self.provider = Provider(candour, folder / "provider", files, CODE).make()
        self.provider.load(files / "sources" / f"{CODE}.csv")

    def state(self, provider=None):
        provider = provider or self.provider
        return provider.account(), provider.holds()

    def file(self, *content):
        path = self.folder / "extract.csv"
        with open(path, "wb") as file:
            file.writelines(content)
        return path

    def validate(self, path, *more):
        return self.candour.try_run("validate", COLLECTION, path, "--submitter", CODE, "--period", PERIOD, "--json",
                                    *more)

    def load(self, path, *more, provider=None):
        return self.candour.try_run(*(provider or self.provider).load_words(path, "--json", *more))

    def refused_whole(self, name, path, code, place, more=()):
        before = self.state()
        place = place.format(file=path.name)
        faults = []
        for done in (self.validate(path, *more), self.load(path, *more)):
            faults += self.judge.error(done, code, place)
            if done.peak_kib > PEAK_KIB:
                faults.append(f"peak memory {done.peak_kib // 1024} MiB")
        self.judge.say(f"{name}: {code}", faults + self.judge.unchanged(before, self.state()))

    def copied(self, name):
        shutil.rmtree(self.folder / name, ignore_errors=True)
        shutil.copytree(self.provider.folder, self.folder / name)
        return self.provider.moved_to(self.folder / name)

    def refused_row(self, name, row, code):
        """The bad row stands between good ones, which are kept; it goes into quarantine once."""
        path = self.file(HEADER.encode(), self.good.encode(), row, record(pathway_id="P-AFTER-IT").encode(),
                         self.good.replace(",P0", ",Q0").encode())
        provider = self.copied("row")
        done = self.validate(path)
        faults = self.judge.refused(done, json.loads(done.out)[0], code, self.rows + 2)
        done = self.load(path, provider=provider)
        report = json.loads(done.out)[0]
        faults += self.judge.refused(done, report, code, self.rows + 2)
        held, quarantined = provider.holds()
        if report["rows_refused"] != 1 or held.total() != report["rows_accepted"] or quarantined.total() != 1:
            faults.append(f"{report['rows_refused']} refused, {held.total()} kept, {quarantined.total()} in quarantine")
        self.judge.say(f"{name}: {code}", faults)

    def kept_row(self, name, row, value):
        mark = b"\xef\xbb\xbf" if "mark" in name else b""
        path, provider = self.file(mark, HEADER.encode(), self.good.encode(), row), self.copied("row")
        done = self.load(path, provider=provider)
        shown = self.candour.run("minimise", "show", COLLECTION, "--period", PERIOD, *provider.keys,
                                 *provider.reference, "--rows", 1000).out
        faults = [] if done.code == OK and value in shown else [f"exit {done.code}, {value!r} is not in the vault"]
        self.judge.say(f"{name}: kept", faults + self.judge.names_the_patient(done.err + done.out))

    def cut(self):
        """Cut anywhere inside its last row, a file changes nothing; after it, the row is there."""
        last, before = record().encode(), self.state()
        faults = []
        for left in (1, len(last) // 3, len(last) // 2, len(last) - 4):
            path = self.file(HEADER.encode(), self.good.encode(), last[:left])
            done = self.load(path)
            report = json.loads(done.out)[0]
            if done.code != REFUSED or not report["may_be_cut_off"] or "cut off" not in done.err:
                faults.append(f"after {left} bytes of the row: exit {done.code}, {done.err[-200:]}")
            faults += self.judge.names_the_patient(done.err + done.out)
        self.judge.say("a file cut in the middle", faults + self.judge.unchanged(before, self.state()))

    def many_errors(self):
        before = self.state()
        path = self.file(HEADER.encode(), *(record(pathway_id=f"P{i}", birth_date="").encode() for i in range(10_001)))
        done = self.load(path)
        report = json.loads(done.out)[0]
        faults = self.judge.refused(done, report, "CND-1201", 10_001)
        if (len(report["problems"]), report["problems_left_out"], report["refused_whole"]) != (10_000, 1, True):
            faults.append(f"{len(report['problems'])} problems, {report['problems_left_out']} left out")
        if sum(rule["rows"] for rule in report["rules"] if rule["level"] == "error") != 10_001:
            faults.append("the rules do not count 10,001 rows")
        self.judge.say("10,001 errors", faults + self.judge.unchanged(before, self.state()))

    def long_line(self):
        """Far longer than the memory that intake may take: as the header, and as a row."""
        piece = b"UNSPEAKABLE" * 95_000
        path = self.file(*[piece] * 300)
        self.refused_whole(f"a header line of {path.stat().st_size >> 20} MiB", path, "CND-1102", "line 1")
        path = self.file(HEADER.encode(), self.good.encode(), *[piece] * 300, b"\r\n", record().encode())
        before, done = self.state(), self.validate(path)
        faults = self.judge.refused(done, json.loads(done.out)[0], "CND-1220", self.rows + 2)
        if done.peak_kib > PEAK_KIB:
            faults.append(f"peak memory {done.peak_kib // 1024} MiB")
        self.judge.say(f"a row of {path.stat().st_size >> 20} MiB: CND-1220, {done.peak_kib // 1024} MiB of memory",
                       faults + self.judge.unchanged(before, self.state()))
        path.unlink()


def main(program, folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    files = Files(Candour(program, folder / "scratch"), folder)
    files.judge.control()
    for name, content, code, place, more in whole_file_cases(files.good):
        files.refused_whole(name, files.file(content), code, place, more)
    for case in row_cases():
        files.refused_row(*case)
    for case in kept_cases():
        files.kept_row(*case)
    files.cut()
    files.many_errors()
    files.long_line()
    print(f"{files.judge.checked} kinds of bad file, {len(files.judge.wrong)} handled wrongly")
    return 1 if files.judge.wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], pathlib.Path(sys.argv[2]).resolve()))
