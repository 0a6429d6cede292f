"""Who a node is on the network: an Ed25519 key, the peer id that names it, and where it can be dialled.

A peer id is libp2p's: base58 of the identity multihash of the protobuf of the public key (libp2p specs, peer-ids).
Computed here so that whoever only needs names and addresses does not load libp2p.
"""

from dataclasses import dataclass, field
from functools import cached_property
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Final, NewType

from nacl.signing import SigningKey

from node.network.errors import InvalidAddress

PeerId = NewType("PeerId", str)
"""The base58 text, for example 12D3KooW..."""

SEED_LENGTH: Final = 32
# identity multihash (0x00) of 36 bytes: protobuf field 1 (key type) = 1 (Ed25519), field 2 (data) of 32 bytes
_ED25519_PREFIX: Final = bytes.fromhex("002408011220")
_ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_DIGIT: Final = {character: value for value, character in enumerate(_ALPHABET)}
_MAX_PORT: Final = 65535
_HOST_PROTOCOLS: Final = ("ip4", "ip6", "dns", "dns4", "dns6")


@dataclass(frozen=True)
class NodeIdentity:
    """The node's own key, from a seed that its owner keeps in a file only it can read."""

    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.seed) != SEED_LENGTH:
            raise ValueError(f"a node key is {SEED_LENGTH} bytes, not {len(self.seed)}")

    @cached_property
    def public_key(self) -> bytes:
        return bytes(SigningKey(self.seed).verify_key)

    @cached_property
    def peer_id(self) -> PeerId:
        return peer_id_of(self.public_key)


@dataclass(frozen=True, slots=True)
class PeerAddress:
    """A multiaddr that can be dialled: host, TCP port, and whom we expect there."""

    host: str
    port: int
    peer_id: PeerId

    def __str__(self) -> str:
        return multiaddr(self.host, self.port, self.peer_id)


def peer_id_of(public_key: bytes) -> PeerId:
    """`public_key` is 32 bytes of Ed25519."""
    return PeerId(_base58(_ED25519_PREFIX + public_key))


def peer_id_bytes(peer_id: PeerId) -> bytes:
    """The 38 bytes of the multihash. Raises InvalidAddress for what is no Ed25519 peer id."""
    data = _from_base58(peer_id)
    if len(data) != len(_ED25519_PREFIX) + 32 or not data.startswith(_ED25519_PREFIX):
        raise InvalidAddress(peer_id, "not the peer id of an Ed25519 key (12D3KooW...)")
    return data


def public_key_of(peer_id: PeerId) -> bytes:
    """The 32 bytes of Ed25519 that the peer id names. Raises InvalidAddress."""
    return peer_id_bytes(peer_id)[len(_ED25519_PREFIX) :]


def multiaddr(host: str, port: int, peer_id: PeerId) -> str:
    return f"/{_host_protocol(host)}/{host}/tcp/{port}/p2p/{peer_id}"


def parse_multiaddr(text: str) -> PeerAddress:
    """`/ip4|ip6|dns|dns4|dns6/HOST/tcp/PORT/p2p/PEER_ID` and nothing else. Raises InvalidAddress."""
    parts = text.split("/")
    if len(parts) != 7 or parts[0] or parts[1] not in _HOST_PROTOCOLS or parts[3] != "tcp" or parts[5] != "p2p":
        raise InvalidAddress(text, "expected /ip4/HOST/tcp/PORT/p2p/PEER_ID")
    peer_id = PeerId(parts[6])
    peer_id_bytes(peer_id)
    return PeerAddress(_host(text, parts[1], parts[2]), _port(text, parts[4]), peer_id)


def _host(text: str, protocol: str, host: str) -> str:
    try:
        if protocol == "ip4":
            return str(IPv4Address(host))
        if protocol == "ip6":
            return str(IPv6Address(host))
    except AddressValueError as error:
        raise InvalidAddress(text, f"not an {protocol} address: {error}") from error
    if not host:
        raise InvalidAddress(text, "no host name")
    return host


def _port(text: str, port: str) -> int:
    if not (port.isascii() and port.isdigit() and len(port) <= 5 and 0 < int(port) <= _MAX_PORT):
        raise InvalidAddress(text, f"not a TCP port: {port!r}")
    return int(port)


def _host_protocol(host: str) -> str:
    if ":" in host:
        return "ip6"
    return "ip4" if host.replace(".", "").isdigit() else "dns"


def _base58(data: bytes) -> str:
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = _ALPHABET[digit] + text
    return _ALPHABET[0] * (len(data) - len(data.lstrip(b"\0"))) + text


def _from_base58(text: str) -> bytes:
    if len(text) > 128 or any(character not in _DIGIT for character in text):
        raise InvalidAddress(text[:128], "not base58")
    number = 0
    for character in text:
        number = number * 58 + _DIGIT[character]
    zeros = len(text) - len(text.lstrip(_ALPHABET[0]))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")
