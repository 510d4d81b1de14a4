"""A line between two network namespaces: rate, delay and loss, each way.

Run as root in the namespace of the hub. It makes a second namespace, that of the shop, and a TUN device in each; it passes IP
packets between the two, at the line's rate, after the line's delay, and drops those that do not fit into the queue of a modem.
Standard input: a line "RATE DELAY LOSS" sets it, in bit/s, seconds each way, and share of the packets; what is on it is dropped.
Ends with its input.
Addresses: hub 10.77.0.2, shop 10.77.0.1. The shop's namespace is /proc/PID/ns/net of this process.
"""

import collections
import ctypes
import fcntl
import heapq
import os
import random
import select
import struct
import subprocess
import sys
import time

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
CLONE_NEWNET = 0x40000000
# What a modem holds: 64 KiB, and so a second at 524 kbit/s, half a minute at 16 kbit/s.
QUEUE_BYTES = 64 << 10


def tun(name, own, peer):
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TUN | IFF_NO_PI))
    for command in (
        ["ip", "link", "set", "lo", "up"],
        ["ip", "addr", "add", own, "peer", peer, "dev", name],
        ["ip", "link", "set", name, "up"],
    ):
        subprocess.run(command, check=True)
    return device


class Way:
    """One direction: packets wait in `queue` for their turn on the line."""

    def __init__(self, source, target):
        self.source, self.target = source, target
        self.free_at = 0.0
        self.held = collections.deque()
        self.bytes = 0

    def take(self, now, line):
        try:
            packet = os.read(self.source, 65536)
        except BlockingIOError:
            return None
        while self.held and self.held[0][0] <= now:
            self.bytes -= self.held.popleft()[1]
        if self.bytes + len(packet) > QUEUE_BYTES or random.random() < line["loss"]:
            return None
        self.free_at = max(self.free_at, now) + 8 * len(packet) / line["rate"]
        self.held.append((self.free_at, len(packet)))
        self.bytes += len(packet)
        return self.free_at + line["delay"], packet


def main():
    hub = tun("hub0", "10.77.0.2", "10.77.0.1")
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    shop = tun("shop0", "10.77.0.1", "10.77.0.2")
    line = {"rate": 1e9, "delay": 0.0, "loss": 0.0}
    ways = {shop: Way(shop, hub), hub: Way(hub, shop)}
    arrivals, count = [], 0
    print("ready", flush=True)
    while True:
        wait = max(0.0, arrivals[0][0] - time.monotonic()) if arrivals else None
        readable, _, _ = select.select([shop, hub, sys.stdin], [], [], wait)
        now = time.monotonic()
        for source in readable:
            if source is sys.stdin:
                setting = sys.stdin.readline().split()
                if not setting:
                    return
                line = dict(zip(("rate", "delay", "loss"), map(float, setting)))
                arrivals.clear()
                ways = {shop: Way(shop, hub), hub: Way(hub, shop)}
                print("set", flush=True)
                continue
            taken = ways[source].take(now, line)
            if taken:
                count += 1
                heapq.heappush(arrivals, (taken[0], count, ways[source].target, taken[1]))
        while arrivals and arrivals[0][0] <= now:
            _, _, target, packet = heapq.heappop(arrivals)
            try:
                os.write(target, packet)
            except BlockingIOError:
                pass


main()
