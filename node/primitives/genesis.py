"""The genesis document: geth's JSON, with our rules in `config.jiaozi`.

A document without `config.jiaozi` describes a foreign chain: Ethereum's own rules, sealed by nobody we know.
Everything that decides validity is here; what is local to a node is in its configuration file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar, cast

from node.primitives.block import Block, Header
from node.primitives.bloom import BLOOM_LENGTH
from node.primitives.errors import InvalidGenesis
from node.primitives.hashing import EMPTY_OMMERS_HASH, EMPTY_TRIE_ROOT, keccak
from node.primitives.rlp import encode, encode_int
from node.primitives.types import UINT64_MAX, UINT256_MAX, Address, BlockNumber, Gas, Hash32, Wei

EMPTY_REQUESTS_HASH: Final = Hash32(bytes.fromhex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"))
"""sha256 of nothing (EIP-7685)."""

INITIAL_BASE_FEE: Final = 1_000_000_000

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class BlobSchedule:
    """EIP-7840: blobs per block and the speed of their price. Defaults are Prague's (EIP-7691)."""

    target: int = 6
    maximum: int = 9
    update_fraction: int = 5_007_716


PRAGUE_BLOBS: Final = BlobSchedule()


@dataclass(frozen=True, slots=True, kw_only=True)
class QbftRules:
    """`config.jiaozi`. Times are milliseconds. The periods and timeouts never decide validity."""

    validators_contract: Address
    block_period_ms: int = 1_000
    empty_block_period_ms: int = 60_000
    base_timeout_ms: int = 1_000
    timeout_cap_ms: int = 5_000
    zero_base_fee: bool = True
    development: bool = False
    transaction_gas_cap: int = 16_777_216
    max_block_bytes: int = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ChainConfig:
    """`qbft` is None for a foreign chain."""

    chain_id: int
    qbft: QbftRules | None
    blob_schedule: BlobSchedule = PRAGUE_BLOBS
    deposit_contract: Address | None = None


@dataclass(frozen=True, slots=True)
class GenesisAccount:
    balance: Wei
    nonce: int
    code: bytes
    storage: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Genesis:
    config: ChainConfig
    alloc: Mapping[Address, GenesisAccount]
    timestamp: int
    extra_data: bytes
    gas_limit: Gas
    difficulty: int
    nonce: bytes
    mix_hash: Hash32
    coinbase: Address
    base_fee: Wei


def parse_genesis(document: object) -> Genesis:
    """`document` is the parsed JSON. Raises InvalidGenesis, naming the entry."""
    root = _Entry(document, "")
    config = _chain_config(root.child("config"))
    extra_data = root.data("extraData")
    if config.qbft is not None and len(extra_data) != 32:
        raise InvalidGenesis("extraData", f"is {len(extra_data)} bytes; ours is the hash of the first validator set")
    default_base_fee = 0 if config.qbft is not None and config.qbft.zero_base_fee else INITIAL_BASE_FEE
    return Genesis(
        config=config,
        alloc=_alloc(root.child("alloc")),
        timestamp=root.integer("timestamp", 0, UINT64_MAX),
        extra_data=extra_data,
        gas_limit=Gas(root.integer("gasLimit", limit=UINT64_MAX)),
        difficulty=root.integer("difficulty", 0),
        nonce=root.integer("nonce", 0, UINT64_MAX).to_bytes(8, "big"),
        mix_hash=Hash32(root.data("mixHash", 32, b"\0" * 32)),
        coinbase=Address(root.data("coinbase", 20, b"\0" * 20)),
        base_fee=Wei(root.integer("baseFeePerGas", default_base_fee)),
    )


def genesis_block(genesis: Genesis, state_root: Hash32) -> Block:
    """Block 0; `state_root` is that of `genesis.alloc`."""
    return Block(
        Header(
            parent_hash=Hash32(b"\0" * 32),
            ommers_hash=EMPTY_OMMERS_HASH,
            coinbase=genesis.coinbase,
            state_root=state_root,
            transactions_root=EMPTY_TRIE_ROOT,
            receipts_root=EMPTY_TRIE_ROOT,
            bloom=b"\0" * BLOOM_LENGTH,
            difficulty=genesis.difficulty,
            number=BlockNumber(0),
            gas_limit=genesis.gas_limit,
            gas_used=Gas(0),
            timestamp=genesis.timestamp,
            extra_data=genesis.extra_data,
            mix_hash=genesis.mix_hash,
            nonce=genesis.nonce,
            base_fee=genesis.base_fee,
            withdrawals_root=EMPTY_TRIE_ROOT,
            blob_gas_used=Gas(0),
            excess_blob_gas=Gas(0),
            parent_beacon_root=Hash32(b"\0" * 32),
            requests_hash=EMPTY_REQUESTS_HASH,
        ),
        (),
    )


def consensus_rules_hash(config: ChainConfig) -> Hash32:
    """What two nodes must agree on beyond the genesis block: the rules that decide validity."""
    rules = config.qbft
    assert rules is not None, "a foreign chain has no peers"
    flags = encode_int(rules.zero_base_fee), encode_int(rules.development)
    limits = encode_int(rules.transaction_gas_cap), encode_int(rules.max_block_bytes)
    return keccak(encode([encode_int(config.chain_id), rules.validators_contract, *flags, *limits]))


