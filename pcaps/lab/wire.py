#!/usr/bin/python3
"""A wire in user space between br0 and br1, for kernels without netem and 802.1Q. Run inside the wire's namespace.

  wire.py clean        passes every frame on
  wire.py bad SEED     loses 5 % of the IPv4 packets, delays 25 % past their successors, doubles 3 %
  wire.py vlan         sends the frames through the trunk tr0==tr1 with an 802.1Q tag, VLAN 42, priority 3
"""
import heapq
import random
import select
import signal
import socket
import sys
import time

ETH_P_ALL = 3
PACKET_OUTGOING = 4
IPV4 = b"\x08\x00"
TAG = b"\x81\x00" + ((3 << 13) | 42).to_bytes(2, "big")
LOSS, REORDERING, DUPLICATION = 0.05, 0.25, 0.03


def port(name):
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    s.bind((name, ETH_P_ALL))
    s.setblocking(False)
    return s


def as_it_is(frame):
    return frame


def tagged(frame):
    return frame[:12] + TAG + frame[12:]


def untagged(frame):  # the kernel has mostly taken the tag off already
    return frame[:12] + frame[16:] if frame[12:14] == TAG[:2] else frame


class Wire:
    def __init__(self, mode, seed):
        self.bad = mode == "bad"
        self.random = random.Random(seed)
        self.late = []  # heap of (due, number, destination's descriptor, frame)
        self.count = dict(sent=0, lost=0, late=0, doubled=0)
        left, right = port("br0"), port("br1")
        if mode == "vlan":
            near, far = port("tr0"), port("tr1")
            self.route = {left: (tagged, near), far: (untagged, right), right: (tagged, far), near: (untagged, left)}
        else:
            self.route = {left: (as_it_is, right), right: (as_it_is, left)}
        self.by_descriptor = {s.fileno(): s for s in self.route}

    def send(self, destination, frame):
        destination.send(frame)
        self.count["sent"] += 1

    def send_late(self, now, least, most, destination, frame):
        due = now + self.random.uniform(least, most)
        heapq.heappush(self.late, (due, self.count["sent"] + len(self.late), destination.fileno(), frame))

    def forward(self, now, destination, frame):
        if self.bad and frame[12:14] == IPV4:
            if self.random.random() < LOSS:
                self.count["lost"] += 1
                return
            if self.random.random() < DUPLICATION:
                self.count["doubled"] += 1
                self.send_late(now, 0, 0.004, destination, frame)
            if self.random.random() < REORDERING:
                self.count["late"] += 1
                self.send_late(now, 0.001, 0.006, destination, frame)
                return
        self.send(destination, frame)

    def run(self):
        while True:
            wait = max(0, self.late[0][0] - time.time()) if self.late else 1
            readable, _, _ = select.select(list(self.route), [], [], wait)
            now = time.time()
            while self.late and self.late[0][0] <= now:
                _, _, descriptor, frame = heapq.heappop(self.late)
                self.send(self.by_descriptor[descriptor], frame)
            for source in readable:
                self.drain(source, now)

    def drain(self, source, now):
        change, destination = self.route[source]
        while True:
            try:
                frame, address = source.recvfrom(70000)
            except BlockingIOError:
                return
            if address[2] != PACKET_OUTGOING:  # our own frames come back here too
                self.forward(now, destination, change(frame))


def main():
    wire = Wire(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(print(wire.count, flush=True)))
    print("ready", flush=True)
    wire.run()


main()
