"""Authenticated frames between the nodes of one network.

`frames`, `handshake`, `events`, `config` and `identity` are free of libp2p, sockets and clocks for the most part and
may be imported by a simulation; `host` (and `session`, `wire` below it) are the real thing. This file imports
nothing, since libp2p takes a second to load.
"""