@dataclass(frozen=True, slots=True)
class _Entry:
    """A JSON object and where it stands, so that an error can say so."""

    value: object
    path: str

    def __post_init__(self) -> None:
        if not isinstance(self.value, dict):
            raise InvalidGenesis(self.path or "the document", "is not a JSON object")

    @property
    def members(self) -> dict[str, Any]:
        return cast(dict[str, Any], self.value)

    def __contains__(self, key: str) -> bool:
        return self.members.get(key) is not None

    def name(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def child(self, key: str) -> "_Entry":
        if key not in self:
            raise InvalidGenesis(self.name(key), "is missing")
        return _Entry(self.members[key], self.name(key))

    def integer(self, key: str, default: int | None = None, limit: int = UINT256_MAX) -> int:
        if key not in self:
            return _required(default, self.name(key))
        return _integer(self.members[key], self.name(key), limit)

    def boolean(self, key: str, default: bool) -> bool:
        value = self.members.get(key, default)
        if not isinstance(value, bool):
            raise InvalidGenesis(self.name(key), f"is {value!r}, expected true or false")
        return value

    def data(self, key: str, length: int | None = None, default: bytes | None = None) -> bytes:
        if key not in self:
            return _required(default, self.name(key))
        return _data(self.members[key], self.name(key), length)


def _required(value: T | None, name: str) -> T:
    if value is None:
        raise InvalidGenesis(name, "is missing")
    return value


def _integer(value: object, name: str, limit: int = UINT256_MAX) -> int:
    """A JSON number, a decimal string or a 0x string."""
    try:
        number = int(value, 0) if isinstance(value, str) else value
    except ValueError:
        number = None
    if not isinstance(number, int) or isinstance(number, bool):
        raise InvalidGenesis(name, f"is {value!r}, expected an integer")
    if not 0 <= number <= limit:
        raise InvalidGenesis(name, f"is {value!r}, expected 0 to {limit:#x}")
    return number


def _data(value: object, name: str, length: int | None = None) -> bytes:
    try:
        if not isinstance(value, str):
            raise ValueError
        data = bytes.fromhex(value.removeprefix("0x"))
    except ValueError:
        raise InvalidGenesis(name, f"is {value!r}, expected hexadecimal bytes") from None
    if length is not None and len(data) != length:
        raise InvalidGenesis(name, f"is {len(data)} bytes, expected {length}")
    return data


def _chain_config(entry: _Entry) -> ChainConfig:
    deposit = entry.data("depositContractAddress", 20) if "depositContractAddress" in entry else None
    return ChainConfig(
        chain_id=entry.integer("chainId"),
        qbft=_qbft_rules(entry.child("jiaozi")) if "jiaozi" in entry else None,
        blob_schedule=_blob_schedule(entry),
        deposit_contract=None if deposit is None else Address(deposit),
    )


def _blob_schedule(config: _Entry) -> BlobSchedule:
    if "blobSchedule" not in config or "prague" not in config.child("blobSchedule"):
        return PRAGUE_BLOBS
    prague = config.child("blobSchedule").child("prague")
    return BlobSchedule(prague.integer("target"), prague.integer("max"), prague.integer("baseFeeUpdateFraction"))


def _qbft_rules(entry: _Entry) -> QbftRules:
    default = QbftRules(validators_contract=Address(entry.data("validatorsContract", 20)))
    rules = QbftRules(
        validators_contract=default.validators_contract,
        block_period_ms=entry.integer("blockPeriodMs", default.block_period_ms),
        empty_block_period_ms=entry.integer("emptyBlockPeriodMs", default.empty_block_period_ms),
        base_timeout_ms=entry.integer("baseTimeoutMs", default.base_timeout_ms),
        timeout_cap_ms=entry.integer("timeoutCapMs", default.timeout_cap_ms),
        zero_base_fee=entry.boolean("zeroBaseFee", default.zero_base_fee),
        development=entry.boolean("development", default.development),
        transaction_gas_cap=entry.integer("transactionGasCap", default.transaction_gas_cap),
        max_block_bytes=entry.integer("maxBlockBytes", default.max_block_bytes),
    )
    for key, value in (("blockPeriodMs", rules.block_period_ms), ("baseTimeoutMs", rules.base_timeout_ms)):
        if value < 50:
            raise InvalidGenesis(entry.name(key), f"is {value} ms; below 50 ms nothing can agree")
    return rules


def _alloc(entry: _Entry) -> Mapping[Address, GenesisAccount]:
    accounts = {}
    for key in entry.members:
        address = Address(_data(key, entry.name(key), 20))
        if address in accounts:
            raise InvalidGenesis(entry.name(key), "stands there twice")
        accounts[address] = _account(entry.child(key))
    return accounts


def _account(entry: _Entry) -> GenesisAccount:
    slots = entry.child("storage") if "storage" in entry else _Entry({}, entry.name("storage"))
    storage = {_word(slot, slots.path): _word(value, slots.name(slot)) for slot, value in slots.members.items()}
    return GenesisAccount(
        balance=Wei(entry.integer("balance", 0)),
        nonce=entry.integer("nonce", 0, UINT64_MAX),
        code=entry.data("code", default=b""),
        storage={slot: value for slot, value in storage.items() if value},
    )


def _word(value: object, name: str) -> int:
    data = _data(value, name)
    if len(data) > 32:
        raise InvalidGenesis(name, f"{value!r} is longer than 32 bytes")
    return int.from_bytes(data, "big")
