"""The canary's patients: values that no other data can contain, in every spelling that a leak might have, and one
search for all of them at once."""
import array
import base64
import ctypes
import datetime
import errno
import hashlib
import os
import random
import re
import struct
from collections import Counter, defaultdict

from judge import PATIENT, check_digit

OVERLAP = 256  # no needle is longer
PIECE = 4 << 20
PAGE = os.sysconf("SC_PAGE_SIZE")
FIELDS = ["name", "nhs_number", "postcode", "local_patient_id", "pathway_id", "ignored", "file_name"]
CONSONANTS, VOWELS = "bcdfghjklmnpqrstvwxz", "aeiouy"


def made_up_word(rng, syllables):
    return "".join(rng.choice(CONSONANTS) + rng.choice(VOWELS) for _ in range(syllables))


def patients(count, seed):
    """Patients who are nobody: each as the collection's fields, `ignored` a column that the collection leaves out."""
    rng = random.Random(seed)
    first_day = datetime.date(1911, 3, 1)
    made = []
    number = 999471200 + 7919 * seed
    for i in range(count):
        while check_digit(str(number)) is None:
            number += 1
        word = made_up_word(rng, 6)
        made.append({**PATIENT,
                     "name": f"{made_up_word(rng, 3).title()} {word.title()}",
                     "nhs_number": str(number) + check_digit(str(number)),
                     "postcode": f"ZZ{71 + i % 9} {rng.randrange(10)}{rng.choice('QWXZ')}{'ABDEFGHJ'[i % 8]}",
                     "local_patient_id": f"L{made_up_word(rng, 4).upper()}{i}",
                     # One after the other, so that the vault's order makes their birth dates neighbours.
                     "pathway_id": f"PQ{i:03}{made_up_word(rng, 4).upper()}",
                     "ignored": f"C{made_up_word(rng, 4).upper()}",
                     "birth_date": (first_day + datetime.timedelta(days=i)).isoformat()})
        number += 1
    return made


