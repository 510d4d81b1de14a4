"""A second reader of the journal, written from docs/journal-format.md and not from our TypeScript.

Standard input: JSON {folder, log, terminal, epoch, keys}, keys in hex. Standard output: a JSON line for each record of the
segments that are kept, or, where the journal was tampered with, one line {"refused": code}; the exit code is then 1.
Run it by the machine's own /usr/bin/python3 (Debian: python3-cryptography).
"""
import json
import os
import re
import struct
import sys

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

BLOCK, H, C, MAX = 4096, 176, 48, 16 << 20
LOGS = {'ledger': 1, 'telemetry': 2}
ENTRY, CHECKPOINT, ACKNOWLEDGEMENT, CLOSED = 1, 2, 3, 4
HEADER = struct.Struct('>8sBBBBIQQQII16s32s16sB63s')


class Tampered(Exception):
    """args: the code."""


def derive(key, salt, info, length):
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(key)


class Segment:
    def __init__(self, name, data, owner, keys):
        self.name, self.data = int(name[:12]), data
        if len(data) < BLOCK:
            raise Tampered('journal/cut')
        (magic, version, algorithm, log, zero, self.epoch, self.number, self.first_seq, self.before, self.before_end,
         self.size, self.before_tag, salt, self.key_id, length, terminal) = HEADER.unpack(data[:H])
        self.terminal = terminal[:length]
        exact = (magic, version, algorithm, zero) == (b'MADOJRNL', 2, 1, 0) and log in LOGS.values()
        if not exact or length > 63 or terminal[length:].strip(b'\0') or data[H:BLOCK].strip(b'\0'):
            raise Tampered('journal/altered')
        if len(data) > self.size or self.size > MAX:
            raise Tampered('journal/altered')
        self.foreign = None
        if log != LOGS[owner['log']]:
            self.foreign = 'journal/foreignLog'
        elif self.terminal != owner['terminal'].encode():
            self.foreign = 'journal/foreignTerminal'
        elif self.epoch != owner['epoch']:
            self.foreign = 'journal/foreignEpoch'
        elif self.key_id not in keys:
            self.foreign = 'journal/foreignKey'
        else:
            self.cipher = AESGCM(derive(keys[self.key_id], salt, b'madoguchi/1 journal segment', 32))

    def opened(self, at, reach):
        """The commit at `at`: (counter, seq, tag before, tag, end, records), or nothing."""
        head = self.data[at:at + C]
        if len(head) < C or head[:4] != b'MDKC':
            return None
        blocks, count, counter, length, seq, zero, before = struct.unpack('>HHIIQQ16s', head[4:])
        sealed, end = at + C + length + 16, at + blocks * BLOCK
        whole = end - BLOCK < sealed <= end <= reach
        if not whole or zero or self.data[sealed:end].strip(b'\0'):
            return None
        try:
            nonce = struct.pack('>QI', 0, counter)
            plain = self.cipher.decrypt(nonce, self.data[at + C:sealed], self.data[:H] + head)
        except InvalidTag:
            return None
        records, place = [], 0
        while place < length:
            kind, size = struct.unpack_from('>BI', plain, place)
            records.append((kind, plain[place + 5:place + 5 + size]))
            place += 5 + size
        if len(records) != count or place != length:
            return None
        return counter, seq, before, self.data[sealed - 16:sealed], end, records

    def follow(self, end=None, end_tag=None):
        """Every record, as (kind, seq, tag, body). `end` and `end_tag`: as the successor has them."""
        if end is not None and len(self.data) < end:
            raise Tampered('journal/cut')
        reach = len(self.data) if end is None else end
        at, counter, seq, tag, records = BLOCK, 0, self.first_seq, self.before_tag, []
        while commit := self.opened(at, reach):
            if commit[:3] != (counter, seq, tag):
                break
            counter, tag, at = counter + 1, commit[3], commit[4]
            for kind, body in commit[5]:
                records.append((kind, seq if kind == ENTRY else None, tag, body))
                seq += kind == ENTRY
        self.judge(at, reach, counter, seq)
        if not records or end is not None and (at, tag) != (end, end_tag):
            raise Tampered('journal/altered' if self.data[at:at + BLOCK].strip(b'\0') else 'journal/cut')
        return records

    def judge(self, at, reach, expected, expected_seq):
        here = self.opened(at, reach)
        behind = [one[0] for place in range(at, reach, BLOCK) if (one := self.opened(place, reach))]
        if here and here[0] < expected:
            raise Tampered('journal/duplicated')
        if here:
            raise Tampered('journal/reordered' if expected in behind else 'journal/cut')
        if behind or any(self.begun_after(place, expected, expected_seq) for place in range(at, reach, BLOCK)):
            raise Tampered('journal/altered' if self.data[at:at + BLOCK].strip(b'\0') else 'journal/cut')

    def begun_after(self, at, counter, seq):
        if self.data[at:at + 4] != b'MDKC' or len(self.data) < at + C:
            return False
        begun = struct.unpack_from('>I4xQ', self.data, at + 8)
        return begun[0] > counter and begun[1] > seq


def read(folder, log, terminal, epoch, keys):
    keys = {derive(key, b'', b'madoguchi/1 journal key id', 16): key for key in map(bytes.fromhex, keys)}
    segments = {}
    for name in sorted(os.listdir(folder)):
        if re.fullmatch(r'\d{12}\.segment', name):
            path = os.path.join(folder, name)
            if os.path.islink(path) or not os.path.isfile(path):
                raise Tampered('journal/altered')
            with open(path, 'rb') as file:
                data = file.read(MAX + 1)
            segment = Segment(name, data, {'log': log, 'terminal': terminal, 'epoch': epoch}, keys)
            segments[segment.name] = segment
    for segment in segments.values():
        if segment.foreign:
            raise Tampered(segment.foreign)
        if segment.number != segment.name:
            twin = segments.get(segment.number)
            raise Tampered('journal/duplicated' if twin and twin.number == twin.name else 'journal/reordered')
    if not segments:
        return []
    segment = segments[max(segments)]
    records = segment.follow()
    cursor = [body for kind, _, _, body in records if kind == ACKNOWLEDGEMENT][-1]
    oldest = struct.unpack('>Q16sIQ' if len(cursor) == 36 else '>Q16sQQ', cursor)[3]
    walked = [(segment.name, records)]
    while segment.before >= max(oldest, 1):
        if segment.before not in segments:
            raise Tampered('journal/cut')
        older = segments[segment.before]
        walked.insert(0, (older.name, older.follow(segment.before_end, segment.before_tag)))
        segment = older
    for name in segments.keys() - {name for name, _ in walked}:
        segments[name].follow()
    return [(number, *record) for number, records in walked for record in records]


def main():
    names = {ENTRY: 'entry', CHECKPOINT: 'checkpoint', ACKNOWLEDGEMENT: 'acknowledgement', CLOSED: 'closed'}
    try:
        for segment, kind, seq, tag, body in read(**json.load(sys.stdin)):
            line = {'segment': segment, 'type': names[kind], 'seq': seq, 'tag': tag.hex(), 'body': body.hex()}
            print(json.dumps({key: value for key, value in line.items() if value is not None}))
    except Tampered as error:
        print(json.dumps({'refused': error.args[0]}))
        sys.exit(1)


main()
