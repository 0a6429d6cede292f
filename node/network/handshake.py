"""The first exchange on a connection: are we of one network, and who is the validator behind this node?

Pure: the two greetings and the proof as bytes, and the checks that judge them. Noise has already shown that the
other side holds the key of its peer id; the proof binds that peer id to a validator key, over a challenge of ours,
so neither a recording nor another node's proof is worth anything here.

HELLO   [version, [chain id, genesis hash, rules hash, name, listen address, head, validator, settings],
         instance, challenge]
PROOF   signature of 65 bytes, or nothing from a node that validates nothing
REFUSED [field, value at the refusing node, value it was shown]
"""

from dataclasses import dataclass
from typing import Final

from node.network.errors import HandshakeRefused, MalformedHandshake
from node.network.identity import PeerId, peer_id_bytes
from node.primitives.errors import InvalidSignature, RlpError
from node.primitives.hashing import keccak
from node.primitives.keys import recover_address
from node.primitives.rlp import (
    Decoded,
    as_bytes,
    as_hash,
    as_int,
    as_list,
    as_optional_address,
    as_uint64,
    decode,
    encode,
    encode_int,
)
from node.primitives.types import Address, Hash32

PROTOCOL_VERSION: Final = 1
PROOF_DOMAIN: Final = b"jiaozi-node-1"
CHALLENGE_LENGTH: Final = 32
INSTANCE_LENGTH: Final = 16
MAX_NAME: Final = 64
MAX_ADDRESS: Final = 256
MAX_SETTINGS: Final = 32
MAX_REFUSAL_TEXT: Final = 512


@dataclass(frozen=True, slots=True)
class Hello:
    """What a node says of itself. `settings` may differ between nodes, which is only worth a warning."""

    chain_id: int
    genesis_hash: Hash32
    rules_hash: Hash32
    name: str
    listen_address: str
    head: int
    validator: Address | None
    settings: tuple[tuple[str, str], ...] = ()
    protocol_version: int = PROTOCOL_VERSION


@dataclass(frozen=True, slots=True)
class Greeting:
    """A Hello on one connection: `instance` is drawn at process start and tells a second connection from a
    restarted peer, `challenge` is what the other side's proof must answer."""

    hello: Hello
    instance: bytes
    challenge: bytes


def encode_greeting(greeting: Greeting) -> bytes:
    hello = greeting.hello
    body = [
        encode_int(hello.chain_id),
        hello.genesis_hash,
        hello.rules_hash,
        hello.name.encode(),
        hello.listen_address.encode(),
        encode_int(hello.head),
        hello.validator or b"",
        [[name.encode(), value.encode()] for name, value in hello.settings],
    ]
    return encode([encode_int(hello.protocol_version), body, greeting.instance, greeting.challenge])


def decode_greeting(data: bytes) -> Greeting:
    """Raises MalformedHandshake; HandshakeRefused when the version differs, for then nothing else can be read."""
    try:
        version, body, instance, challenge = as_list(decode(data), 4)
        _same("protocol version", str(PROTOCOL_VERSION), str(as_int(version, 0xFFFF)))
        hello = _decode_hello(as_list(body, 8))
        return Greeting(hello, as_bytes(instance, INSTANCE_LENGTH), as_bytes(challenge, CHALLENGE_LENGTH))
    except RlpError as error:
        raise MalformedHandshake("greeting", str(error)) from error


def check_hello(ours: Hello, theirs: Hello) -> tuple[str, ...]:
    """Raises HandshakeRefused naming the first difference that matters; returns the others, in words."""
    _same("protocol version", str(ours.protocol_version), str(theirs.protocol_version))
    _same("chain id", str(ours.chain_id), str(theirs.chain_id))
    _same("genesis hash", _hex(ours.genesis_hash), _hex(theirs.genesis_hash))
    _same("consensus rules", _hex(ours.rules_hash), _hex(theirs.rules_hash))
    if ours.validator is not None and ours.validator == theirs.validator:
        both = f"both nodes use the key of {_hex(ours.validator)}; a validator runs on one node only"
        raise HandshakeRefused("validator key", both, "")
    return _differing_settings(dict(ours.settings), dict(theirs.settings))


