"""Reads the golden examples with PROTOCOL.md and Python's standard library alone.

It shows that the document is enough to join from another language, and how little code that takes. The widths and
fields of the records come from the document's own table.
"""

import hashlib
import hmac
import json
import re
import struct
import sys
import uuid
from pathlib import Path

HERE = Path(__file__).parent
DOCUMENT = (HERE.parent / "PROTOCOL.md").read_text("utf-8")
KINDS = dict(re.findall(r"^\| (\d) +\| `(\w+)` ", DOCUMENT, re.M))
LEASE = "id 16 · epoch u32 · attempt u32 · slot u32"
FORMATS = {"u8": "B", "u16": "H", "u32": "I", "f64": "d", "16": "16s"}
STRINGS = {"name", "user", "worker", "code", "message"}
CONTENT_TYPES = {0: "json", 1: "bytes"}


RULES = {
    int(tag, 16): (name, body, *(float(text.split()[0].replace(",", "")) if text else None for text in (low, high)))
    for tag, name, body, low, high in re.findall(
        r"^\| `(0x80\w\w)` +\| (\w+) +\| (.*?) +\| (.*?) *\| (.*?) *\|", DOCUMENT, re.M
    )
}


class Refused(Exception):
    """A message that must be refused; its text is the error code."""


def need(condition, code="MALFORMED_FRAME"):
    if not condition:
        raise Refused(code)


def layouts():
    """From the document: per kind the width, and per field its name, its format and the names of its numbers."""
    found = {}
    for kind, width, text in re.findall(r"^\| `(\w+)` +\| (\d+) +\| ((?:id 16|lease 28).*?) +\|$", DOCUMENT, re.M):
        fields = []
        for field in text.replace("lease 28", LEASE).split(" · "):
            name, form, names = re.fullmatch(r"(\w+) (\w+)(?: \((.*)\))?", field).groups()
            named = {int(number): word for number, word in re.findall(r"(\d) (\w+)", names or "")}
            fields.append((name, FORMATS[form], CONTENT_TYPES if name == "contentType" else named))
        found[kind] = (int(width), fields, "lease" in text)
    return found


LAYOUTS = layouts()


def read_head(frame):
    need(len(frame) >= 24)
    magic, version, kind, flags, epoch, number, count, strings = struct.unpack_from("<4sBBHIIII", frame)
    need(magic == b"PNSK")
    need(version == 1, "UNSUPPORTED_VERSION")
    return KINDS.get(str(kind)), flags, {"epoch": epoch, "number": number}, count, strings


def text_of(data):
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("MALFORMED_FRAME") from None


def read_strings(table):
    need(len(table) >= 2)
    (count,), at, strings = struct.unpack_from("<H", table), 2, []
    need(count <= 4096, "TOO_LARGE")
    for _ in range(count):
        need(at + 2 <= len(table))
        (length,) = struct.unpack_from("<H", table, at)
        need(at + 2 + length <= len(table))
        need(length <= 4096, "TOO_LARGE")
        strings.append(text_of(table[at + 2 : at + 2 + length]))
        at += 2 + length
    need(at == len(table))
    return strings


def read_options(block):
    need(len(block) <= 16 * 1024, "TOO_LARGE")
    at, options = 0, []
    while at < len(block):
        need(at + 4 <= len(block))
        tag, length = struct.unpack_from("<HH", block, at)
        need(at + 4 + length <= len(block))
        body = block[at + 4 : at + 4 + length]
        options.append({"tag": tag & 0x7FFF, "critical": tag >= 0x8000, "hex": body.hex()})
        at += 4 + length
    return options


def named_numbers(text):
    return {int(number): word for number, word in re.findall(r"(\d) (\w+)", text)}


def read_rule(name, body, low, high, data):
    """One rule's value, by the way in which the document's table lays out its bytes."""
    if name == "retry":
        need(len(data) == 12, "INVALID_RULES")
        attempts, kind, _, delay, longest = struct.unpack("<HBBII", data)
        kinds = named_numbers(re.search(r"kind u8 \((.*?)\)", body).group(1))
        need(low <= attempts <= high and kind in kinds and delay <= longest, "INVALID_RULES")
        return {"maxAttempts": attempts, "backoff": {"kind": kinds[kind], "delayMs": delay, "maxDelayMs": longest}}
    if body.startswith("UTF-8"):
        need(low <= len(data) <= high, "INVALID_RULES")
        try:
            return {name: data.decode("utf-8")}
        except UnicodeDecodeError:
            raise Refused("INVALID_RULES") from None
    form = FORMATS[re.match(r"\w+", body).group()]
    need(len(data) == struct.calcsize(form), "INVALID_RULES")
    (value,) = struct.unpack("<" + form, data)
    if form == "B":
        value = named_numbers(body[2:]).get(value)
        need(value is not None, "INVALID_RULES")
    else:
        need(low <= value <= high, "INVALID_RULES")
    return {name: value}


