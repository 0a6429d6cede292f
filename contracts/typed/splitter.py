"""Splitter: Payments divided at the moment they are made.

Written by scripts/generate from splitter.vy.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from contracts.chain import Bound, Sent, record


@dataclass(frozen=True, slots=True)
class Leg:
    payee: bytes
    amount: int
    basis_points: int


@dataclass(frozen=True, slots=True)
class Scheme:
    owner: bytes
    delay_seconds: int
    version: int
    change_deadline: int


@dataclass(frozen=True, slots=True)
class Payment:
    payer: bytes
    token: bytes
    scheme: bytes
    version: int
    gross: int
    refunded: int


class Splitter(Bound):
    """Tax, fee, royalty and rebate in one payment: a scheme names up to 16 payees with fixed amounts or shares, and
    whoever pays by it pays all of them at once. The owner of a scheme changes it only after a delay that was fixed
    when it was made, and a payer always says by which version it pays. The owner may give a payment back, in part or
    wholly: each payee returns its part of it, or the owner in its stead. Who disappears: the owner, and the scheme
    stays as it is; a payee whose account refuses money, and its part waits as a claim; a payer, and a refund waits
    for it as a claim. No role can take anything out for itself."""

    NAME = "splitter"

    def claim(self, token: bytes, who: bytes) -> Sent:
        """Pays out what `who` is owed because a token refused an earlier payment. Anyone may ask.

        token: The token.
        who: Whose claim; only they are paid.

        Answers: What was paid.
        """
        return self._send("claim", [token, who])

    def claimable(self, token: bytes, who: bytes) -> int:
        return cast(int, self._read("claimable", [token, who]))

    def liabilities(self, token: bytes) -> int:
        return cast(int, self._read("liabilities", [token]))

    def next_id(self, creator: bytes) -> bytes:
        """The id of what `creator` opens next.

        creator: Who would open it.

        Answers: keccak256 of chain, contract, creator and the creator's count.
        """
        return cast(bytes, self._read("next_id", [creator]))

    def nonces(self, account: bytes) -> int:
        return cast(int, self._read("nonces", [account]))

    def create_scheme(self, legs: Sequence[Leg], delay_seconds: int) -> Sent:
        """Makes a scheme with the caller as owner.

        legs: Up to 16, each with either an amount in minor units or basis points, which add up to 10,000.
        delay_seconds: How long a change is announced before it may take effect: 1 to 366 days.

        Answers: The scheme's id.
        """
        return self._send("create_scheme", [legs, delay_seconds])

    def set_scheme(self, id: bytes, legs: Sequence[Leg]) -> Sent:
        """Announces a change, which replaces an earlier announcement. Owner only.

        id: The scheme.
        legs: What it shall be.
        """
        return self._send("set_scheme", [id, legs])

    def withdraw_change(self, id: bytes) -> Sent:
        """Withdraws an announced change. Owner only.

        id: The scheme.
        """
        return self._send("withdraw_change", [id])

    def apply_change(self, id: bytes) -> Sent:
        """Lets an announced change take effect once its delay has passed. Anyone.

        id: The scheme.
        """
        return self._send("apply_change", [id])

    def set_returns(self, id: bytes, returns_parts: bool) -> Sent:
        """Says whether the caller returns its own parts when the scheme's owner gives a payment back; they are then
        taken from an allowance given to this contract. Never more than what the caller got of that payment.

        id: The scheme.
        returns_parts: Whether it does.
        """
        return self._send("set_returns", [id, returns_parts])

    def split(self, id: bytes, token: bytes, gross: int, version: int, reference: bytes) -> Sent:
        """Pays all payees of a scheme, from an allowance given to this contract.

        id: The scheme.
        token: The ERC-20 token to pay in.
        gross: What is paid in all, in minor units.
        version: The version of the scheme that the payer has seen.
        reference: The payment reference, or zero.

        Answers: The payment's id.
        """
        return self._send("split", [id, token, gross, version, reference])

    def refund_split(self, id: bytes, amount: int, alone: bool) -> Sent:
        """Gives a payment back to its payer, each leg in proportion to what is left of it. Owner of the scheme only.
        Payees that return their parts do so from their allowance; the owner returns the others' parts from its own.

        id: The payment.
        amount: Minor units, at most what has not been given back.
        alone: Whether the owner returns all parts, so that a payee without money or allowance holds nothing up.
        """
        return self._send("refund_split", [id, amount, alone])

    def exit(self, id: bytes) -> Sent:
        """There is never anything to empty: a payment is divided in the transaction that makes it.

        id: Any.
        """
        return self._send("exit", [id])

    def quote(self, id: bytes, gross: int) -> tuple[int, ...]:
        """How a payment would be divided now.

        id: The scheme.
        gross: What would be paid in all, in minor units.

        Answers: What each leg gets, in order; they add up to `gross`.
        """
        return cast(tuple[int, ...], self._read("quote", [id, gross]))

    def scheme(self, id: bytes) -> Scheme:
        """Everything about a scheme but its legs.

        id: The scheme.

        Answers: Its record; version 0 unknown.
        """
        return record(Scheme, self._read("scheme", [id]))

    def legs(self, id: bytes, version: int) -> tuple[Leg, ...]:
        """The legs of a version of a scheme.

        id: The scheme.
        version: 1 for the first.

        Answers: In order of payment.
        """
        return tuple(record(Leg, each) for each in cast(tuple[object, ...], self._read("legs", [id, version])))

    def announced_legs(self, id: bytes) -> tuple[Leg, ...]:
        """What a scheme shall be after its delay.

        id: The scheme.

        Answers: The legs; none where no change is announced.
        """
        return tuple(record(Leg, each) for each in cast(tuple[object, ...], self._read("announced_legs", [id])))

    def payment(self, id: bytes) -> Payment:
        """Everything about a payment.

        id: The payment.

        Answers: Its record; payer 0 unknown.
        """
        return record(Payment, self._read("payment", [id]))

    def held(self, id: bytes) -> int:
        """What is held for a payment: always nothing.

        id: Any.

        Answers: Zero.
        """
        return cast(int, self._read("held", [id]))

    def last_deadline(self, id: bytes) -> int:
        """The last second before an announced change of a scheme may take effect.

        id: The scheme.

        Answers: Seconds since 1970; zero where none is announced.
        """
        return cast(int, self._read("last_deadline", [id]))

    def returned(self, payment: bytes, leg: int) -> int:
        return cast(int, self._read("returned", [payment, leg]))

    def returns_parts(self, scheme: bytes, payee: bytes) -> bool:
        return cast(bool, self._read("returns_parts", [scheme, payee]))
