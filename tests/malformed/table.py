"""The table: surface, what is given, and exactly what it is told. Nothing on the bench changes by any row."""

from collections.abc import Iterator
from typing import Any, Final

from node.app.development_clock import DevelopmentClock, encode_clock
from node.network.frames import HEADER, LIMIT_OF, Kind, Lane
from node.primitives.rlp import encode, encode_int
from node.primitives.transaction import TransactionKind
from node.primitives.types import Hash32
from tests.malformed import material as of
from tests.malformed.surfaces import Row, Surface, raw_transaction
from tests.unit.node.chain.transfers import CHAIN_ID, USERS, pay
from tests.unit.node.rpc.malformed_cases import CASES
from tests.unit.node.rpc.solo import payment

Given = tuple[str, Any, str]

X: Final = Hash32(b"x" * 32)
LEGACY: Final = payment(kind=TransactionKind.LEGACY)
BLOB: Final[dict[str, Any]] = {
    "kind": TransactionKind.BLOB,
    "max_fee_per_blob_gas": 1,
    "blob_hashes": (Hash32(b"\x01" + bytes(31)),),
}


def _rows(surface: Surface, *rows: Given) -> Iterator[Row]:
    for name, given, error in rows:
        yield Row(surface, name, given, error)


def _set(*path: str, to: object) -> Any:
    """A change of the genesis document."""

    def change(document: dict[str, Any]) -> None:
        *parents, last = path
        for each in parents:
            document = document[each]
        document[last] = to

    return change


def _without(key: str) -> Any:
    return lambda document: document.pop(key) and None


TRANSACTIONS = _rows(
    Surface.JSON_RPC,
    (
        "before EIP-155",
        raw_transaction(payment(kind=TransactionKind.LEGACY, chain_id=None).raw),
        "-32000 only replay-protected (EIP-155) transactions allowed over RPC",
    ),
    (
        "a blob transaction",
        raw_transaction(payment(**BLOB).raw),
        "-32000 transaction type not supported: type 3 (blobs) exists in imported blocks only",
    ),
    (
        "a blob sidecar",
        raw_transaction(b"\x03" + encode([[b""] * 14, [], [], []])),
        "-32000 transaction: blob sidecars (the EIP-4844 network form) are not accepted here",
    ),
    (
        "oversized",
        raw_transaction(payment(data=bytes(128 * 1024), gas=10_000_000).raw),
        "-32000 oversized data: transaction size 131179, limit 131072",
    ),
    (
        "v of 26",
        raw_transaction(of.altered(LEGACY, of.put(6, b"\x1a"))),
        "-32000 transaction signature: v is 26, expected 27, 28 or 35 and above (EIP-155)",
    ),
    (
        "y parity of 2",
        raw_transaction(of.altered(payment(), of.put(9, b"\x02"))),
        "-32000 transaction: integer over 0x1",
    ),
    (
        "r of nothing",
        raw_transaction(of.altered(payment(), of.put(10, b""))),
        "-32000 transaction signature: recovers to nobody: failed to recover ECDSA public key",
    ),
    (
        "a nonce with leading zeros",
        raw_transaction(of.altered(payment(), of.put(1, b"\0\1"))),
        "-32000 transaction: integer with leading zeros",
    ),
    (
        "a nonce beyond 64 bits",
        raw_transaction(of.altered(payment(), of.put(1, b"\1" + bytes(8)))),
        "-32000 transaction: integer over 0xffffffffffffffff",
    ),
    (
        "a payee of 19 bytes",
        raw_transaction(of.altered(payment(), of.put(5, bytes(19)))),
        "-32000 transaction: expected 20 bytes, found 19",
    ),
    (
        "a list for a value",
        raw_transaction(of.altered(payment(), of.put(6, []))),
        "-32000 transaction: expected a byte string, found a list",
    ),
    (
        "thirteen fields",
        raw_transaction(of.altered(payment(), lambda items: items.append(b""))),
        "-32000 transaction: expected a list of 12 items, found 13",
    ),
    (
        "a bomb of brackets",
        raw_transaction(of.nested(5_000)),
        "-32000 transaction: not RLP of ours: lists are nested more than 16 deep",
    ),
    (
        "more than the sender has",
        raw_transaction(payment(value=10**30).raw),
        (
            "-32000 insufficient funds for gas * price + value: address "
            "0x1a642f0e3c3af545e7acbd38b07251b3990914f1 have 1000000000000000000000000 want "
            "1000000000000000000000000000000"
        ),
    ),
    (
        "more gas than a transaction may",
        raw_transaction(payment(gas=2**24 + 1).raw),
        "-32000 transaction gas limit too high (cap: 16777216, tx: 16777217)",
    ),
)

