"""A chain with the genesis suite whose validators are keys in the test's hand: they decide, and they seal what follows.

Every submission is mined at once. Who seals a block, and what its header says of the next one, is the chain's word.
"""

from collections.abc import Sequence

from contracts import ADMISSION, VALIDATORS, load
from node.app.genesis_document import NetworkPlan, genesis_document, qbft_rules
from node.chain.model import StoredReceipt
from node.execution.block import child_environment
from node.execution.engines import load_engine
from node.network.identity import NodeIdentity
from node.primitives.certificate import CommitCertificate, seal_digest
from node.primitives.genesis import parse_genesis
from node.primitives.keys import PrivateKey
from node.primitives.transaction import Transaction, TransactionKind, UnsignedTransaction, sign_transaction
from node.primitives.types import Address, Gas
from tests.unit.node.rpc.solo import NOW, RICH, SoloNode, open_chain

KEYS = tuple(PrivateKey(bytes([0x20 + number]) * 32) for number in range(6))


class Governed(SoloNode):
    """Of the first `count` keys; the others may become validators."""

    def __init__(self, count: int = 1) -> None:
        self.keys = {key.address: key for key in KEYS}
        plan = NetworkPlan(
            chain_id=7,
            validators=tuple(key.address for key in KEYS[:count]),
            central_bank=RICH.address,
            guardian=PrivateKey(b"\x03" * 32).address,
            timestamp=NOW - 1_000,
            rules=qbft_rules(block_period_ms=1_000, development=True),
        )
        super().__init__(open_chain(parse_genesis(genesis_document(plan, load_engine("pyevm")))))
        self.mines_at_once = True
        self._nonces = dict.fromkeys(self.keys, 0)

    @property
    def validators(self) -> list[PrivateKey]:
        """Who must seal the next block."""
        return [self.keys[address] for address in self.chain.head.next_validators]

    def act(self, key: PrivateKey, contract: str, function: str, *arguments: object) -> StoredReceipt:
        """A transaction in a block of its own, which must succeed."""
        to = {"validators": VALIDATORS, "admission": ADMISSION}[contract]
        unsigned = UnsignedTransaction(
            kind=TransactionKind.DYNAMIC_FEE,
            chain_id=7,
            nonce=self._nonces[key.address],
            gas=Gas(1_000_000),
            to=Address(to),
            data=load(contract).encode_call(function, *arguments),
        )
        self._nonces[key.address] += 1
        self.submit(sign_transaction(unsigned, key)).result()
        self.wait_for_the_loop()
        (stored,) = self.chain.receipts(self.chain.head.number)
        assert stored.receipt.succeeded, stored.revert_data
        return stored

    def decide(self, contract: str, function: str, *arguments: object) -> None:
        """Proposed by the first validator, approved by as many others as it takes."""
        proposer, *others = self.validators
        stored = self.act(proposer, contract, function, *arguments)
        artifact = load(contract)
        events = [artifact.decode_log(log.topics, log.data) for log in stored.receipt.logs]
        id = next(event["id"] for event in events if event is not None and event.name == "Proposed")
        needed = (2 * (len(others) + 1) + 2) // 3
        for other in others[: needed - 1]:
            self.act(other, contract, "approve", id)

    def list_peers(self, standing: int, *peers: NodeIdentity) -> None:
        self.decide("admission", "propose", [each.public_key for each in peers], standing)

    def wait_for_the_loop(self) -> None:
        """Until what was submitted has been mined."""
        self.ask_pool(lambda pool: None).result()

    def _mine(self) -> None:
        chain, parent = self.chain, self.chain.head.header
        environment = child_environment(
            parent, chain.config, coinbase=self.validators[0].address, timestamp=self.now(), block_hash=chain.block_hash
        )
        session = chain.begin(parent, environment)
        included: Sequence[Transaction] = list(self.pool.candidates(environment.base_fee))
        for transaction in included:
            session.apply(transaction)
        made = chain.complete(parent, environment, included, session.finish())
        digest = seal_digest(chain.config.chain_id, chain.genesis_hash, made.block.hash, 0)
        chain.commit(made, CommitCertificate(0, tuple(key.sign(digest) for key in self.validators)))
        self._refresh(included)
