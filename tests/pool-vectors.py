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
    generation, period, first, key, _ = chain
    return struct.pack("<IIqqq", generation, 0, period, first, 0) + key


def names(chains):
    return b"".join(chain[4] for chain in chains)


def slot(sequence, period, pool, chains, trusted, pending, marks):
    head = b"tlsmgrP1" + struct.pack("<QII", sequence, period, len(chains)) + pool.encode().ljust(64, b"\0")
    clocks = b"".join(struct.pack("<qq", wall, boot) + identity for wall, boot, identity in (trusted, pending))
    content = head + b"".join(map(record, chains)).ljust(128, b"\0") + clocks + names(chains).ljust(64, b"\0")
    content += b"".join(struct.pack("<q", not_before) + trust for not_before, trust in marks)
    content = content.ljust(480, b"\0")
    return content + hashlib.sha256(content).digest()


def export(period, pool, chains):
    payload = struct.pack("<IB", period, len(chains)) + b"".join(map(record, chains)) + names(chains)
    checksum = hashlib.sha256(b"tlsmgr-pool/1 export\0" + pool.encode() + b"\0" + payload).digest()[:8]
    return "tlsmgr-pool/1 " + pool + " " + base64.b64encode(payload + checksum).decode()


# AES-256-GCM, NIST SP 800-38D. One block at a time, for vectors only: not for secrets.

def multiply(a, b):
    """In GF(2^8), for the S-box and MixColumns."""
    product = 0
    while b:
        product ^= a * (b & 1)
        a = (a << 1) ^ (0x11b if a & 0x80 else 0)
        b >>= 1
    return product


def substitution():
    box = []
    for value in range(256):
        inverse = next((other for other in range(256) if multiply(value, other) == 1), 0)
        bits = inverse
        for shift in range(1, 5):
            bits ^= (inverse << shift | inverse >> (8 - shift)) & 0xff
        box.append(bits ^ 0x63)
    return box


SBOX = substitution()


def expand_key(key):
    words = [key[i:i + 4] for i in range(0, 32, 4)]
    constant = 1
    while len(words) < 60:
        word = words[-1]
        if len(words) % 8 == 0:
            word = bytes(SBOX[byte] for byte in word[1:] + word[:1])
            word = bytes([word[0] ^ constant]) + word[1:]
            constant = multiply(constant, 2)
        elif len(words) % 8 == 4:
            word = bytes(SBOX[byte] for byte in word)
        words.append(bytes(a ^ b for a, b in zip(words[-8], word)))
    return [b"".join(words[i:i + 4]) for i in range(0, 60, 4)]


def encrypt_block(rounds, block):
    state = bytes(a ^ b for a, b in zip(block, rounds[0]))
    for number, key in enumerate(rounds[1:], 1):
        state = [SBOX[state[(i + 4 * (i % 4)) % 16]] for i in range(16)]
        if number < 14:
            state = [multiply(state[i], 2) ^ multiply(state[i - i % 4 + (i + 1) % 4], 3)
                     ^ state[i - i % 4 + (i + 2) % 4] ^ state[i - i % 4 + (i + 3) % 4] for i in range(16)]
        state = bytes(a ^ b for a, b in zip(state, key))
    return state


def multiply_blocks(a, b):
    product = 0
    for bit in range(127, -1, -1):
        product ^= a * (b >> bit & 1)
        a = a >> 1 ^ (0xe1 << 120 if a & 1 else 0)
    return product


