"""Ports for the nodes that tests start."""

import socket
from random import SystemRandom

HOST = "127.0.0.1"
CHOICE = range(12_000, 30_000)
"""Below 32,768, from where on Linux serves outgoing connections: one may take a port between the look and the use."""


def free_ports(count: int) -> list[int]:
    """`count` ports in a row on which nobody listens. Chance picks them, so that tests side by side stay apart."""
    chance = SystemRandom()
    while True:
        first = chance.choice(CHOICE)
        ports = [*range(first, first + count)]
        if all(_is_free(port) for port in ports):
            return ports


def _is_free(port: int) -> bool:
    try:
        socket.create_server((HOST, port)).close()
    except OSError:
        return False
    return True
