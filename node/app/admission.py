"""Which peers are let in, as the state at our head has it.

A validator by the key that its handshake proved, a peer that our own operator configured, or one that the admission
contract lists; never one that it bars. A node that is catching up judges by an old head and so relies on the peers
that its operator configured.
"""

from enum import IntEnum
from typing import Final

from contracts import ADMISSION
from node.chain.chain import Chain
from node.chain.model import Committed, Head
from node.execution.block import child_environment, rules_of
from node.execution.engine import Call
from node.execution.errors import ExecutionError
from node.network.errors import InvalidAddress
from node.network.events import PeerIdentity
from node.network.identity import PeerId, public_key_of
from node.primitives.hashing import keccak
from node.primitives.types import ZERO_ADDRESS, Address, Gas

ADMISSION_CONTRACT: Final = Address(ADMISSION)

_STANDING: Final = keccak(b"standing(bytes32)")[:4]
_CALL_GAS: Final = Gas(100_000)


class Standing(IntEnum):
    """As the contract numbers them."""

    UNLISTED = 0
    VALIDATOR = 1
    OBSERVER = 2
    BARRED = 3


class Admission:
    def __init__(self, chain: Chain) -> None:
        self._chain = chain

    def refusal(self, peer: PeerIdentity) -> str | None:
        """Why this peer is kept out, or None."""
        head = self._chain.head
        standing = self._standing(peer.peer_id, head)
        if standing is Standing.BARRED:
            return "barred by the admission contract"
        if peer.configured or peer.validator in head.next_validators or standing is not Standing.UNLISTED:
            return None
        return "neither a validator at our head, nor on the admission list, nor one of our configured peers"

    def has_changed(self, event: Committed, validators_before: tuple[Address, ...]) -> bool:
        """Whether a peer that was let in before this block might not be after it."""
        return event.head.next_validators != validators_before or any(
            log.address == ADMISSION_CONTRACT for stored in event.receipts for log in stored.receipt.logs
        )

    def _standing(self, peer: PeerId, head: Head) -> Standing:
        """UNLISTED also where the genesis has no such contract, and for an id that names no Ed25519 key."""
        chain = self._chain
        try:
            key = public_key_of(peer)
        except InvalidAddress:
            return Standing.UNLISTED
        environment = child_environment(
            head.header,
            chain.config,
            coinbase=ZERO_ADDRESS,
            timestamp=head.header.timestamp,
            block_hash=chain.block_hash,
        )
        call = Call(sender=ZERO_ADDRESS, to=ADMISSION_CONTRACT, gas=_CALL_GAS, data=_STANDING + key)
        try:
            session = chain.engine.begin(chain.state(head.number), environment, rules_of(chain.config))
            result = session.call(call)
        except ExecutionError:
            return Standing.UNLISTED
        number = int.from_bytes(result.output, "big") if result.error is None else 0
        return Standing(number) if number in Standing.__members__.values() else Standing.UNLISTED
