"""What can go wrong between two nodes.

NetworkError
 ├── InvalidAddress        a multiaddr or peer id that is none
 ├── ListenFailed          the listen address cannot be had
 ├── FrameError            what a peer sent is not a frame we take: it is dropped and banned for a short while
 │    ├── FrameTooLarge    over the limit of its kind
 │    ├── UnknownKind      no kind has this number
 │    └── UnexpectedKind   a kind that has no business on this stream
 ├── MalformedHandshake    a greeting, proof or refusal that does not parse: dropped and banned too
 ├── HandshakeRefused      the two nodes are of different networks, or one does not let the other in
 ├── RefusedByPeer         what the other side gave as its reason not to let us in
 ├── Dismissed             we end the connection ourselves, `reason` is told to the other side
 └── LinkLost              the connection is over, `reason` says how
"""

from dataclasses import dataclass


class NetworkError(Exception):
    """Any failure of this package; none of them leaves the task of the connection it concerns."""


@dataclass(eq=False)
class InvalidAddress(NetworkError):
    text: str
    problem: str

    def __str__(self) -> str:
        return f"{self.text!r}: {self.problem}"


@dataclass(eq=False)
class ListenFailed(NetworkError):
    host: str
    port: int
    problem: str

    def __str__(self) -> str:
        return f"cannot listen on {self.host} port {self.port}: {self.problem}; choose another listen_port or free it"


class FrameError(NetworkError):
    """Bytes that no honest node of this version sends."""


@dataclass(eq=False)
class FrameTooLarge(FrameError):
    kind: str
    size: int
    limit: int

    def __str__(self) -> str:
        return f"{self.kind} frame of {self.size} bytes, the limit is {self.limit}"


@dataclass(eq=False)
class UnknownKind(FrameError):
    number: int

    def __str__(self) -> str:
        return f"unknown frame kind {self.number}"


@dataclass(eq=False)
class UnexpectedKind(FrameError):
    kind: str
    place: str

    def __str__(self) -> str:
        return f"{self.kind} frame does not belong {self.place}"


@dataclass(eq=False)
class MalformedHandshake(NetworkError):
    part: str
    problem: str

    def __str__(self) -> str:
        return f"malformed {self.part}: {self.problem}"


@dataclass(eq=False)
class HandshakeRefused(NetworkError):
    """`ours` is the value at the node that refuses, `theirs` what the other one showed."""

    field: str
    ours: str
    theirs: str

    def __str__(self) -> str:
        if not self.theirs:
            return f"{self.field}: {self.ours}"
        return f"{self.field} differs: {self.ours} at the node that refuses, {self.theirs} at the one refused"


@dataclass(eq=False)
class RefusedByPeer(NetworkError):
    refusal: HandshakeRefused

    def __str__(self) -> str:
        return f"refused by the other side: {self.refusal}"


@dataclass(eq=False)
class Dismissed(NetworkError):
    reason: str

    def __str__(self) -> str:
        return self.reason


@dataclass(eq=False)
class LinkLost(NetworkError):
    reason: str

    def __str__(self) -> str:
        return self.reason
