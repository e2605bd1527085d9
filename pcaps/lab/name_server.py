#!/usr/bin/python3
"""A name server for the lab: name_server.py ADDRESS NAME=CNAME|IP[,IP]... answers A questions over UDP, and NXDOMAIN to others."""
import socket
import struct
import sys


def encoded(name):
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"


def decoded(message):
    labels, at = [], 12
    while message[at]:
        labels.append(message[at + 1 : at + 1 + message[at]].decode())
        at += 1 + message[at]
    return ".".join(labels), at + 5


def answers(zone, name):
    """The records for a name: CNAMEs, and then addresses."""
    records = []
    while name in zone:
        value = zone[name]
        if value[0].isdigit():
            return records + [(name, 1, socket.inet_aton(ip)) for ip in value.split(",")]
        records.append((name, 5, encoded(value)))
        name = value
    return records


def main():
    zone = dict(arg.split("=") for arg in sys.argv[2:])
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind((sys.argv[1], 53))
    print("ready", flush=True)
    while True:
        question, client = s.recvfrom(512)
        name, end = decoded(question)
        kind = struct.unpack(">H", question[end - 4 : end - 2])[0]
        found = answers(zone, name.lower()) if kind == 1 else []
        code = 0 if name.lower() in zone else 3
        reply = question[:2] + struct.pack(">HHHHH", 0x8580 | code, 1, len(found), 0, 0) + question[12:end]
        for owner, rtype, data in found:
            reply += encoded(owner) + struct.pack(">HHIH", rtype, 1, 300, len(data)) + data
        s.sendto(reply, client)


main()
