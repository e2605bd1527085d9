#!/usr/bin/python3
"""forget_machine.py IN OUT: copies a little-endian pcapng file without the options that name the recording machine's hardware and kernel.

The blocks and options are those of draft-ietf-opsawg-pcapng, sections 4.1 and 4.2.
"""
import struct
import sys

SECTION_HEADER, INTERFACE_DESCRIPTION = 0x0A0D0D0A, 1
SHB_HARDWARE, SHB_OS, IF_OS = 2, 3, 12
FORGOTTEN = {SECTION_HEADER: (16, {SHB_HARDWARE, SHB_OS}), INTERFACE_DESCRIPTION: (8, {IF_OS})}  # length of the fixed part


def without(options, codes):
    kept, at = b"", 0
    while at < len(options):
        code, length = struct.unpack_from("<HH", options, at)
        end = at + 4 + (length + 3) // 4 * 4
        if code not in codes:
            kept += options[at:end]
        at = end
    return kept


def main(source, target):
    data = open(source, "rb").read()
    with open(target, "wb") as out:
        at = 0
        while at < len(data):
            kind, length = struct.unpack_from("<II", data, at)
            body = data[at + 8:at + length - 4]
            if kind in FORGOTTEN:
                fixed, codes = FORGOTTEN[kind]
                body = body[:fixed] + without(body[fixed:], codes)
            total = struct.pack("<I", len(body) + 12)
            out.write(struct.pack("<I", kind) + total + body + total)
            at += length


main(*sys.argv[1:])