def read_rules(block):
    rules, seen = {}, set()
    for option in read_options(block):
        if not option["critical"]:
            continue
        tag = option["tag"] | 0x8000
        need(tag in RULES, "UNSUPPORTED_OPTION")
        need(tag not in seen, "INVALID_RULES")
        seen.add(tag)
        rules |= read_rule(*RULES[tag], bytes.fromhex(option["hex"]))
    need(not {"delayMs", "runAt"} <= rules.keys(), "INVALID_RULES")
    return rules


def read_record(data, fields, has_lease, strings):
    record = {}
    values = struct.unpack("<" + "".join(form for _, form, _ in fields), data)
    for (name, form, names), value in zip(fields, values):
        if name == "0":
            continue
        if form == "16s":
            value = str(uuid.UUID(bytes=value))
        elif name in STRINGS:
            need(value < len(strings) or value == 65535)
            value = None if value == 65535 else strings[value]
        record["userId" if name == "user" else name] = names.get(value, value)
    if has_lease:
        record["lease"] = {name: record.pop(name) for name in ("id", "epoch", "attempt", "slot")}
    return record


def read_batch(expected, frames):
    need(1 <= len(frames) <= 2)
    frame = frames[0]
    kind, flags, session, count, strings_bytes = read_head(frame)
    need(kind == expected, "UNKNOWN_KIND")
    need(count <= 8192, "TOO_LARGE")
    detached = bool(flags & 1)
    need(detached == (len(frames) == 2))
    need(not detached or count == 1)
    width, fields, has_lease = LAYOUTS[kind]
    table, at = 24 + count * width, 24 + count * width + strings_bytes
    need(at <= len(frame))
    strings = read_strings(frame[table:at])
    records = []
    for offset in range(24, table, width):
        record = read_record(frame[offset : offset + width], fields, has_lease, strings)
        if "options" in record:
            end = at + record["options"]
            need(end <= len(frame))
            record["options"], at = read_options(frame[at:end]), end
        need(not detached or record.get("payload") == len(frames[1]))
        if detached:
            record["payload"] = frames[1]
        elif "payload" in record:
            end = at + record["payload"]
            need(end <= len(frame))
            record["payload"], at = frame[at:end], end
        records.append(record)
    need(at == len(frame))
    return {"kind": kind, "session": session, "records": records}


def too_deep(value, levels=64):
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return children is not None and (levels == 0 or any(too_deep(child, levels - 1) for child in children))


def no_constant(name):
    raise ValueError(f"{name} is no JSON, though Python reads it")


def read_envelope(frames):
    need(len(frames) == 1)
    need(len(frames[0]) <= 1024 * 1024, "TOO_LARGE")
    kind, _, session, _, _ = read_head(frames[0])
    need(kind == "envelope", "UNKNOWN_KIND")
    try:
        body = json.loads(text_of(frames[0][24:]), parse_constant=no_constant)
    except RecursionError:
        raise Refused("INVALID_MESSAGE") from None
    except ValueError:
        raise Refused("MALFORMED_FRAME") from None
    need(isinstance(body, dict) and not too_deep(body), "INVALID_MESSAGE")
    need("pattern" in body or "id" in body, "INVALID_MESSAGE")
    for name, least, most in (("pattern", 1, 128), ("id", 0, 64)):
        value = body.get(name, "-")
        need(isinstance(value, str) and least <= len(value) <= most, "INVALID_MESSAGE")
    return {"kind": "envelope", "session": session, "envelope": body}


def read(kind, frames):
    return read_envelope(frames) if kind == "envelope" else read_batch(kind, frames)


def bytes_of(part):
    if isinstance(part, str):
        return bytes.fromhex(part)
    if "text" in part:
        return part["text"].encode("utf-8")
    return bytes.fromhex(part["hex"]) if "hex" in part else bytes.fromhex(part["byte"]) * part["count"]


def frames_of(example):
    return [b"".join(map(bytes_of, parts)) for parts in example["frames"]]


def examples(name):
    return json.loads((HERE / f"{name}.json").read_text("utf-8"))


def user_hash(user):
    value = 0x811C9DC5
    for byte in (user or "anonymous").encode("utf-8"):
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return (value >> 20 ^ value >> 8 ^ value) & 0xFFF


