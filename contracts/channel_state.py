"""Payments through a channel, off the chain: states, what of them is signed, and when one is good to accept.

The rule: nothing here holds a key or reads a clock. Callers sign and recover, with coincurve, eth-account or a device.

A party keeps the newest state that the other signed, and the most it has itself given out since: with these two it
closes (`Newest.proven`, `Newest.conceded`). It writes both to disk before its signature leaves, because what a party
forgets can be held against it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from eth_utils.crypto import keccak

from contracts.errors import BadState
from contracts.typed.channel import Balances
from contracts.typed_data import digest, domain_separator, word

STATE_TYPE: Final = keccak(text="State(bytes32 id,uint256 sequence,uint256 payer_balance,uint256 payee_balance)")
SETTLEMENT_TYPE: Final = keccak(
    text="Settlement(bytes32 id,uint256 payer_balance,uint256 payee_balance,uint256 valid_until)"
)
DELEGATION_TYPE: Final = keccak(text="Delegation(bytes32 id,address watcher,uint256 fee)")

Recover = Callable[[bytes, bytes], bytes]
"""(digest, signature) -> the address that signed, 20 bytes."""


@dataclass(frozen=True, slots=True)
class State(Balances):
    """How the channel's money is divided, in minor units. The opening has sequence 0 and is signed by nobody."""

    def paying(self, amount: int) -> "State":
        """The next state: the payer pays `amount`, or the payee pays back where it is negative. Raises BadState."""
        after = State(self.sequence + 1, self.payer_balance - amount, self.payee_balance + amount)
        if min(after.payer_balance, after.payee_balance) < 0:
            raise BadState(after.sequence, f"a payment of {amount} is more than there is")
        return after


class Signing:
    """The digests of one channel. All but the numbers is hashed once, here."""

    def __init__(self, chain_id: int, contract: bytes, id: bytes) -> None:
        self._id = id
        self._domain = domain_separator("Jiaozi Channel", chain_id, contract)
        self._state_prefix = STATE_TYPE + id

    def state(self, state: State) -> bytes:
        """What the party that pays signs: the EIP-712 digest of `State`, 32 bytes; for `close` and `challenge`."""
        numbers = word(state.sequence) + word(state.payer_balance) + word(state.payee_balance)
        return digest(self._domain, keccak(self._state_prefix + numbers))

    def settlement(self, payer_balance: int, payee_balance: int, valid_until: int) -> bytes:
        """What both sign for `settle`: the digest of `Settlement`, 32 bytes. Balances are in minor units, `valid_until`
        is the last second for it."""
        numbers = word(payer_balance) + word(payee_balance) + word(valid_until)
        return digest(self._domain, keccak(SETTLEMENT_TYPE + self._id + numbers))

    def delegation(self, watcher: bytes, fee: int) -> bytes:
        """What a party signs so that `watcher` (20 bytes) may call `watch` for it: the digest of `Delegation`, 32
        bytes. `fee` is what the watcher gets of what a liar forfeits, in minor units."""
        return digest(self._domain, keccak(DELEGATION_TYPE + self._id + word(watcher) + word(fee)))


@dataclass(frozen=True, slots=True)
class Newest:
    """What one party knows of its channel, as a value: receiving or giving makes the next one.

    `conceded` is what a closing on `proven` has to concede to the other so that it cannot be held a lie.
    """

    is_payer: bool
    proven: State
    signature: bytes
    current: State
    conceded: int

    @classmethod
    def opened(cls, *, is_payer: bool, payer_deposit: int, payee_deposit: int = 0) -> "Newest":
        """What a party knows at the opening: the deposits, in minor units, and no signature. To close on them concedes
        the other's deposit."""
        opening = State(0, payer_deposit, payee_deposit)
        return cls(is_payer, opening, b"", opening, payee_deposit if is_payer else payer_deposit)

    def receive(self, state: State, signature: bytes, *, signing: Signing, recover: Recover, other: bytes) -> "Newest":
        """Accepts a payment: a later state, signed by the other, that takes nothing from us. Raises BadState."""
        ours, ours_before = self._ours(state), self._ours(self.current)
        if state.sequence <= self.current.sequence:
            raise BadState(state.sequence, f"is not later than {self.current.sequence}")
        if state.payer_balance + state.payee_balance != self.current.payer_balance + self.current.payee_balance:
            raise BadState(state.sequence, "does not add up to what the channel holds")
        if ours < ours_before or min(state.payer_balance, state.payee_balance) < 0:
            raise BadState(state.sequence, f"would leave us {ours} of {ours_before}")
        if recover(signing.state(state), signature) != other:
            raise BadState(state.sequence, f"is not signed by 0x{other.hex()}")
        return Newest(self.is_payer, state, signature, state, self._theirs(state))

    def give(self, amount: int) -> "Newest":
        """We pay `amount`: sign `current` of what comes back, keep it on disk, then send. Raises BadState."""
        if amount < 0:
            raise BadState(self.current.sequence + 1, f"a payment of {amount} would take from the other")
        state = self.current.paying(amount if self.is_payer else -amount)
        return replace(self, current=state, conceded=max(self.conceded, self._theirs(state)))

    def _ours(self, state: State) -> int:
        return state.payer_balance if self.is_payer else state.payee_balance

    def _theirs(self, state: State) -> int:
        return state.payee_balance if self.is_payer else state.payer_balance