FRAMES = _rows(
    Surface.FRAME,
    (
        "CONSENSUS: garbage",
        (Kind.CONSENSUS, b"\xff" * 9),
        ("CONSENSUS that does not parse: consensus message: not RLP: 18446744073709551615 bytes announced, 0 there"),
    ),
    (
        "CONSENSUS: nothing",
        (Kind.CONSENSUS, b""),
        "CONSENSUS that does not parse: consensus message: not RLP: it ends where an item should begin",
    ),
    (
        "CONSENSUS: an unknown code",
        (Kind.CONSENSUS, encode([b"\x20", [], bytes(65)])),
        "CONSENSUS that does not parse: consensus message: code 0x20 is no consensus message",
    ),
    (
        "CONSENSUS: a short signature",
        (Kind.CONSENSUS, encode([b"\x13", [b"\1", b"", X], bytes(64)])),
        "CONSENSUS that does not parse: consensus message: expected 65 bytes, found 64",
    ),
    (
        "CONSENSUS: 1,025 in a justification",
        (Kind.CONSENSUS, of.crowded()),
        ("CONSENSUS that does not parse: consensus message: a justification of 1025 messages, the limit is 1024"),
    ),
    (
        "CONSENSUS: a bomb of brackets",
        (Kind.CONSENSUS, of.nested(10_000)),
        (
            "CONSENSUS that does not parse: consensus message: expected at least code, payload and signature, "
            "found 1 items"
        ),
    ),
    (
        "CONSENSUS: no signature",
        (Kind.CONSENSUS, of.unsigned(of.prepare())),
        "CONSENSUS that no validator signed: Prepare: recovers to nobody: failed to recover ECDSA public key",
    ),
    (
        "CONSENSUS: the other s",
        (Kind.CONSENSUS, of.high_s(of.said(of.prepare(), of.by_turn(1)))),
        "CONSENSUS that no validator signed: Prepare: s is in the upper half (EIP-2)",
    ),
    (
        "CONSENSUS: a stranger's vote",
        (Kind.CONSENSUS, of.said(of.prepare(), of.STRANGER)),
        "CONSENSUS that no validator signed: 0x1c5e6f6f6c7866ef146b0c0220d857d12a9058f0 is not a validator at height 1",
    ),
    (
        "CONSENSUS: signed for another chain",
        (Kind.CONSENSUS, of.said(of.prepare(), of.by_turn(1), chain_id=8)),
        "CONSENSUS that no validator signed: 0x6067532a0026e42b15e805b5076612c0a62fdc3e is not a validator at height 1",
    ),
    (
        "CONSENSUS: a height far ahead",
        (Kind.CONSENSUS, of.said(of.prepare(9), of.by_turn(1))),
        "TooFarAhead: is of height 9, we are deciding height 1",
    ),
    (
        "CONSENSUS: not the proposer",
        (Kind.CONSENSUS, of.said(of.proposal(), of.by_turn(2))),
        (
            "NotTheProposer: round 0 is proposed by 0x0cb030d11a8be48b60418857874deee61d1071e0, not by "
            "0x3325a78425f17a7e487eb5666b2bfd93abb06c70"
        ),
    ),
    (
        "CONSENSUS: an unjustified round",
        (Kind.CONSENSUS, of.said(of.proposal(1), of.by_turn(1))),
        "Unjustified: Proposal of height 1 round 1 is not justified by what it carries",
    ),
    (
        "CONSENSUS: an unproven claim",
        (Kind.CONSENSUS, of.said(of.claim(), of.by_turn(2))),
        "Unjustified: RoundChange of height 1 round 1 is not justified by what it carries",
    ),
    (
        "CONSENSUS: another's seal",
        (Kind.CONSENSUS, of.said(of.commit(of.by_turn(2)), of.by_turn(1))),
        (
            "BadSeal: a Commit by 0x1a642f0e3c3af545e7acbd38b07251b3990914f1 carries the seal of "
            "0x3325a78425f17a7e487eb5666b2bfd93abb06c70"
        ),
    ),
    ("STATUS: nothing", (Kind.STATUS, b""), "STATUS that does not parse: not RLP: it ends where an item should begin"),
    (
        "STATUS: two fields",
        (Kind.STATUS, encode([b"\1", X])),
        "STATUS that does not parse: expected a list of 3 items, found 2",
    ),
    (
        "STATUS: a hash of 31 bytes",
        (Kind.STATUS, encode([b"\1", bytes(31), []])),
        "STATUS that does not parse: expected 32 bytes, found 31",
    ),
    (
        "STATUS: a seal of 64 bytes",
        (Kind.STATUS, encode([b"\1", X, [[b"", [bytes(64)]]]])),
        "STATUS that does not parse: expected 65 bytes, found 64",
    ),
    (
        "STATUS: genesis as block 1",
        (Kind.STATUS, of.status(1, of.SOURCE.chain.genesis_hash, of.certificate(1))),
        "STATUS that gives block 0 the number 1",
    ),
    (
        "GET_BLOCKS: nothing",
        (Kind.GET_BLOCKS, b""),
        "GET_BLOCKS that does not parse: not RLP: it ends where an item should begin",
    ),
    (
        "GET_BLOCKS: a number beyond 64 bits",
        (Kind.GET_BLOCKS, encode([encode_int(2**64), b"\1"])),
        "GET_BLOCKS that does not parse: integer over 0xffffffffffffffff",
    ),
    ("BLOCKS: no list", (Kind.BLOCKS, b"\x83abc"), "BLOCKS that do not parse: expected a list, found a byte string"),
    (
        "BLOCKS: half an entry",
        (Kind.BLOCKS, of.blocks(of.certified(1)[:-1])),
        "sent a block that is refused: not RLP: 954 bytes announced, 953 there",
    ),
    (
        "BLOCKS: no certificate",
        (Kind.BLOCKS, of.blocks(encode([b"", b""]))),
        "sent a block that is refused: expected a list, found a byte string",
    ),
    (
        "BLOCKS: ommers",
        (Kind.BLOCKS, of.blocks(of.with_ommers())),
        "sent a block that is refused: block: has ommers; none exist under proof of stake or QBFT",
    ),
    (
        "BLOCKS: a header of 19 fields",
        (Kind.BLOCKS, of.blocks(encode([[[b""] * 19, [], [], []], [b"", []]]))),
        "sent a block that is refused: header: 19 fields, expected 20 or 21",
    ),
    (
        "BLOCKS: another block's certificate",
        (Kind.BLOCKS, of.blocks(of.certified(1, of.certificate(2)))),
        (
            "sent a block that is refused: the commit certificate of block 1 is refused: a seal recovers to "
            "0xec30b4b923e0bcdf146226bed53ffa59ad8b80c4, who is no validator of this height; or it was made for "
            "another block, round or chain"
        ),
    ),
    (
        "BLOCKS: a gap",
        (Kind.BLOCKS, of.blocks(of.certified(2))),
        (
            "sent a block that is refused: block refused: parent_hash is "
            "0x017c78e0cdb66c096e793bb21132d3df6423a92e168fb4939afad200c946d1ff, expected "
            "0x3fbcc2913d3c069dd9088642735d195aed6a3677591ca07a6b3e4877349ffa4c, the head (block 0)"
        ),
    ),
    (
        "BLOCKS: an unsealed change",
        (Kind.BLOCKS, of.blocks(of.certified(1, gas_used=1))),
        (
            "sent a block that is refused: the commit certificate of block 1 is refused: a seal recovers to "
            "0x02aebf03fa81d88c2b5efcbc3ad45b6d34ee2b0a, who is no validator of this height; or it was made for "
            "another block, round or chain"
        ),
    ),
    (
        "BLOCKS: a sealed wrong state root",
        (Kind.BLOCKS, of.blocks(of.resealed(1, state_root=X))),
        (
            "sent a block that is refused: block refused: state_root is "
            "0x7878787878787878787878787878787878787878787878787878787878787878, expected "
            "0x7eddcc7359700d8ddc7666318465f458f4528565c6f9bcd6fe4c7dfdd4a0dee9"
        ),
    ),
    (
        "BLOCKS: a sealed wrong gas",
        (Kind.BLOCKS, of.blocks(of.resealed(1, gas_used=1))),
        "sent a block that is refused: block refused: gas_used is 1, expected 21000",
    ),
    (
        "BLOCKS: a header of an older fork",
        (Kind.BLOCKS, of.blocks(of.resealed(1, requests_hash=None))),
        (
            "sent a block that is refused: block refused: requests_hash is absent, expected 32 bytes: the chain "
            "is past Prague"
        ),
    ),
    (
        "TRANSACTIONS: nothing",
        (Kind.TRANSACTIONS, b""),
        "TRANSACTIONS that do not parse: not RLP: it ends where an item should begin",
    ),
    (
        "TRANSACTIONS: lists",
        (Kind.TRANSACTIONS, encode([[b"x"]])),
        "TRANSACTIONS that do not parse: expected a byte string, found a list",
    ),
    (
        "TRANSACTIONS: an unknown type",
        (Kind.TRANSACTIONS, of.transactions(b"\x05\xc0")),
        "TRANSACTIONS that do not parse: transaction type 0x05 is not supported",
    ),
    (
        "TRANSACTIONS: a good one and a half",
        (Kind.TRANSACTIONS, of.transactions(pay(USERS[0], 0).raw, pay(USERS[0], 1).raw[:-1])),
        "TRANSACTIONS that do not parse: transaction: not RLP: 98 bytes announced, 97 there",
    ),
    ("TRANSACTIONS: another chain's", (Kind.TRANSACTIONS, of.transactions(payment().raw)), "acknowledged, not taken"),
    (
        "TRANSACTIONS: a blob",
        (Kind.TRANSACTIONS, of.transactions(payment(chain_id=CHAIN_ID, **BLOB).raw)),
        "acknowledged, not taken",
    ),
    (
        "TRANSACTION_HASHES: 31 bytes",
        (Kind.TRANSACTION_HASHES, bytes(31)),
        "TRANSACTION_HASHES that does not parse: 31 bytes are not up to 4096 hashes of 32",
    ),
    (
        "TRANSACTION_HASHES: 4,097",
        (Kind.TRANSACTION_HASHES, bytes(32 * 4_097)),
        "TRANSACTION_HASHES that does not parse: 131104 bytes are not up to 4096 hashes of 32",
    ),
    (
        "GET_TRANSACTIONS: 33 bytes",
        (Kind.GET_TRANSACTIONS, bytes(33)),
        "GET_TRANSACTIONS that does not parse: 33 bytes are not up to 4096 hashes of 32",
    ),
    (
        "ACKNOWLEDGE_TRANSACTIONS: one byte",
        (Kind.ACKNOWLEDGE_TRANSACTIONS, b"x"),
        "ACKNOWLEDGE_TRANSACTIONS that does not parse: 1 bytes are not up to 4096 hashes of 32",
    ),
    (
        "DEVELOPMENT_CLOCK: on a real network",
        (Kind.DEVELOPMENT_CLOCK, encode_clock(DevelopmentClock(60))),
        "moves the clock of a network that is not for development",
    ),
    ("BLOCK: which nobody sends", (Kind.BLOCK, of.certified(1)), "BLOCK, which nobody here takes"),
    ("PING: after the handshake's layer", (Kind.PING, bytes(8)), "PING, which nobody here takes"),
)

