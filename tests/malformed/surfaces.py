"""Each surface of the system as one function: something malformed in, the words of its refusal out."""

import io
import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any, Final

from node.app.assembly import make_network
from node.app.config import NodeConfig, load_config, with_settings
from node.app.errors import AppError
from node.app.folder import NodeFolder, read_genesis
from node.chain.errors import ImportRefused
from node.chain.transfer import import_blocks
from node.consensus import effects as asked
from node.network.errors import FrameError, NetworkError
from node.network.events import PeerIdentity, PeerLeft
from node.network.frames import FrameDecoder, Kind, Lane
from node.network.handshake import (
    Greeting,
    Hello,
    check_hello,
    check_proof,
    decode_greeting,
    encode_greeting,
    proof_digest,
)
from node.network.identity import NodeIdentity
from node.primitives.errors import InvalidGenesis, RlpError
from node.primitives.genesis import consensus_rules_hash, parse_genesis
from node.primitives.keys import PrivateKey
from node.primitives.rlp import decode
from tests.unit.node.app.standing import OBSERVER, Standing, drops, sent
from tests.unit.node.rpc.in_process import Client
from wallet.addresses import parse_payee
from wallet.errors import WalletError
from wallet.money import Currency, parse_payment

EURO: Final = Currency("JZ", "Jiaozi", 2, bytes(20))
US, THEM = NodeIdentity(b"\x21" * 32), NodeIdentity(b"\x22" * 32)
THEIR_KEY: Final = PrivateKey(b"\x23" * 32)
CHALLENGE: Final = b"c" * 32


class Surface(Enum):
    JSON_RPC = "JSON-RPC"
    FRAME = "frame of a peer"
    WIRE = "bytes of a peer"
    HANDSHAKE = "handshake"
    GENESIS = "genesis document"
    SETTING = "node.toml"
    FOLDER = "data folder"
    BLOCK_FILE = "file of blocks"
    RLP = "RLP"
    MONEY = "wallet amount"
    PAYEE = "wallet address"


@dataclass(frozen=True, slots=True)
class Row:
    """An `error` that ends with ": " is a beginning: the figures of a library or of this moment follow."""

    surface: Surface
    name: str
    given: Any
    error: str


@dataclass(slots=True)
class Bench:
    """What a table needs to be tried out: a validator at genesis, a JSON-RPC server, an empty folder."""

    node: Standing
    client: Client
    folder: Path

    def books(self) -> object:
        rpc = self.client.service.node
        pool = rpc.ask_pool(lambda pool: sorted(pool.hashes())).result()
        return self.node.close_books(), rpc.chain.head.hash, pool


def refusal(bench: Bench, row: Row) -> str:
    """What `row` is told; empty where nobody objects."""
    return _JUDGES[row.surface](bench, row.given)


def _json_rpc(bench: Bench, body: bytes) -> str:
    error = bench.client.post(body).json()["error"]
    return f"{error['code']} {error['message']}"


def _frame(bench: Bench, given: tuple[Kind, bytes]) -> str:
    """From somebody who has joined with a head far ahead, and so has been asked for blocks; it leaves afterwards."""
    kind, payload = given
    bench.node.join(OBSERVER, 9)
    effects = bench.node.frame(OBSERVER, kind, payload)
    bench.node.upon(PeerLeft(OBSERVER, "dropped"))
    refused = [effect.error for effect in effects if isinstance(effect, asked.Refused)]
    acknowledged = ["acknowledged, not taken"] if sent(effects, Kind.ACKNOWLEDGE_TRANSACTIONS) else []
    told = [*drops(effects), *(f"{type(error).__name__}: {error}" for error in refused), *acknowledged]
    assert len(told) <= 1, told
    return told[0] if told else ""


def _wire(bench: Bench, given: tuple[Lane, bytes]) -> str:
    lane, data = given
    decoder = FrameDecoder(lane)
    decoder.feed(data)
    return _told(FrameError, lambda: list(decoder.frames()))