def digits_of_base64(raw, at):
    """The digits of base64 that `raw` alone decides when it begins `at` bytes after a multiple of three."""
    first, last = -(-8 * at // 6), 8 * (at + len(raw)) // 6
    return base64.b64encode(bytes(at) + raw + bytes(3))[first:last]


def encodings_of_bytes(raw):
    yield "raw", raw
    yield "hex", raw.hex().encode()
    yield "hex", raw.hex().upper().encode()
    for at in range(3):
        digits = digits_of_base64(raw, at)
        yield "base64", digits
        yield "base64", digits.translate(bytes.maketrans(b"+/", b"-_"))


def encodings_of_text(text):
    raw = text.encode()
    yield from (("plain" if name == "raw" else name, value) for name, value in encodings_of_bytes(raw))
    yield "utf-16", text.encode("utf-16-le")
    yield "utf-16", text.encode("utf-16-be")
    yield "reversed", raw[::-1]


def spellings(field, value):
    if field == "name":
        for part in (value, value.split()[1]):
            yield from (part, part.upper(), part.lower())
    elif field == "nhs_number":
        yield from (value, f"{value[:3]} {value[3:6]} {value[6:]}", f"{value[:3]}-{value[3:6]}-{value[6:]}")
    elif field == "postcode":
        yield from (value, value.replace(" ", ""), value.lower())
    elif field == "birth_date":
        year, month, day = value.split("-")
        yield from (value, f"{day}/{month}/{year}", year + month + day, day + month + year)
    else:
        yield from (value, value.lower())


def needles_of(seeded, file_name):
    """Bytes to search for, each with what it is: (field, encoding)."""
    found = {}
    for one in seeded:
        for field in [*FIELDS[:-1], "birth_date"]:
            for text in spellings(field, one[field]):
                found.update((raw, (field, encoding)) for encoding, raw in encodings_of_text(text))
        number = one["nhs_number"]
        for order in "<>":
            found[struct.pack(order + "q", int(number))] = ("nhs_number", "64-bit number")
        for digest in (hashlib.sha256, hashlib.md5):
            found.update((raw, ("digest of nhs_number", encoding))
                         for encoding, raw in encodings_of_bytes(digest(number.encode()).digest()))
    found.update((raw, ("file_name", encoding)) for encoding, raw in encodings_of_text(file_name))
    # A column of dates in memory: three neighbours as days since 1970.
    days = [(datetime.date.fromisoformat(one["birth_date"]) - datetime.date(1970, 1, 1)).days for one in seeded]
    for three in zip(days, days[1:], days[2:]):
        for bits, letter in ((32, "i"), (64, "q")):
            found[struct.pack(f"<3{letter}", *three)] = ("birth_date", f"three {bits}-bit days")
    assert all(6 <= len(raw) <= OVERLAP for raw in found)
    return found


class Search:
    """Counts needles by place, field and encoding, and the bytes that were looked through."""

    def __init__(self, library, needles):
        self.kinds = list(needles.values())
        texts = list(needles)
        self.library = ctypes.CDLL(str(library))
        self.library.searcher_new.restype = ctypes.c_void_p
        self.library.searcher_run.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_size_t,
                                              ctypes.c_void_p]
        self.kept = ((ctypes.c_char_p * len(texts))(*texts), (ctypes.c_uint32 * len(texts))(*map(len, texts)))
        self.searcher = ctypes.c_void_p(self.library.searcher_new(*self.kept, len(texts)))
        self.found = defaultdict(ctypes.c_uint32 * len(texts))
        self.bytes, self.files_seen = Counter(), set()

    def look(self, place, pieces):
        """Looks through bytes that come in pieces, which belong together."""
        found = self.found[place]
        kept = b""
        for piece in pieces:
            self.bytes[place] += len(piece)
            kept += piece
            starts = max(len(kept) - OVERLAP, 0)
            self.library.searcher_run(self.searcher, kept, len(kept), starts, found)
            kept = kept[starts:]
        self.library.searcher_run(self.searcher, kept, len(kept), len(kept), found)

    def hits(self, place):
        """How often what was found at a place: by field and encoding."""
        total = Counter()
        for kind, count in zip(self.kinds, self.found[place]):
            total[kind] += count
        return +total

    def look_at_file(self, place, path):
        with open(path, "rb") as file:
            self.look(place, iter(lambda: file.read(PIECE), b""))

    def look_at_folder(self, place, folder):
        for path in sorted(folder.rglob("*")):
            self.look(place, [path.name.encode() + b"\0"])
            if path.is_file():
                self.look_at_file(place, path)

    def look_at_memory(self, place, pid):
        """Every readable mapping; one that is a file's and cannot be written is the same whenever it is looked at."""
        with open(f"/proc/{pid}/maps", encoding="utf-8") as file:
            maps = [re.match(r"(\w+)-(\w+) (\S+) (\S+) (\S+) (\d+) *(.*)", line).groups() for line in file]
        with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory, \
                open(f"/proc/{pid}/pagemap", "rb", buffering=0) as pages:
            for begin, end, rights, offset, device, inode, name in maps:
                if not rights.startswith("r") or name in ("[vvar]", "[vvar_vclock]", "[vsyscall]"):
                    continue
                begin, end = int(begin, 16), int(end, 16)
                if inode == "0":
                    for run in runs_in_use(pages, begin, end):
                        self.look(place, pieces_of_memory(memory, *run))
                elif "w" in rights or (device, inode, offset, end - begin) not in self.files_seen:
                    self.files_seen.add((device, inode, offset, end - begin))
                    self.look(place, pieces_of_memory(memory, begin, end))

    def look_at_open_files(self, place, pid):
        """What the process has open as a file, among it what has no name any more."""
        for descriptor in os.listdir(f"/proc/{pid}/fd"):
            path = f"/proc/{pid}/fd/{descriptor}"
            if os.path.isfile(path) and not os.readlink(path).endswith(".tap"):
                self.look_at_file(place, path)

    def fields_at(self, place):
        total = Counter()
        for (field, _), count in self.hits(place).items():
            total[field] += count
        return total


def runs_in_use(pages, begin, end):
    """The parts of an anonymous mapping that are anywhere, in memory or swapped out: the rest was never written."""
    pages.seek(begin // PAGE * 8)
    in_use = array.array("Q", pages.read((end - begin) // PAGE * 8))
    first = None
    for i, entry in enumerate([*in_use, 0]):
        if entry >> 62 and first is None:
            first = i
        elif not entry >> 62 and first is not None:
            yield begin + first * PAGE, begin + i * PAGE
            first = None


def pieces_of_memory(memory, begin, end):
    """What can be read from begin to end. A page that the process itself could not read, since its file has become
    shorter or a thread took its stack along, ends a piece and is not there."""
    while begin < end:
        try:
            memory.seek(begin)
            piece = memory.read(min(PIECE, end - begin))
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            begin = (begin // PAGE + 1) * PAGE
            continue
        if not piece:
            return
        begin += len(piece)
        yield piece
