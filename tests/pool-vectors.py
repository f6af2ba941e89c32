#!/usr/bin/env python3
"""Prints test vectors of the pool, as fixtures/pool/vectors.txt has them.

A second implementation, written from the byte layout in docs/pool.md alone, with nothing but Python's standard library.
"""
import base64
import hashlib
import hmac
import struct


def expand(key, info, length):
    """HKDF-Expand with SHA-256: RFC 5869, section 2.3."""
    output = block = b""
    counter = 1
    while len(output) < length:
        block = hmac.new(key, block + info + bytes([counter]), hashlib.sha256).digest()
        output += block
        counter += 1
    return output[:length]


def fields(*values):
    return b"".join(struct.pack(">I", len(value)) + value for value in values)


def step(chain_key, count):
    for _ in range(count):
        chain_key = expand(chain_key, fields(b"tlsmgr-pool/1 next"), 32)
    return chain_key


def ticket(chain_key, pool, size, cipher, digest):
    info = fields(b"tlsmgr-pool/1 ticket", pool.encode(), bytes([size]), cipher.lower().encode(), digest)
    return expand(chain_key, info, 16 + 2 * size)


def groups(first8):
    text = first8[:8].hex()
    return "-".join(text[i:i + 4] for i in range(0, 16, 4))


def fingerprint(chain_key, pool, generation):
    info = fields(b"tlsmgr-pool/1 fingerprint", pool.encode(), struct.pack(">I", generation))
    return groups(expand(chain_key, info, 8))


def record(chain):
    generation, period, first, key = chain
    return struct.pack("<IIqqq", generation, 0, period, first, 0) + key


def slot(sequence, period, pool, chains, trusted, pending):
    head = b"tlsmgrP1" + struct.pack("<QII", sequence, period, len(chains)) + pool.encode().ljust(64, b"\0")
    clocks = b"".join(struct.pack("<qq", wall, boot) + identity for wall, boot, identity in (trusted, pending))
    content = head + b"".join(map(record, chains)).ljust(128, b"\0") + clocks
    content = content.ljust(480, b"\0")
    return content + hashlib.sha256(content).digest()


def export(period, pool, chains):
    payload = struct.pack("<IB", period, len(chains)) + b"".join(map(record, chains))
    checksum = hashlib.sha256(b"tlsmgr-pool/1 export\0" + pool.encode() + b"\0" + payload).digest()[:8]
    return "tlsmgr-pool/1 " + pool + " " + base64.b64encode(payload + checksum).decode()


def sample(text):
    """32 bytes that look random and are the same in every run."""
    return hashlib.sha256(text.encode()).digest()


def periods(length, configured, now):
    skew = min(configured, length // 2)
    number = now // length
    end = (number + 1) * length - 1
    encrypting = number + 1 if now == end else number
    return number, (now - skew) // length - 1, encrypting, (encrypting + 1) * length - 1


POOLS = ["a", "mx.example.org", "MX_1-b", "x" * 63]
NONE = (0, 0, bytes(16))


def derivations():
    for text, count in [("a", 1), ("a", 2), ("b", 1), ("b", 2), ("b", 1000)]:
        yield "step", sample(text).hex(), count, step(sample(text), count).hex()
    for pool in POOLS:
        for size, cipher in [(32, "aes-256-cbc"), (32, "AES-256-CBC"), (32, "camellia-256-cbc"), (16, "aes-128-cbc")]:
            for digest in [bytes(32), sample("policy")]:
                key = sample("ticket " + pool)
                material = ticket(key, pool, size, cipher, digest)
                yield "ticket", key.hex(), pool, size, cipher, digest.hex(), material.hex()
        for generation in [1, 2, 256, 2 ** 32 - 1]:
            yield "fingerprint", sample(pool).hex(), pool, generation, fingerprint(sample(pool), pool, generation)
    for text in ["policy", "other policy"]:
        yield "policy", sample(text).hex(), groups(sample(text))


def times():
    for length, skew in [(600, 300), (600, 299), (601, 300), (1800, 0), (1800, 300), (1800, 5000), (4320000, 300)]:
        for base in [0, 1, 1000000, -1]:
            start = base * length
            effective = min(skew, length // 2)
            for now in sorted({start + delta for delta in
                               [-2, -1, 0, 1, effective - 1, effective, effective + 1, length - 2, length - 1]}):
                yield ("period", length, skew, now) + periods(length, skew, now)


def states():
    boot = sample("boot")[:16]
    one = [(1, 991111, 991111, sample("one"))]
    two = [(7, 991111, 990000, sample("two, older")), (8, 991112, 991113, sample("two, newer"))]
    early = [(1, -2, -2, sample("early"))]
    for number, (sequence, length, pool, chains, trusted, pending) in enumerate([
            (1, 1800, "mx.example.org", one, (1784000000, 5000, boot), NONE),
            (2 ** 40, 600, "x" * 63, two, (1784000000, 5000, boot), (1784003600, 12, sample("next boot")[:16])),
            (2, 4320000, "a", early, (5, 1, boot), NONE)]):
        yield "state", number, sequence, length, pool, len(chains)
        for chain in chains:
            yield ("chain", number) + chain[:3] + (chain[3].hex(),)
        for kind, clocks in (("trusted", trusted), ("pending", pending)):
            yield kind, number, clocks[0], clocks[1], clocks[2].hex()
        yield "slot", number, slot(sequence, length, pool, chains, trusted, pending).hex()
        yield "export", number, export(length, pool, chains)


def main():
    print("# Vectors of the pool, printed by tests/pool-vectors.py; README.md names the fields of each line.")
    for rows in (derivations(), times(), states()):
        for row in rows:
            print(*row)


if __name__ == "__main__":
    main()