WIRE = _rows(
    Surface.WIRE,
    ("an unknown kind", (Lane.URGENT, HEADER.pack(0, 0xEE)), "unknown frame kind 238"),
    (
        "a frame of 4 GiB",
        (Lane.URGENT, HEADER.pack(2**32 - 1, Kind.CONSENSUS)),
        "CONSENSUS frame of 4294967295 bytes, the limit is 8388608",
    ),
    (
        "one byte over its kind's limit",
        (Lane.BULK, HEADER.pack(LIMIT_OF[Kind.GET_BLOCKS] + 1, Kind.GET_BLOCKS)),
        "GET_BLOCKS frame of 4097 bytes, the limit is 4096",
    ),
    (
        "consensus where bulk goes",
        (Lane.BULK, HEADER.pack(0, Kind.CONSENSUS)),
        "CONSENSUS frame does not belong on the bulk stream",
    ),
    ("a web browser", (Lane.CONTROL, b"GET / HTTP/1.1\r\n\r\n"), "unknown frame kind 47"),
)

HANDSHAKES = _rows(
    Surface.HANDSHAKE,
    ("another chain", {"chain_id": 8}, "chain id differs: 99 at the node that refuses, 8 at the one refused"),
    (
        "another genesis",
        {"genesis_hash": X},
        (
            "genesis hash differs: 0x3fbcc2913d3c069dd9088642735d195aed6a3677591ca07a6b3e4877349ffa4c at the "
            "node that refuses, 0x7878787878787878787878787878787878787878787878787878787878787878 at the one "
            "refused"
        ),
    ),
    (
        "other rules",
        {"rules_hash": X},
        (
            "consensus rules differs: 0x0fb0d1c30e0c665e9a9041195684859c32bdc0151133ab4105bbda1f1b1da13a at the "
            "node that refuses, 0x7878787878787878787878787878787878787878787878787878787878787878 at the one "
            "refused"
        ),
    ),
    (
        "another version",
        {"protocol_version": 2},
        "protocol version differs: 1 at the node that refuses, 2 at the one refused",
    ),
    (
        "a recorded proof",
        {"challenge": b"o" * 32},
        ("validator signature: not one by 0xd3e442496eb66a4748912ec4a3b7a111d0b855d6 over this connection's challenge"),
    ),
    (
        "another validator's key",
        {"key": USERS[0]},
        ("validator signature: not one by 0xd3e442496eb66a4748912ec4a3b7a111d0b855d6 over this connection's challenge"),
    ),
    (
        "no proof",
        {"proves": False},
        ("validator signature: not one by 0xd3e442496eb66a4748912ec4a3b7a111d0b855d6: a signature is 65 bytes, not 0"),
    ),
    (
        "not admitted",
        {"admitted": False},
        "neither a validator at our head, nor on the admission list, nor one of our configured peers",
    ),
    ("no greeting", {"raw": b"hello"}, "malformed greeting: not RLP: 4 bytes too many"),
    ("a name that moves the cursor", {"name": "\x1b[2J"}, "malformed greeting: text has unprintable characters"),
    ("33 settings", {"settings": (("a", "b"),) * 33}, "malformed greeting: 33 settings, at most 32"),
)

