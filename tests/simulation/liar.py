"""A faulty validator: it runs the real code and tells half of the others something else, correctly signed.

To those it deceives its own proposals are of another block, its votes are for that other block, and its round changes
deny what it has prepared. And it gathers the seals that others give in different rounds, and passes a quorum of them
off as a commit certificate.
"""

import random
from dataclasses import replace
from typing import Final

from node.consensus.messages import Commit, Message, Prepare, Proposal, RoundChange, decode_message, encode_message
from node.network.frames import Kind
from node.primitives.block import Block
from node.primitives.certificate import CommitCertificate, seal_digest, signing_digest
from node.primitives.types import Address, BlockNumber, Hash32
from node.sync.wire import Status, encode_status
from tests.simulation.stand_ins import StubSignatures

LIES: Final = 0.9
"""How often it lies where it could."""


class Liar:
    def __init__(self, address: Address, chain_id: int, chance: random.Random) -> None:
        self._address = address
        self._chain_id = chain_id
        self._chance = chance
        self._signatures = StubSignatures(address)
        share = chance.choice((0.5, 1.0, 1.0))
        self._deceived = frozenset(index for index in range(7) if chance.random() < share)
        self._others: dict[Hash32, Block] = {}
        self._lied: dict[bytes, bool] = {}
        self._seals: dict[tuple[int, Hash32], dict[Address, Commit]] = {}
        self.genesis_hash: Hash32 | None = None

    def twisted(self, kind: Kind, payload: bytes, target: int) -> bytes:
        """What is sent to the node `target` instead of `payload`."""
        if kind is not Kind.CONSENSUS or target not in self._deceived:
            return payload
        message = decode_message(payload)
        if message.signature[:20] != self._address:
            return payload
        if not self._lied.setdefault(payload, self._chance.random() < LIES):
            return payload
        return encode_message(self._signed(self._other(message)))

    def forged_status(self, kind: Kind, payload: bytes, needed: int) -> bytes | None:
        """From a frame that it received: a status whose certificate mixes rounds, once it has seals enough."""
        if kind is not Kind.CONSENSUS:
            return None
        message = decode_message(payload)
        if not isinstance(message, Commit):
            return None
        gathered = self._seals.setdefault((message.height, message.digest), {})
        gathered.setdefault(Address(message.signature[:20]), message)
        commits = list(gathered.values())
        if len(commits) < needed - 1 or len({commit.round for commit in commits}) < 2:
            return None
        round_ = commits[-1].round
        seals = [commit.seal for commit in commits if commit.seal[:20] != self._address]
        certificate = CommitCertificate(round_, (*seals, self._seal(message.digest, round_)))
        return encode_status(Status(BlockNumber(message.height), message.digest, certificate))

    def _other(self, message: Message) -> Message:
        match message:
            case Proposal(block=block):
                other = self._others.setdefault(block.hash, _another(block))
                return replace(message, digest=other.hash, block=other)
            case Prepare(digest=digest) if digest in self._others:
                return replace(message, digest=self._others[digest].hash)
            case Commit(digest=digest) if digest in self._others:
                other_hash = self._others[digest].hash
                return replace(message, digest=other_hash, seal=self._seal(other_hash, message.round))
            case RoundChange():
                return replace(message, prepared=None, block=None, prepares=())
            case _:
                return message

    def _signed(self, message: Message) -> Message:
        assert self.genesis_hash is not None
        digest = signing_digest(self._chain_id, self.genesis_hash, message.code, message.payload)
        return replace(message, signature=self._signatures.sign(digest))

    def _seal(self, block_hash: Hash32, round_: int) -> bytes:
        assert self.genesis_hash is not None
        return self._signatures.sign(seal_digest(self._chain_id, self.genesis_hash, block_hash, round_))


def _another(block: Block) -> Block:
    """As valid as the first: a second later."""
    return Block(replace(block.header, timestamp=block.header.timestamp + 1), block.transactions)