def encrypt(key, nonce, text, context):
    """The ciphertext with its tag behind it."""
    rounds = expand_key(key)

    def stream(counter):
        return encrypt_block(rounds, nonce + struct.pack(">I", counter))

    cipher = b"".join(bytes(a ^ b for a, b in zip(text[i:i + 16], stream(2 + i // 16))) for i in range(0, len(text), 16))
    hash_key = int.from_bytes(encrypt_block(rounds, bytes(16)), "big")
    tag = 0
    for part in (context, cipher):
        for i in range(0, len(part), 16):
            tag = multiply_blocks(tag ^ int.from_bytes(part[i:i + 16].ljust(16, b"\0"), "big"), hash_key)
    tag = multiply_blocks(tag ^ (len(context) * 8 << 64 | len(cipher) * 8), hash_key)
    return cipher + bytes(a ^ b for a, b in zip(tag.to_bytes(16, "big"), stream(1)))


def entry_name(name_key, pool, cache, cache_id):
    return hmac.new(
        name_key, fields(b"tlsmgr-pool/1 name", pool.encode(), cache.encode(), cache_id), hashlib.sha256).digest()


def entry(chain_key, period, pool, generation, cache, policy, cache_id, life, session, random):
    context = fields(b"tlsmgr-pool/1 entry", pool.encode(), struct.pack(">I", generation), struct.pack(">q", period),
                     cache.encode(), policy, cache_id)
    key = expand(chain_key, fields(b"tlsmgr-pool/1 seal", pool.encode(), random), 44)
    text = struct.pack("<qq", *life) + session
    return bytes([1, period % 256]) + random + encrypt(key[:32], key[32:], text, context)


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


def entries():
    session = bytes.fromhex("30820200020101020203030402c030") + sample("session") * 5
    for pool, generation, cache, cache_id, period, content in [
            ("a", 1, "smtp", b"smtp&example.com&mx.example.com&192.0.2.1&25", 991111, session),
            ("x" * 63, 2 ** 32 - 1, "smtpd", sample("id") * 30, 2 ** 33 + 255, b""),
            ("mx.example.org", 7, "lmtp", b"", 0, b"x" * 16)]:
        name_key, chain_key, policy = sample("names " + pool), sample("chain " + pool), sample("policy " + pool)
        random, life = sample("random " + pool)[:16], (1784000000, 1784000900)
        yield "name", name_key.hex(), pool, cache, cache_id.hex(), entry_name(name_key, pool, cache, cache_id).hex()
        yield ("entry", chain_key.hex(), period, pool, generation, cache, policy.hex(), cache_id.hex(), life[0], life[1],
               content.hex(), entry(chain_key, period, pool, generation, cache, policy, cache_id, life, content, random).hex())


def states():
    boot = sample("boot")[:16]
    one = [(1, 991111, 991111, sample("one"), sample("names of one"))]
    two = [(7, 991111, 990000, sample("two, older"), bytes(32)),
           (8, 991112, 991113, sample("two, newer"), sample("names of two"))]
    early = [(1, -2, -2, sample("early"), sample("names of early"))]
    marked = [(1784000001, sample("trust")[:16]), (0, bytes(16)), (1784000003, sample("other trust")[:16])]
    unmarked = [(0, bytes(16))] * 3
    for number, (sequence, length, pool, chains, trusted, pending, marks) in enumerate([
            (1, 1800, "mx.example.org", one, (1784000000, 5000, boot), NONE, unmarked),
            (2 ** 40, 600, "x" * 63, two, (1784000000, 5000, boot), (1784003600, 12, sample("next boot")[:16]), marked),
            (2, 4320000, "a", early, (5, 1, boot), NONE, unmarked)]):
        yield "state", number, sequence, length, pool, len(chains)
        for chain in chains:
            yield ("chain", number) + chain[:3] + (chain[3].hex(), chain[4].hex())
        for cache, (not_before, trust) in enumerate(marks):
            yield "mark", number, cache, not_before, trust.hex()
        for kind, clocks in (("trusted", trusted), ("pending", pending)):
            yield kind, number, clocks[0], clocks[1], clocks[2].hex()
        yield "slot", number, slot(sequence, length, pool, chains, trusted, pending, marks).hex()
        yield "export", number, export(length, pool, chains)


def main():
    print("# Vectors of the pool, printed by tests/pool-vectors.py; README.md names the fields of each line.")
    for rows in (derivations(), entries(), times(), states()):
        for row in rows:
            # An empty text is a dash: fields are between blanks.
            print(*("-" if field == "" else field for field in row))


if __name__ == "__main__":
    main()