GENESES = _rows(
    Surface.GENESIS,
    ("a list", lambda document: [], "genesis: the document: is not a JSON object"),
    ("no config", _without("config"), "genesis: config: is missing"),
    ("no alloc", _without("alloc"), "genesis: alloc: is missing"),
    (
        "a chain id in words",
        _set("config", "chainId", to="seven"),
        "genesis: config.chainId: is 'seven', expected an integer",
    ),
    (
        "a fraction for a chain id",
        _set("config", "chainId", to=7.0),
        "genesis: config.chainId: is 7.0, expected an integer",
    ),
    ("a negative gas limit", _set("gasLimit", to=-1), "genesis: gasLimit: is -1, expected 0 to 0xffffffffffffffff"),
    (
        "a time beyond 64 bits",
        _set("timestamp", to=2**64),
        "genesis: timestamp: is 18446744073709551616, expected 0 to 0xffffffffffffffff",
    ),
    (
        "no validators contract",
        _set("config", "jiaozi", to={}),
        "genesis: config.jiaozi.validatorsContract: is missing",
    ),
    (
        "a period of 10 ms",
        _set("config", "jiaozi", "blockPeriodMs", to=10),
        "genesis: config.jiaozi.blockPeriodMs: is 10 ms; below 50 ms nothing can agree",
    ),
    (
        "a truth in words",
        _set("config", "jiaozi", "development", to="yes"),
        "genesis: config.jiaozi.development: is 'yes', expected true or false",
    ),
    (
        "extra data of another chain",
        _set("extraData", to="0x1234"),
        "genesis: extraData: is 2 bytes; ours is the hash of the first validator set",
    ),
    (
        "an address of 19 bytes",
        _set("alloc", to={"0x" + "33" * 19: {}}),
        "genesis: alloc.0x33333333333333333333333333333333333333: is 19 bytes, expected 20",
    ),
    (
        "an address twice",
        _set("alloc", to={"33" * 20: {}, "0x" + "33" * 20: {}}),
        "genesis: alloc.0x3333333333333333333333333333333333333333: stands there twice",
    ),
    (
        "a slot of 33 bytes",
        _set("alloc", "0x" + "33" * 20, "storage", to={"0x" + "1" * 66: "0x01"}),
        (
            "genesis: alloc.0x3333333333333333333333333333333333333333.storage: "
            "'0x111111111111111111111111111111111111111111111111111111111111111111' is longer than 32 bytes"
        ),
    ),
    (
        "code that is not hexadecimal",
        _set("alloc", "0x" + "33" * 20, "code", to="0xzz"),
        ("genesis: alloc.0x3333333333333333333333333333333333333333.code: is '0xzz', expected hexadecimal bytes"),
    ),
)