def _handshake(bench: Bench, given: Mapping[str, object]) -> str:
    """`given` is what differs from a good handshake; `admitted` False leaves it to the node's own judgement."""
    wrong = dict(given)
    chain, config = bench.node.chain, bench.node.chain.config
    ours = Hello(
        config.chain_id,
        chain.genesis_hash,
        consensus_rules_hash(config),
        "jiaozi",
        "",
        0,
        bench.node.chain.head.next_validators[0],
    )
    raw, challenge, key = wrong.pop("raw", None), wrong.pop("challenge", CHALLENGE), wrong.pop("key", THEIR_KEY)
    proves, admitted = wrong.pop("proves", True), wrong.pop("admitted", True)
    hello = replace(ours, validator=THEIR_KEY.address, **wrong)  # type: ignore[arg-type]  # by name

    def shake() -> None:
        sent_ = raw if isinstance(raw, bytes) else encode_greeting(Greeting(hello, bytes(16), bytes(32)))
        theirs = decode_greeting(sent_)
        check_hello(ours, theirs.hello)
        assert isinstance(key, PrivateKey) and isinstance(challenge, bytes)
        proof = key.sign(proof_digest(THEM.peer_id, US.peer_id, hello, challenge)) if proves else b""
        check_proof(proof, THEM.peer_id, US.peer_id, theirs, CHALLENGE)

    if admitted:
        return _told(NetworkError, shake)
    network = make_network(NodeConfig(), US, None, chain, config)
    return network._admit(PeerIdentity(THEM.peer_id, hello.validator, False)) or ""


def _genesis(bench: Bench, change: Callable[[dict[str, Any]], object]) -> str:
    document = deepcopy(GENESIS)
    changed = change(document)
    return _told(InvalidGenesis, lambda: parse_genesis(changed if isinstance(changed, list) else document))


def _setting(bench: Bench, text: str) -> str:
    path = bench.folder / "node.toml"
    path.write_text(text, encoding="utf-8")
    told = _told((AppError, NetworkError), lambda: _network_of(bench, with_settings(load_config(path), {})))
    return told.replace(f"{bench.folder}/", "")


def _network_of(bench: Bench, config: NodeConfig) -> None:
    make_network(config, US, None, bench.node.chain, bench.node.chain.config)


def _folder(bench: Bench, given: tuple[str, bytes]) -> str:
    name, content = given
    folder = NodeFolder(bench.folder)
    (bench.folder / name).write_bytes(content)
    reads: dict[str, Callable[[], object]] = {
        "node.key": folder.identity,
        "validator.key": folder.validator_key,
        "genesis.json": lambda: read_genesis(folder.genesis_path),
    }
    return _told(AppError, reads[name]).replace(f"{bench.folder}/", "")


def _block_file(bench: Bench, data: bytes) -> str:
    return _told(ImportRefused, lambda: import_blocks(bench.node.chain, io.BytesIO(data), lambda number: None))


def _rlp(bench: Bench, data: bytes) -> str:
    return _told(RlpError, lambda: decode(data))


def _money(bench: Bench, text: str) -> str:
    return _told(WalletError, lambda: parse_payment(text, EURO))


def _payee(bench: Bench, text: str) -> str:
    return _told(WalletError, lambda: parse_payee(text))


def _told(kind: type[Exception] | tuple[type[Exception], ...], action: Callable[[], object]) -> str:
    try:
        action()
    except kind as error:
        return str(error)
    return ""


GENESIS: Final[dict[str, Any]] = {
    "config": {"chainId": 7, "jiaozi": {"validatorsContract": "0x" + "11" * 20}},
    "extraData": "0x" + "22" * 32,
    "gasLimit": "0x1c9c380",
    "alloc": {"0x" + "33" * 20: {"balance": "1"}},
}

_JUDGES: Final[Mapping[Surface, Callable[[Bench, Any], str]]] = {
    Surface.JSON_RPC: _json_rpc,
    Surface.FRAME: _frame,
    Surface.WIRE: _wire,
    Surface.HANDSHAKE: _handshake,
    Surface.GENESIS: _genesis,
    Surface.SETTING: _setting,
    Surface.FOLDER: _folder,
    Surface.BLOCK_FILE: _block_file,
    Surface.RLP: _rlp,
    Surface.MONEY: _money,
    Surface.PAYEE: _payee,
}


def rpc_body(method: str, *parameters: object) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": list(parameters)}).encode()


def raw_transaction(raw: bytes) -> bytes:
    return rpc_body("eth_sendRawTransaction", "0x" + raw.hex())
