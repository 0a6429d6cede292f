"""Mandate: Subscriptions, instalments, metered use, card-style holds and session keys for devices.

Written by scripts/generate from mandate.vy.
"""

from dataclasses import dataclass
from typing import cast

from contracts.chain import Bound, Sent, record


@dataclass(frozen=True, slots=True)
class Terms:
    payee: bytes
    token: bytes
    cap: int
    window_seconds: int
    once: bool
    total: int
    starts: int
    expires: int
    hold_seconds: int
    terms_hash: bytes


@dataclass(frozen=True, slots=True)
class Agreement:
    payer: bytes
    terms: Terms
    window: int
    used: int
    used_total: int
    state: int


@dataclass(frozen=True, slots=True)
class Hold:
    mandate: bytes
    amount: int
    captured: int
    returned: int
    expires: int
    window: int
    state: int


@dataclass(frozen=True, slots=True)
class Session:
    payer: bytes
    key: bytes
    token: bytes
    payee: bytes
    cap: int
    spent: int
    expires: int
    payments: int
    state: int


class Mandate(Bound):
    """A payer lets a payee take money from its allowance: at most `cap` in each window of time and `total` in all, once
    a window if the payer says so. The payer grants in person or by a signature that anybody may bring; it pauses and
    revokes at any time, and only the payer raises a cap. Where the payer agreed to holds, the payee puts money aside
    here for a while and captures what it is due; the rest goes back when the payee voids the hold or, by anyone,
    once it has expired. A revoked mandate leaves its holds to be captured or to expire. A payer also opens sessions:
    a device's key then spends up to a cap until an expiry, and nothing else. A payee that disappears charges nothing
    and its holds expire to the payer; a payer that disappears leaves mandates that end by themselves, at most ten
    years ahead; a lost device spends at most what is left of its cap, nothing once the payer closes the session."""

    NAME = "mandate"

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

    def grant(self, terms: Terms) -> Sent:
        """Grants a mandate with the caller as payer. The allowance is given to this contract in the token itself.

        terms: Payee, token, cap a window, length of a window in seconds, whether only one charge a window, total
        over all windows, first and last second, longest hold in seconds (zero: no holds), hash of the terms.

        Answers: The mandate's id.
        """
        return self._send("grant", [terms])

    def grant_signed(self, payer: bytes, terms: Terms, deadline: int, signature: bytes) -> Sent:
        """Grants a mandate that `payer` signed (EIP-712 `Grant`). Anyone may bring the signature, once.

        payer: Whose money; a key or a contract account.
        terms: As in `grant`.
        deadline: Last second at which the signature counts.
        signature: Of the payer over the terms, its signing nonce and the deadline.

        Answers: The mandate's id.
        """
        return self._send("grant_signed", [payer, terms, deadline, signature])

    def change_cap(self, id: bytes, cap: int) -> Sent:
        """Raises or lowers the cap of each window, at once. Payer only.

        id: The mandate.
        cap: Minor units, more than zero.
        """
        return self._send("change_cap", [id, cap])

    def change_cap_signed(self, id: bytes, cap: int, deadline: int, signature: bytes) -> Sent:
        """As `change_cap`, by the payer's signature (EIP-712 `ChangeCap`), which anyone may bring, once.

        id: The mandate.
        cap: Minor units, more than zero.
        deadline: Last second at which the signature counts.
        signature: Of the payer over the mandate, the cap, its signing nonce and the deadline.
        """
        return self._send("change_cap_signed", [id, cap, deadline, signature])

    def cancel_signed(self) -> Sent:
        """Makes void whatever the caller signed here as a payer and nobody has brought yet."""
        return self._send("cancel_signed", [])

    def charge(self, id: bytes, amount: int, invoice: bytes) -> Sent:
        """Takes `amount` from the payer's allowance, straight to the payee. Payee only.

        id: The mandate.
        amount: Minor units, within what is left of the window and of the total.
        invoice: What it is for: the payee's reference.
        """
        return self._send("charge", [id, amount, invoice])

    def pause(self, id: bytes) -> Sent:
        """Stops charges and new holds until the payer resumes. Payer only.

        id: The mandate.
        """
        return self._send("pause", [id])

    def resume(self, id: bytes) -> Sent:
        """Lets a paused mandate go on. Payer only.

        id: The mandate.
        """
        return self._send("resume", [id])

    def revoke(self, id: bytes) -> Sent:
        """Ends a mandate for good. Payer only, at any time. Holds stay until captured, voided or expired.

        id: The mandate.
        """
        return self._send("revoke", [id])

    def hold(self, id: bytes, amount: int, expires: int) -> Sent:
        """Puts the payer's money aside for the payee, within the same cap as charges. Payee only.

        id: The mandate.
        amount: Minor units; a token that takes a fee is refused.
        expires: Last second to capture, no further ahead than the payer agreed to.

        Answers: The hold's id.
        """
        return self._send("hold", [id, amount, expires])

    def capture(self, id: bytes, amount: int) -> Sent:
        """Pays the payee out of a hold, in one part or several. Payee only, until the hold expires, also when the
        mandate is paused or revoked.

        id: The hold.
        amount: Minor units, at most what is held.
        """
        return self._send("capture", [id, amount])

    def void(self, id: bytes) -> Sent:
        """Gives what a hold still holds back to the payer. Payee only, at any time.

        id: The hold.
        """
        return self._send("void", [id])

    def exit(self, id: bytes) -> Sent:
        """Gives what an expired hold still holds back to the payer. Anyone.

        id: The hold.
        """
        return self._send("exit", [id])

    def open_session(self, key: bytes, token: bytes, payee: bytes, cap: int, expires: int) -> Sent:
        """Lets a device's key spend the caller's allowance to this contract, up to a cap and until an expiry.

        key: The device's account: a key, or a contract that checks the device's own signatures.
        token: The ERC-20 token.
        payee: The only one to be paid, or zero for anyone.
        cap: Minor units in all, more than zero.
        expires: Last second to spend; at most ten years ahead.

        Answers: The session's id.
        """
        return self._send("open_session", [key, token, payee, cap, expires])

    def spend(self, id: bytes, payee: bytes, amount: int, memo: bytes) -> Sent:
        """Pays from the session's payer. The session's key only.

        id: The session.
        payee: Who is paid.
        amount: Minor units, within what is left of the cap.
        memo: The payment's reference.
        """
        return self._send("spend", [id, payee, amount, memo])

    def spend_signed(self, id: bytes, payee: bytes, amount: int, memo: bytes, deadline: int, signature: bytes) -> Sent:
        """As `spend`, by the key's signature (EIP-712 `Spend`), which anyone may bring, once: a till can bring what a
        device without a connection signed.

        id: The session.
        payee: Who is paid.
        amount: Minor units, within what is left of the cap.
        memo: The payment's reference.
        deadline: Last second at which the signature counts.
        signature: Of the key over these and the session's count of payments.
        """
        return self._send("spend_signed", [id, payee, amount, memo, deadline, signature])

    def close_session(self, id: bytes) -> Sent:
        """Ends a session at once. Its payer or its key.

        id: The session.
        """
        return self._send("close_session", [id])

    def mandate_of(self, id: bytes) -> Agreement:
        """Everything about a mandate.

        id: The mandate.

        Answers: Its record; `used` is of window number `window`; state 0 unknown, 1 active, 2 paused, 3 revoked.
        """
        return record(Agreement, self._read("mandate_of", [id]))

    def chargeable(self, id: bytes) -> int:
        """The most that the payee could charge or hold now, if the payer's allowance and balance allow it.

        id: The mandate.

        Answers: Minor units; zero where it is not active, has not begun, has expired or was charged already.
        """
        return cast(int, self._read("chargeable", [id]))

    def hold_of(self, id: bytes) -> Hold:
        """Everything about a hold.

        id: The hold.

        Answers: Its record; state 0 unknown, 1 open, 2 closed.
        """
        return record(Hold, self._read("hold_of", [id]))

    def session_of(self, id: bytes) -> Session:
        """Everything about a session.

        id: The session.

        Answers: Its record; state 0 unknown, 1 open, 2 closed.
        """
        return record(Session, self._read("session_of", [id]))

    def held(self, id: bytes) -> int:
        """What a hold holds now.

        id: The hold.

        Answers: Minor units.
        """
        return cast(int, self._read("held", [id]))

    def last_deadline(self, id: bytes) -> int:
        """The last second before anyone may send a hold home.

        id: The hold.

        Answers: Seconds since 1970; zero for an unknown hold.
        """
        return cast(int, self._read("last_deadline", [id]))

    def DOMAIN_SEPARATOR(self) -> bytes:
        """The EIP-712 domain of what is signed here.

        Answers: The hash that every signed message starts from.
        """
        return cast(bytes, self._read("DOMAIN_SEPARATOR", []))

    def eip712Domain(self) -> tuple[bytes, str, str, int, bytes, bytes, tuple[int, ...]]:
        """The same domain in words, for wallets (https://eips.ethereum.org/EIPS/eip-5267).

        Answers: Fields in use, name, version, chain id, contract, salt, extensions.
        """
        return cast(tuple[bytes, str, str, int, bytes, bytes, tuple[int, ...]], self._read("eip712Domain", []))

    def signing_nonces(self, payer: bytes) -> int:
        return cast(int, self._read("signing_nonces", [payer]))