SETTINGS = _rows(
    Surface.SETTING,
    ("no TOML", "rpc-port =", "configuration: node.toml is not TOML: Invalid value (at end of document)"),
    ("a port in quotes", "rpc-port = '8545'", "configuration: rpc-port is '8545', expected an integer"),
    ("a port that there is not", "p2p-port = 70000", "configuration: p2p-port is 70000, expected 0 to 65535"),
    (
        "an unknown key",
        "rpc-prot = 1",
        (
            "configuration: rpc-prot is not a setting; there are archive, engine, log_format, log_level, "
            "p2p_host, p2p_port, peers, rpc_admin, rpc_cors, rpc_host, rpc_hosts, rpc_port"
        ),
    ),
    ("an unknown engine", "engine = 'geth'", "configuration: engine is 'geth', expected one of auto, pyevm"),
    (
        "a peer without an id",
        "peers = ['/ip4/10.0.0.7/tcp/30303']",
        "'/ip4/10.0.0.7/tcp/30303': expected /ip4/HOST/tcp/PORT/p2p/PEER_ID",
    ),
    (
        "a peer with somebody's name",
        "peers = ['/ip4/10.0.0.7/tcp/30303/p2p/Bob']",
        "'Bob': not the peer id of an Ed25519 key (12D3KooW...)",
    ),
)

