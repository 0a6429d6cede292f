"""Who said what: signatures over the domain of this chain.

Recovering a key costs 30 microseconds and re-sent messages carry the same signatures again, so results are remembered
(a bounded number of them).
"""

from dataclasses import replace
from typing import Final, Protocol, TypeVar

from node.consensus.messages import Message
from node.consensus.outline import Outline
from node.primitives.certificate import seal_digest, signing_digest
from node.primitives.types import Address, Hash32

REMEMBERED: Final = 8_192

M = TypeVar("M", bound=Message)


class Signatures(Protocol):
    """secp256k1 in a node, cheap stand-ins in the simulation."""

    def sign(self, digest: Hash32) -> bytes: ...

    def recover(self, digest: Hash32, signature: bytes) -> Address:
        """Raises InvalidSignature."""
        ...


class Signing:
    def __init__(self, signatures: Signatures, chain_id: int, genesis_hash: Hash32) -> None:
        self._signatures = signatures
        self._chain_id = chain_id
        self._genesis_hash = genesis_hash
        self._recovered: dict[tuple[Hash32, bytes], Address] = {}

    def sign(self, message: M) -> M:
        return replace(message, signature=self._signatures.sign(self._digest(message)))

    def author(self, message: Message | Outline) -> Address:
        """Raises InvalidSignature."""
        return self._recover(self._digest(message), message.signature)

    def seal(self, block_hash: Hash32, round_: int) -> bytes:
        return self._signatures.sign(self._seal_digest(block_hash, round_))

    def sealer(self, block_hash: Hash32, round_: int, seal: bytes) -> Address:
        """Raises InvalidSignature."""
        return self._recover(self._seal_digest(block_hash, round_), seal)

    def _digest(self, message: Message | Outline) -> Hash32:
        return signing_digest(self._chain_id, self._genesis_hash, message.code, message.payload)

    def _seal_digest(self, block_hash: Hash32, round_: int) -> Hash32:
        return seal_digest(self._chain_id, self._genesis_hash, block_hash, round_)

    def _recover(self, digest: Hash32, signature: bytes) -> Address:
        key = digest, signature
        if key not in self._recovered:
            if len(self._recovered) >= REMEMBERED:
                self._recovered.clear()
            self._recovered[key] = self._signatures.recover(digest, signature)
        return self._recovered[key]