Z85 = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"


def key_bytes(text):
    """A key from its text: five letters are four bytes."""
    need(len(text) == 40)
    parts = []
    for at in range(0, 40, 5):
        value = 0
        for letter in text[at : at + 5]:
            value = value * 85 + Z85.index(letter)
        parts.append(struct.pack(">I", value))
    return b"".join(parts)


def x25519(secret, public):
    """RFC 7748: for checking only, as it takes a time that depends on the secret."""
    prime = 2**255 - 19
    scalar = int.from_bytes(secret, "little") & ~7 & ~(1 << 255) | 1 << 254
    x1 = int.from_bytes(public, "little") & (1 << 255) - 1
    x2, z2, x3, z3, swap = 1, 0, x1, 1, 0
    for bit in range(254, -1, -1):
        if swap ^ (swap := scalar >> bit & 1):
            x2, x3, z2, z3 = x3, x2, z3, z2
        a, b, c, d = x2 + z2, x2 - z2, x3 + z3, x3 - z3
        da, cb, aa, bb = d * a % prime, c * b % prime, a * a % prime, b * b % prime
        x3, z3 = (da + cb) ** 2 % prime, x1 * (da - cb) ** 2 % prime
        x2, z2 = aa * bb % prime, (aa - bb) * (aa + 121665 * (aa - bb)) % prime
    if swap:
        x2, z2 = x3, z3
    return (x2 * pow(z2, prime - 2, prime) % prime).to_bytes(32, "little")


CONTEXT = b"penstock proof 1"


def shared_secret(secret, public):
    """HKDF-SHA256 of what both halves agree on: no salt, one block."""
    extracted = hmac.digest(bytes(32), x25519(key_bytes(secret), key_bytes(public)), "sha256")
    return hmac.digest(extracted, CONTEXT + b"\x01", "sha256")


def proof(secret, pattern, to, nonce, subject):
    said = "\n".join([CONTEXT.decode(), pattern, to, nonce, subject])
    return hmac.new(secret, said.encode("utf-8"), hashlib.sha256).hexdigest()


def check(what, actual, expected):
    if actual != expected:
        sys.exit(f"{what}\n  read:   {actual}\n  golden: {expected}")


def main():
    checked = 0
    for kind in KINDS.values():
        for example in examples(kind):
            golden = example["decoded"]
            for record in golden.get("records", []):
                if "payload" in record:
                    record["payload"] = bytes_of(record["payload"])
            check(f"{kind}: {example['description']}", read(kind, frames_of(example)), golden)
            checked += 1
    for example in examples("malformed"):
        try:
            code = read(example["as"], frames_of(example)) and "it was accepted"
        except Refused as refused:
            code = str(refused)
        check(f"malformed: {example['description']}", code, example["code"])
        checked += 1
    rules = examples("rules")
    for example in rules["blocks"] + rules["readOnly"]:
        check(f"rules: {example['description']}", read_rules(bytes.fromhex(example["hex"])), example["rules"])
        checked += 1
    for example in rules["refused"]:
        try:
            code = str(read_rules(bytes.fromhex(example["hex"])))
        except Refused as refused:
            code = str(refused)
        check(f"rules: {example['description']}", code, example["code"])
        checked += 1
    ids = examples("task-ids")
    for entry in ids["hashes"]:
        check(f"hash of {entry['userId']!r}", user_hash(entry["userId"]), entry["hash"])
        checked += 1
    for minted in ids["minted"]:
        for text in minted["ids"]:
            number = uuid.UUID(text).int
            parts = (number >> 80, number >> 76 & 15, number >> 64 & 0xFFF, number >> 62 & 3)
            check(text, parts, (minted["wallMs"], 7, user_hash(minted["userId"]), 2))
            checked += 1
    for entry in examples("proofs"):
        what, own, to = entry["description"], entry["peer"], entry["balancer"]
        for pair in (own, to):
            base = x25519(key_bytes(pair["secretKey"]), (9).to_bytes(32, "little"))
            check(f"{what}: public key", base.hex(), key_bytes(pair["publicKey"]).hex())
        # Both ends come to the same.
        for secret in (
            shared_secret(own["secretKey"], to["publicKey"]),
            shared_secret(to["secretKey"], own["publicKey"]),
        ):
            check(f"{what}: secret", secret.hex(), entry["secret"])
            said = proof(secret, entry["pattern"], to["publicKey"], entry["nonce"], entry["subject"])
            check(f"{what}: proof", said, entry["proof"])
        checked += 1
    print(f"{checked} golden examples agree with PROTOCOL.md")


main()