FOLDERS = _rows(
    Surface.FOLDER,
    ("a key in words", ("validator.key", b"secret"), "validator.key: is not hexadecimal"),
    ("a key cut short", ("node.key", b"01" * 31), "node.key: holds 31 bytes, expected 32"),
    (
        "a key of zeros",
        ("validator.key", b"00" * 32),
        ("validator.key: is no secp256k1 key: a private key is 32 bytes, above 0 and below the order of secp256k1"),
    ),
    (
        "a genesis of brackets",
        ("genesis.json", b"[" * 100_000),
        "genesis.json: is not JSON: depth limit exceeded: line 1 column 1026 (char 1025)",
    ),
)

FILES = _rows(
    Surface.BLOCK_FILE,
    (
        "a picture",
        b"\x89PNG\r\n",
        (
            "entry 0, what should be a block: expected a list: this is no file of blocks, or it is damaged "
            "before this place"
        ),
    ),
    ("the end is missing", of.certified(1)[:-10], "entry 0, what should be a block: the file ends 10 bytes early"),
    (
        "an item of 4 GiB",
        b"\xfb\xff\xff\xff\xff",
        "entry 0, what should be a block: an item of 4294967295 bytes; blocks here take at most 67108864",
    ),
    (
        "the second block first",
        of.certified(2),
        (
            "entry 0, block 2: block refused: parent_hash is "
            "0x017c78e0cdb66c096e793bb21132d3df6423a92e168fb4939afad200c946d1ff, expected "
            "0x3fbcc2913d3c069dd9088642735d195aed6a3677591ca07a6b3e4877349ffa4c, the head (block 0)"
        ),
    ),
    (
        "a block without certificate",
        of.sealed_by_nobody(1),
        "entry 0, block 1: the commit certificate of block 1 is refused: there is none",
    ),
    (
        "a changed header",
        of.certified(1, timestamp=5),
        (
            "entry 0, block 1: the commit certificate of block 1 is refused: a seal recovers to "
            "0x5ddbae2018d4eb439f47082472374c068539bd51, who is no validator of this height; or it was made for "
            "another block, round or chain"
        ),
    ),
)

