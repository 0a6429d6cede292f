"""OfflinePurse: A purse for payments between devices without a network.

Written by scripts/generate from offline_purse.vy.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from contracts.chain import Bound, Sent, record


@dataclass(frozen=True, slots=True)
class Payment:
    counter: int
    amount: int
    payee: bytes
    memo: bytes


@dataclass(frozen=True, slots=True)
class Purse:
    owner: bytes
    token: bytes
    device: bytes
    x: int
    y: int
    expiry: int
    last_deadline: int
    funded: int
    paid: int
    returned: int
    unpaid: int
    state: int


class OfflinePurse(Bound):
    """An owner locks money for the key of a device. Offline, the device signs payments, each with its own counter, to
    payees who trust its secure element not to sign more than the purse holds. Payees present their payments until
    the purse's expiry and a grace period have passed; what is left then goes back to the owner, by anybody's call. A
    device that was cloned or broken signs one counter twice or more than there is: whoever shows that blocks the
    purse, a warning to all who are online. Payees are innocent: every signed payment is paid in the order of
    presentation, two of one counter both, until the purse is empty; what exceeds it is recorded as owed by the
    device and not paid here. So the owner never loses more than the purse."""

    NAME = "offline_purse"

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

    def issue(self, token: bytes, amount: int, device: bytes, x: int, y: int, expiry: int, grace_seconds: int) -> Sent:
        """Locks the caller's money for a device, from an allowance. What arrives is the purse's cap.

        token: The ERC-20 token.
        amount: What to lock, in minor units.
        device: The address of the device's secp256k1 key; zero where it signs by P-256.
        x: The device's P-256 key; zero where it signs by secp256k1.
        y: The device's P-256 key; zero where it signs by secp256k1.
        expiry: Last second in which payees should accept the device's payments.
        grace_seconds: How long after that payments can still be presented: a day at least.

        Answers: The purse's id.
        """
        return self._send("issue", [token, amount, device, x, y, expiry, grace_seconds])

    def redeem(self, id: bytes, payments: Sequence[Payment], device_signatures: Sequence[bytes]) -> Sent:
        """Presents payments that the device signed; each payee is paid, in this order, until the purse is empty. Anyone
        may present them, up to the last deadline. Those presented before are passed over, so that nobody can spoil a
        list by presenting a part of it first.

        id: The purse.
        payments: The payments, at most sixteen.
        device_signatures: The device's signature of each.
        """
        return self._send("redeem", [id, payments, device_signatures])

    def prove_double(
        self, id: bytes, one: Payment, one_signature: bytes, other: Payment, other_signature: bytes
    ) -> Sent:
        """Shows that the device signed two payments under one counter, which blocks the purse. Anyone. Both payments
        can still be redeemed.

        id: The purse.
        one: A payment.
        one_signature: The device's signature of it.
        other: A different payment with the same counter.
        other_signature: The device's signature of it.
        """
        return self._send("prove_double", [id, one, one_signature, other, other_signature])

    def report_lost(self, id: bytes) -> Sent:
        """Blocks the purse because its device is gone. Owner only. Payments that the device signed are still paid.

        id: The purse.
        """
        return self._send("report_lost", [id])

    def exit(self, id: bytes) -> Sent:
        """Gives what no payee presented back to the owner, after the last deadline. Anyone.

        id: The purse.
        """
        return self._send("exit", [id])

    def purse(self, id: bytes) -> Purse:
        """Everything about a purse.

        id: The purse.

        Answers: Its record; state 0 unknown, 1 active, 2 blocked, 3 closed.
        """
        return record(Purse, self._read("purse", [id]))

    def held(self, id: bytes) -> int:
        """What a purse holds now.

        id: The purse.

        Answers: Minor units.
        """
        return cast(int, self._read("held", [id]))

    def last_deadline(self, id: bytes) -> int:
        """The last second in which payments can be presented; then anyone may exit the purse.

        id: The purse.

        Answers: Seconds since 1970; zero for an unknown purse.
        """
        return cast(int, self._read("last_deadline", [id]))

    def is_presented(self, id: bytes, payment: Payment) -> bool:
        """Whether a payment has been presented.

        id: The purse.
        payment: The payment.

        Answers: True if it was.
        """
        return cast(bool, self._read("is_presented", [id, payment]))

    def DOMAIN_SEPARATOR(self) -> bytes:
        """The EIP-712 domain that payments are signed in.

        Answers: The domain's hash.
        """
        return cast(bytes, self._read("DOMAIN_SEPARATOR", []))
