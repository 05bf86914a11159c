"""delay.py NEAR FAR MS: a two-way link with latency, for kernels without sch_netem.

Makes two TAP interfaces in the present network namespace. A frame that one is given comes out of the other MS milliseconds
later. The link is gone when this process ends.
"""
import collections
import fcntl
import os
import select
import struct
import sys
import time

TUNSETIFF, IFF_TAP, IFF_NO_PI = 0x400454CA, 0x0002, 0x1000


def tap(name):
    opened = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(opened, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TAP | IFF_NO_PI))
    return opened


near, far = tap(sys.argv[1]), tap(sys.argv[2])
other = {near: far, far: near}
delay = float(sys.argv[3]) / 1000
waiting = collections.deque()
while True:
    patience = max(0.0, waiting[0][0] - time.monotonic()) if waiting else None
    for end in select.select([near, far], [], [], patience)[0]:
        try:
            for _ in range(64):
                waiting.append((time.monotonic() + delay, other[end], os.read(end, 65536)))
        except BlockingIOError:
            pass  # Emptied.
    while waiting and waiting[0][0] <= time.monotonic():
        _, end, frame = waiting.popleft()
        try:
            os.write(end, frame)
        except OSError:
            pass  # The interface is down or full: a link loses what it cannot carry.