ENCODINGS = _rows(
    Surface.RLP,
    ("nothing", b"", "not RLP: it ends where an item should begin"),
    ("a byte too many", b"\x01\x02", "not RLP: 1 bytes too many"),
    ("a prefix before a low byte", b"\x81\x01", "not RLP: a single low byte has a prefix"),
    ("a long form for a short string", b"\xb8\x01a", "not RLP: a length is cut off or not canonical"),
    ("a length with leading zeros", b"\xb9\x00\x38" + bytes(56), "not RLP: a length is cut off or not canonical"),
    ("a string cut short", b"\x83ab", "not RLP: 3 bytes announced, 2 there"),
    ("17 lists in each other", of.nested(17), "not RLP of ours: lists are nested more than 16 deep"),
    ("100,000 lists in each other", of.nested(100_000), "not RLP of ours: lists are nested more than 16 deep"),
)

AMOUNTS = _rows(
    Surface.MONEY,
    (
        "in words",
        "ten",
        "the amount 'ten' is not a plain decimal number such as 25 or 25.00, without sign, comma or exponent",
    ),
    (
        "negative",
        "-5",
        "the amount '-5' is not a plain decimal number such as 25 or 25.00, without sign, comma or exponent",
    ),
    (
        "with an exponent",
        "1e3",
        "the amount '1e3' is not a plain decimal number such as 25 or 25.00, without sign, comma or exponent",
    ),
    (
        "with a comma",
        "1,000",
        ("the amount '1,000' is not a plain decimal number such as 25 or 25.00, without sign, comma or exponent"),
    ),
    ("a tenth of a cent", "0.001", "the amount '0.001' has more decimals than JZ has (2)"),
    ("nothing", "0.00", "the amount '0.00' is nothing; say how much is to move"),
    (
        "more than any contract books",
        "9" * 78,
        (
            "the amount '999999999999999999999999999999999999999999999999999999999999999999999999999999' is "
            "larger than any contract can book"
        ),
    ),
    (
        "in Arabic digits",
        "\u0661",
        "the amount '\u0661' is not a plain decimal number such as 25 or 25.00, without sign, comma or exponent",
    ),
)

PAYEES = _rows(
    Surface.PAYEE,
    ("a name", "alice", "'alice' is not an address; an address is 0x and 40 hex digits"),
    (
        "39 digits",
        "0x" + "a" * 39,
        "'0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' is not an address; an address is 0x and 40 hex digits",
    ),
    (
        "without 0x",
        "ab" * 20,
        "'abababababababababababababababababababab' is not an address; an address is 0x and 40 hex digits",
    ),
    (
        "a mistyped checksum",
        "0x15d34AAf54267DB7D7c367839AAf71A00a2C6A66",
        (
            "'0x15d34AAf54267DB7D7c367839AAf71A00a2C6A66' has a wrong checksum, so a character was mistyped; "
            "compare it with where it came from"
        ),
    ),
    (
        "nobody",
        "0x" + "00" * 20,
        (
            "'0x0000000000000000000000000000000000000000' belongs to nobody, and what is sent there is lost; "
            "name who is to be paid"
        ),
    ),
)

REQUESTS = (Row(Surface.JSON_RPC, case.name, case.body, f"{case.code} {case.message}") for case in CASES)

ROWS: Final = (
    *REQUESTS, *TRANSACTIONS, *FRAMES, *WIRE, *HANDSHAKES, *GENESES, *SETTINGS, *FOLDERS, *FILES, *ENCODINGS, *AMOUNTS,
    *PAYEES,
)  # fmt: skip