def proof_digest(signer: PeerId, verifier: PeerId, hello: Hello, challenge: bytes) -> Hash32:
    """What the validator key of `signer` signs; `challenge` came from `verifier`."""
    parts = [peer_id_bytes(signer), peer_id_bytes(verifier), encode_int(hello.chain_id), hello.genesis_hash, challenge]
    return keccak(encode([PROOF_DOMAIN, *parts]))


def check_proof(proof: bytes, signer: PeerId, verifier: PeerId, theirs: Greeting, our_challenge: bytes) -> None:
    """Does `proof` show that the node `signer` holds the key of the validator it claims to be, or claims none?
    Raises HandshakeRefused."""
    claimed = theirs.hello.validator
    if claimed is None and not proof:
        return
    if claimed is None:
        raise HandshakeRefused("validator signature", "none expected from a node that claims no validator", "")
    try:
        found = recover_address(proof_digest(signer, verifier, theirs.hello, our_challenge), proof)
    except InvalidSignature as error:
        raise HandshakeRefused("validator signature", f"not one by {_hex(claimed)}: {error}", "") from error
    if found != claimed:
        mismatch = f"not one by {_hex(claimed)} over this connection's challenge"
        raise HandshakeRefused("validator signature", mismatch, "")


def encode_refusal(refusal: HandshakeRefused) -> bytes:
    return encode([printable(text) for text in (refusal.field, refusal.ours, refusal.theirs)])


def printable(text: str) -> bytes:
    """Words of ours as the other side will take them: short, and nothing that could upset a log."""
    shown = "".join(character if character.isprintable() else "?" for character in text)
    return shown.encode(errors="replace")[:MAX_REFUSAL_TEXT].decode(errors="ignore").encode()


def read_printable(data: bytes) -> str:
    """Raises MalformedHandshake."""
    try:
        return _text(data, MAX_REFUSAL_TEXT)
    except RlpError as error:
        raise MalformedHandshake("farewell", str(error)) from error


def decode_refusal(data: bytes) -> HandshakeRefused:
    """Raises MalformedHandshake."""
    try:
        field, ours, theirs = (_text(item, MAX_REFUSAL_TEXT) for item in as_list(decode(data), 3))
        return HandshakeRefused(field, ours, theirs)
    except RlpError as error:
        raise MalformedHandshake("refusal", str(error)) from error


def _decode_hello(body: list[Decoded]) -> Hello:
    chain_id, genesis_hash, rules_hash, name, listen_address, head, validator, settings = body
    pairs = as_list(settings)
    if len(pairs) > MAX_SETTINGS:
        raise RlpError(f"{len(pairs)} settings, at most {MAX_SETTINGS}")
    return Hello(
        chain_id=as_uint64(chain_id),
        genesis_hash=as_hash(genesis_hash),
        rules_hash=as_hash(rules_hash),
        name=_text(name, MAX_NAME),
        listen_address=_text(listen_address, MAX_ADDRESS),
        head=as_uint64(head),
        validator=as_optional_address(validator),
        settings=tuple(_setting(pair) for pair in pairs),
    )


def _setting(pair: Decoded) -> tuple[str, str]:
    name, value = as_list(pair, 2)
    return _text(name, MAX_NAME), _text(value, MAX_NAME)


def _text(item: Decoded, limit: int) -> str:
    """Printable only: these words go to logs and terminals."""
    data = as_bytes(item)
    if len(data) > limit:
        raise RlpError(f"text of {len(data)} bytes, at most {limit}")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise RlpError("text is not UTF-8") from error
    if not text.isprintable():
        raise RlpError("text has unprintable characters")
    return text


def _differing_settings(ours: dict[str, str], theirs: dict[str, str]) -> tuple[str, ...]:
    return tuple(
        f"{name} is {ours[name]} here and {theirs[name]} there"
        for name in ours
        if name in theirs and ours[name] != theirs[name]
    )


def _same(field: str, ours: str, theirs: str) -> None:
    if ours != theirs:
        raise HandshakeRefused(field, ours, theirs)


def _hex(data: bytes) -> str:
    return "0x" + data.hex()
