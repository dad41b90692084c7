"""Opens a sealed file of a test's own federation, for a client that speaks with a node's certificate and is not Candour.

docs/reference/formats/sealed-file.md; the tag is not checked. ChaCha20 is RFC 8439, HChaCha20 draft-irtf-cfrg-xchacha.
"""
import hashlib
import hmac
import struct

FIRST_LINE = b"candour-sealed-file-1\n"
CONSTANTS = struct.unpack("<4I", b"expand 32-byte k")
ROUNDS = [(0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15), (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13),
          (3, 4, 9, 14)]


def rotated(word, bits):
    return (word << bits | word >> (32 - bits)) & 0xffffffff


def mixed(state):
    words = list(state)
    for a, b, c, d in ROUNDS * 10:
        for first, second, third, bits in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
            words[first] = (words[first] + words[second]) & 0xffffffff
            words[third] = rotated(words[third] ^ words[first], bits)
    return words


def block(key, counter, nonce):
    state = (*CONSTANTS, *struct.unpack("<8I", key), counter, *struct.unpack("<3I", nonce))
    return struct.pack("<16I", *((a + b) & 0xffffffff for a, b in zip(state, mixed(state))))


def subkey(key, nonce):
    words = mixed((*CONSTANTS, *struct.unpack("<8I", key), *struct.unpack("<4I", nonce)))
    return struct.pack("<8I", *words[:4], *words[12:])


def opened(key, content):
    """The secret in a sealed file's bytes."""
    if not content.startswith(FIRST_LINE):
        raise ValueError("no sealed file")
    nonce, sealed = content[len(FIRST_LINE):][:24], content[len(FIRST_LINE) + 24:-16]
    inner = subkey(hmac.digest(key, b"sealed-file", hashlib.sha256), nonce[:16])
    stream = b"".join(block(inner, i + 1, bytes(4) + nonce[16:]) for i in range(len(sealed) // 64 + 1))
    return bytes(a ^ b for a, b in zip(sealed, stream))


def load(path, operator_key_file):
    return opened(bytes.fromhex(operator_key_file.read_text()), path.read_bytes())


WORKED_EXAMPLE = FIRST_LINE + bytes(range(24)) + bytes.fromhex(
    "9e40e8f241adace9af6c3d2298b7332e6b5d94e9b5c2c7adc1f92a353e18")
if opened(b"\7" * 32, WORKED_EXAMPLE) != b"a small secret":
    raise SystemExit("the worked example of the page does not come out")
