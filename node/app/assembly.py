"""Opens what a node is made of, from its folder and its settings, and puts it together."""

import logging
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from node.app.admission import Admission
from node.app.config import NodeConfig
from node.app.errors import BadFolder
from node.app.folder import NodeFolder
from node.app.fresh_start import FreshStart
from node.app.ledger import Ledger
from node.chain.chain import Chain
from node.chain.records import LAYOUT
from node.consensus.qbft import Qbft
from node.consensus.sign_state import SignState, decode_sign_state
from node.consensus.signing import Signatures
from node.consensus.timing import Timing
from node.execution.engine import Engine
from node.execution.engines import load_engine
from node.network.config import NetworkConfig
from node.network.handshake import Hello
from node.network.host import Network
from node.network.identity import NodeIdentity
from node.pool.model import PoolLimits
from node.pool.pool import Pool
from node.primitives.genesis import ChainConfig, Genesis, QbftRules, consensus_rules_hash
from node.primitives.keys import PrivateKey, recover_address
from node.primitives.types import ZERO_ADDRESS, Address, Hash32
from node.storage import FileJournal, FileRecord, LevelStore, Missing, RecordFile, StorageError
from node.validator.core import head_view

log = logging.getLogger("jiaozi.node")

CLIENT_NAME: Final = "jiaozi/0.1.0"


class KeySignatures:
    """The validator's own key, and libsecp256k1 for everybody else's."""

    def __init__(self, key: PrivateKey | None) -> None:
        self._key = key

    def sign(self, digest: Hash32) -> bytes:
        assert self._key is not None, "a node without a validator key signs nothing"
        return self._key.sign(digest)

    def recover(self, digest: Hash32, signature: bytes) -> Address:
        return recover_address(digest, signature)


@dataclass(slots=True)
class Parts:
    """`record` is None for a node that only follows, and until a validator that lost its own may sign again."""

    folder: NodeFolder
    chain: Chain
    ledger: Ledger
    network: Network
    identity: NodeIdentity
    address: Address | None
    store: LevelStore
    journal: FileJournal
    record: RecordFile | None
    rules: QbftRules

    def persist(self, data: bytes) -> None:
        """Durable on return."""
        if self.record is None:
            self.record = FileRecord(self.folder.sign_state_path, create=True)
        self.record.write(data)

    def close(self) -> None:
        """What the disk refuses here was acknowledged to nobody."""
        for part in (self.record, self.journal, self.store):
            try:
                if part is not None:
                    part.close()
            except StorageError as error:
                log.warning("at closing: %s", error)


def assemble(folder: NodeFolder, config: NodeConfig) -> Parts:
    """Raises AppError, InvalidGenesis, StorageError, ChainError; nothing stays open then."""
    genesis = folder.genesis()
    rules = genesis.config.qbft
    if rules is None:
        raise BadFolder(str(folder.genesis_path), "is of a foreign chain: it can be imported, not run")
    key, identity = folder.validator_key(), folder.identity()
    chain, store = open_chain(folder.database_path, genesis, load_engine(config.engine), archive=config.archive)
    opened: list[LevelStore | FileJournal | RecordFile] = [store]
    try:
        journal = FileJournal(folder.journal_path)
        opened.append(journal)
        record = _open_record(folder) if key is not None else None
        if record is not None:
            opened.append(record)
        ledger = make_ledger(
            chain, KeySignatures(key), None if key is None else key.address, rules, _signed(record), lost=record is None
        )
        network = make_network(config, identity, key, chain, genesis.config)
    except BaseException:
        for part in opened:
            with suppress(OSError):
                part.close()
        raise
    address = None if key is None else key.address
    return Parts(folder, chain, ledger, network, identity, address, store, journal, record, rules)


def open_chain(path: Path, genesis: Genesis, engine: Engine, *, archive: bool) -> tuple[Chain, LevelStore]:
    store = LevelStore(path, schema=LAYOUT)
    try:
        return Chain.open(store, genesis, engine, archive=archive), store
    except BaseException:
        store.close()
        raise


def make_ledger(
    chain: Chain,
    signatures: Signatures,
    address: Address | None,
    rules: QbftRules,
    signed: SignState | None,
    *,
    lost: bool,
    limits: PoolLimits | None = None,
) -> Ledger:
    """`lost`: the validator's sign-state is gone, so it is to be silent at first. The simulation comes in here too."""
    pool = Pool(limits or PoolLimits(), chain.config)
    silent = address is not None and lost
    qbft = Qbft(
        address=address or ZERO_ADDRESS,
        signatures=signatures,
        chain_id=chain.config.chain_id,
        genesis_hash=chain.genesis_hash,
        timing=timing_of(rules),
        head=head_view(chain.head),
        sign_state=signed,
        may_sign=address is not None and not silent,
    )
    fresh = None
    if silent and address is not None:
        log.warning("sign-state is missing: this validator signs nothing until what it may have signed is final")
        fresh = FreshStart(address)
    return Ledger(chain, pool, qbft, address, build_budget_ms=rules.base_timeout_ms // 3, fresh=fresh)


def timing_of(rules: QbftRules) -> Timing:
    return Timing(rules.block_period_ms, rules.empty_block_period_ms, rules.base_timeout_ms, rules.timeout_cap_ms)


def make_network(
    config: NodeConfig, identity: NodeIdentity, key: PrivateKey | None, chain: Chain, chain_config: ChainConfig
) -> Network:
    rules = chain_config.qbft
    assert rules is not None
    settings = (("blockPeriodMs", str(rules.block_period_ms)), ("baseTimeoutMs", str(rules.base_timeout_ms)))

    def hello() -> Hello:
        return Hello(
            chain_id=chain_config.chain_id,
            genesis_hash=chain.genesis_hash,
            rules_hash=consensus_rules_hash(chain_config),
            name=CLIENT_NAME,
            listen_address="",
            head=chain.head.header.number,
            validator=None if key is None else key.address,
            settings=settings,
        )

    network = NetworkConfig(listen_host=config.p2p_host, listen_port=config.p2p_port, peers=config.peers)
    return Network(network, identity, hello, None if key is None else key.sign, Admission(chain).refusal)


def _open_record(folder: NodeFolder) -> RecordFile | None:
    try:
        return FileRecord(folder.sign_state_path, create=False)
    except Missing:
        return None


def _signed(record: RecordFile | None) -> SignState | None:
    data = None if record is None else record.read()
    return None if data is None else decode_sign_state(data)
