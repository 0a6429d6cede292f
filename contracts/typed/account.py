"""Account: An account of several keys, for a company or a careful person.

Written by scripts/generate from account.vy.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from contracts.chain import Bound, Sent, record


@dataclass(frozen=True, slots=True)
class Call:
    to: bytes
    amount: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Owner:
    account: bytes
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Tier:
    up_to: int
    signers: int


@dataclass(frozen=True, slots=True)
class Session:
    cap: int
    spent: int
    expires_at: int
    epoch: int
    targets: tuple[bytes, ...]


class Account(Bound):
    """Owners are keys: accounts that sign by secp256k1, contracts that approve here, and devices whose secure element
    signs by P-256. How many of them a payment takes depends on its amount, together with what was paid the same day
    (UTC) with fewer than all that the highest amounts need. Anything but a payment in the account's currency takes
    as many as the highest amounts: calls of other contracts, signatures (EIP-1271), and changes of the account
    itself. A session key may pay alone, within its cap, to named receivers, until it expires; any owner ends it. Who
    loses keys is brought back by guardians: enough of them name new owners, a delay passes in which any owner can
    veto, then anyone puts the new owners in place. Owners who are all gone with no guardians named have lost the
    account; who holds one owner's key can veto a recovery, and pay what the table lets one signer pay."""

    NAME = "account"

    def execute(self, call: Call, nonce: int, deadline: int, owner_signatures: bytes) -> Sent:
        """Makes one call with the owners' signatures of a batch that has it alone. Anyone may bring them.

        call: Receiver, amount of the chain's own coin, and input.
        nonce: Any number that was not used before; from 2**255 on it takes the most signers.
        deadline: Last second for these signatures.
        owner_signatures: One entry for each signer, ascending.

        Answers: What the call answered.
        """
        return self._send("execute", [call, nonce, deadline, owner_signatures])

    def batch(self, calls: Sequence[Call], nonce: int, deadline: int, owner_signatures: bytes) -> Sent:
        """Makes several calls, all or none. A batch of nothing uses up a nonce, which cancels what was signed for it.

        calls: At most eight; their payments are added up to find how many signers they take.
        nonce: Any number that was not used before; from 2**255 on it takes the most signers.
        deadline: Last second for these signatures.
        owner_signatures: One entry for each signer, ascending.
        """
        return self._send("batch", [calls, nonce, deadline, owner_signatures])

    def propose(self, calls: Sequence[Call], nonce: int, deadline: int) -> Sent:
        """Shows a batch to the other owners and approves it. An owner with an address only.

        calls: The calls.
        nonce: Any number that was not used before.
        deadline: Last second to execute them.

        Answers: The digest to approve or sign.
        """
        return self._send("propose", [calls, nonce, deadline])

    def approve(self, id: bytes) -> Sent:
        """Approves a digest, of a batch or of a message, as good as a signature. An owner with an address only.

        id: The digest.
        """
        return self._send("approve", [id])

    def withdraw_approval(self, id: bytes) -> Sent:
        """Takes an approval back.

        id: The digest.
        """
        return self._send("withdraw_approval", [id])

    def set_owners(self, owners: Sequence[Owner], tiers: Sequence[Tier]) -> Sent:
        """Replaces owners and thresholds, and ends all session keys and recoveries. Only by the account itself.

        owners: The new owners; each an address or a P-256 key.
        tiers: Ascending amounts with never fewer signers; the last is without limit (2**256 - 1).
        """
        return self._send("set_owners", [owners, tiers])

    def set_guardians(self, guardians: Sequence[bytes], needed: int, delay: int) -> Sent:
        """Replaces the guardians, and ends all recoveries. Only by the account itself.

        guardians: Who may recover the account together; none for no recovery at all.
        needed: How many of them it takes.
        delay: Seconds in which any owner can veto: a day to thirty days.
        """
        return self._send("set_guardians", [guardians, needed, delay])

    def set_session(self, key: bytes, cap: int, expires_at: int, targets: Sequence[bytes]) -> Sent:
        """Lets a key pay alone, within limits. Only by the account itself; a second time replaces the first.

        key: Who may call `execute_session`.
        cap: All that it may pay or allow in the account's currency, in minor units.
        expires_at: Its last second.
        targets: Whom it may pay and which contracts it may call: not the currency, not the account.
        """
        return self._send("set_session", [key, cap, expires_at, targets])

    def revoke_session(self, key: bytes) -> Sent:
        """Ends a session key at once. Any owner with an address, or the account itself.

        key: The key.
        """
        return self._send("revoke_session", [key])

    def execute_session(self, to: bytes, data: bytes) -> Sent:
        """A call by a session key: a payment or allowance in the currency to a target, counted against the cap, or a
        call of a target that moves no coin.

        to: The currency, or a target.
        data: The input.

        Answers: What the call answered.
        """
        return self._send("execute_session", [to, data])

    def support_recovery(self, owners: Sequence[Owner], tiers: Sequence[Tier]) -> Sent:
        """A guardian's word that these should be the owners. The one that makes it enough starts the delay.

        owners: The new owners.
        tiers: Their thresholds.

        Answers: The id of this recovery.
        """
        return self._send("support_recovery", [owners, tiers])

    def veto_recovery(self, owner: bytes, owner_signature: bytes) -> Sent:
        """Ends every recovery that is under way. Any owner, as caller or with a device's signature of the Veto.

        owner: The owner's id.
        owner_signature: The device's r and s; empty if the owner calls.
        """
        return self._send("veto_recovery", [owner, owner_signature])

    def finish_recovery(self, owners: Sequence[Owner], tiers: Sequence[Tier]) -> Sent:
        """Puts the new owners in place, after the delay and for thirty days. Anyone.

        owners: The owners that enough guardians supported.
        tiers: Their thresholds.
        """
        return self._send("finish_recovery", [owners, tiers])

    def isValidSignature(self, hash: bytes, signature: bytes) -> bytes:
        """EIP-1271: whether enough owners for the highest amounts signed this hash for this account.

        hash: What somebody else asks about; the owners sign the Message that wraps it in the account's domain, so
        that a signature for one account is none for another with the same owners.
        signature: A list of entries as for `execute`.

        Answers: 0x1626ba7e if so, 0xffffffff if not, each in the first four of 32 bytes.
        """
        return cast(bytes, self._read("isValidSignature", [hash, signature]))

    def supportsInterface(self, interface_id: bytes) -> bool:
        """EIP-165.

        interface_id: The interface asked for.

        Answers: True for EIP-165 and EIP-1271.
        """
        return cast(bool, self._read("supportsInterface", [interface_id]))

    def owners(self) -> tuple[Owner, ...]:
        """Who owns the account.

        Answers: Each with an address or a P-256 key.
        """
        return tuple(record(Owner, each) for each in cast(tuple[object, ...], self._read("owners", [])))

    def thresholds(self) -> tuple[Tier, ...]:
        """How many signers payments take.

        Answers: Ascending amounts with their signers.
        """
        return tuple(record(Tier, each) for each in cast(tuple[object, ...], self._read("thresholds", [])))

    def guardian_list(self) -> tuple[bytes, ...]:
        """Who may recover the account together.

        Answers: The guardians.
        """
        return cast(tuple[bytes, ...], self._read("guardian_list", []))

    def session(self, key: bytes) -> Session:
        """Everything about a session key. It counts only while its epoch is the account's.

        key: The key.

        Answers: Its record.
        """
        return record(Session, self._read("session", [key]))

    def needed(self, calls: Sequence[Call]) -> int:
        """How many signers these calls would take now.

        calls: The calls.

        Answers: The number of distinct owners.
        """
        return cast(int, self._read("needed", [calls]))

    def digest(self, calls: Sequence[Call], nonce: int, deadline: int) -> bytes:
        """What owners sign or approve for a batch.

        calls: The calls.
        nonce: The nonce.
        deadline: Last second to execute.

        Answers: The EIP-712 digest.
        """
        return cast(bytes, self._read("digest", [calls, nonce, deadline]))

    def ready_at(self, owners: Sequence[Owner], tiers: Sequence[Tier]) -> int:
        """When a recovery that enough guardians support can be finished.

        owners: The new owners.
        tiers: Their thresholds.

        Answers: The last second of the delay; zero where too few support it.
        """
        return cast(int, self._read("ready_at", [owners, tiers]))

    def DOMAIN_SEPARATOR(self) -> bytes:
        """The EIP-712 domain that owners sign in.

        Answers: The domain's hash.
        """
        return cast(bytes, self._read("DOMAIN_SEPARATOR", []))

    def currency(self) -> bytes:
        return cast(bytes, self._read("currency", []))

    def is_owner(self, owner: bytes) -> bool:
        return cast(bool, self._read("is_owner", [owner]))

    def epoch(self) -> int:
        return cast(int, self._read("epoch", []))

    def used_nonces(self, nonce: int) -> bool:
        return cast(bool, self._read("used_nonces", [nonce]))

    def approvals(self, id: bytes, owner: bytes) -> bool:
        return cast(bool, self._read("approvals", [id, owner]))

    def spent_on(self, day: int) -> int:
        return cast(int, self._read("spent_on", [day]))

    def guardians_needed(self) -> int:
        return cast(int, self._read("guardians_needed", []))

    def recovery_delay(self) -> int:
        return cast(int, self._read("recovery_delay", []))

    def recovery(self) -> int:
        return cast(int, self._read("recovery", []))
