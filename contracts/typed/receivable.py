"""Receivable: A debt that the buyer has confirmed, in parts that change hands.

Written by scripts/generate from receivable.vy.
"""

from dataclasses import dataclass
from typing import cast

from contracts.chain import Bound, Sent, record


@dataclass(frozen=True, slots=True)
class Credential:
    state: int
    seller: bytes
    debtor: bytes
    token: bytes
    order: bytes
    fingerprint: bytes
    face: int
    live: int
    redeemed: int
    held: int
    due: int
    last_deadline: int
    penalty_rate: int


@dataclass(frozen=True, slots=True)
class Part:
    credential: bytes
    holder: bytes
    amount: int
    lienholder: bytes
    lien_id: bytes


class Receivable(Bound):
    """A seller issues what a buyer owes it: from an order that `trade` has matched and approved, or of its own word.
    Only the buyer's acceptance, by transaction or by signature, brings the credential to life; from then on the
    buyer is its debtor. Its holder splits it, endorses it to others with or without recourse, or locks a part in
    favour of a financier's contract. The debtor may put money aside here up to the due date; at the due date anyone
    may have a part redeemed, out of what is set aside and for the rest from the debtor's allowance, with a penalty
    by the day where it is late. What is not redeemed by the end of the grace period is in default: its holder has
    recourse to those who endorsed with recourse, each of whom then stands in its place. A buyer who never accepts
    leaves nothing behind: the issue ends at the due date. A debtor who disappears cannot take back what it set
    aside: anyone divides it among the holders once the grace period is over. A holder who disappears is still paid.
    A financier's contract keeps what it locked until it lets go."""

    NAME = "receivable"

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

    def issue(self, order_id: bytes, grace_seconds: int) -> Sent:
        """Issues what a matched and approved order still owes, on the order's terms. Its seller only, who has
        authorised this contract with the fingerprint register. Alive once the buyer accepts.

        order_id: The order.
        grace_seconds: How long after the due date it is not yet in default; at most 90 days.

        Answers: The credential's id, which is also its first part's.
        """
        return self._send("issue", [order_id, grace_seconds])

    def issue_unmatched(
        self, debtor: bytes, token: bytes, face: int, due: int, grace_seconds: int, penalty_rate: int, document: bytes
    ) -> Sent:
        """Issues a debt that no order here stands behind, of the calling seller's word. Alive once the debtor accepts.

        debtor: Who owes it.
        token: The ERC-20 token it is owed in.
        face: How much, in minor units.
        due: The last second at which payment is in time; at most a year ahead.
        grace_seconds: How long after that it is not yet in default; at most 90 days.
        penalty_rate: Basis points of what is late, for each day begun.
        document: The hash that names the goods in every financing.

        Answers: The credential's id, which is also its first part's.
        """
        return self._send("issue_unmatched", [debtor, token, face, due, grace_seconds, penalty_rate, document])

    def accept(self, id: bytes) -> Sent:
        """Confirms the debt. Debtor only, up to the due date.

        id: The credential.
        """
        return self._send("accept", [id])

    def accept_signed(self, id: bytes, signature: bytes) -> Sent:
        """Confirms the debt by the debtor's signature. Anyone may bring it, up to the due date.

        id: The credential.
        signature: EIP-712 of Acceptance(id, seller, token, order, fingerprint, face, due, last_deadline,
        penalty_rate), by a key or by EIP-1271.
        """
        return self._send("accept_signed", [id, signature])

    def withdraw(self, id: bytes) -> Sent:
        """Ends an issue that was not accepted: the seller takes it back, the debtor declines, and anyone ends it after
        the due date. The fingerprint is free again.

        id: The credential.
        """
        return self._send("withdraw", [id])

    def split(self, part_id: bytes, amount: int) -> Sent:
        """Splits a part in two, both the holder's. Holder only. A credential has at most 16 parts in its life: it
        begins with room for 16, which each split divides by the amounts, so that nobody uses up another's.

        part_id: The part.
        amount: What the new part has, less than all of it.

        Answers: The new part's id.
        """
        return self._send("split", [part_id, amount])

    def endorse(self, part_id: bytes, to: bytes, amount: int, with_recourse: bool) -> Sent:
        """Hands a part on, whole or in part. Holder only, unless locked.

        part_id: The part.
        to: Who holds it from now on.
        amount: How much of it; less than all splits it first.
        with_recourse: Whether the caller answers for it in default. At most eight endorsers of a part do.

        Answers: The id of the part that `to` holds: a new one where it was split.
        """
        return self._send("endorse", [part_id, to, amount, with_recourse])

    def lock(self, part_id: bytes, lienholder: bytes, lien_id: bytes) -> Sent:
        """Gives a financier's contract the first claim on a part: what is paid on it goes there, until it lets go.
        Holder only.

        part_id: The part.
        lienholder: The contract, or another account that finances.
        lien_id: The lienholder's own id of what the lien secures.
        """
        return self._send("lock", [part_id, lienholder, lien_id])

    def release_assigned(self, part_id: bytes) -> Sent:
        """Lets go of a locked part; its holder disposes of it again. Lienholder only.

        part_id: The part.
        """
        return self._send("release_assigned", [part_id])

    def enforce(self, part_id: bytes, to: bytes) -> Sent:
        """Takes a locked part from its holder and hands it on unlocked. Lienholder only, by the terms under which the
        holder locked it.

        part_id: The part.
        to: Who holds it from now on; not the debtor, who would have recourse for its own debt.
        """
        return self._send("enforce", [part_id, to])

    def fund(self, id: bytes, amount: int) -> Sent:
        """Puts money aside for all parts alike, from an allowance given to this contract. Debtor only, up to the due
        date; it cannot be taken back.

        id: The credential.
        amount: Minor units, at most what is not set aside yet.
        """
        return self._send("fund", [id, amount])

    def redeem(self, part_id: bytes) -> Sent:
        """Pays a part to its holder, or to its lienholder: its share of what is set aside, and the rest, with the
        penalty on that rest for each day begun after the due date, from the debtor's allowance. The debtor at any
        time, anyone from the due second on, also in default.

        part_id: The part.

        Answers: What was paid, penalty included.
        """
        return self._send("redeem", [part_id])

    def declare_default(self, id: bytes) -> Sent:
        """Records that a credential was not redeemed by the end of its grace period. Anyone. It can still be redeemed;
        it no longer changes hands but by recourse, and where a lienholder enforces.

        id: The credential.
        """
        return self._send("declare_default", [id])

    def recourse(self, part_id: bytes, endorser: bytes) -> Sent:
        """In default, has an endorser with recourse pay a part to its holder, from its allowance. The endorser then
        holds the part, with recourse to those who endorsed before it. Holder or that endorser; a lienholder first
        lets go.

        part_id: The part.
        endorser: Who is to answer for it.
        """
        return self._send("recourse", [part_id, endorser])

    def exit(self, id: bytes) -> Sent:
        """Divides what is set aside among all live parts by their amounts, once the grace period is over. Anyone. What
        stays unpaid stays owed.

        id: The credential.
        """
        return self._send("exit", [id])

    def credential(self, id: bytes) -> Credential:
        """Everything about a credential.

        id: The credential.

        Answers: Its record; state 0 unknown, 1 issued, 2 accepted, 3 withdrawn, 4 defaulted, 5 redeemed.
        """
        return record(Credential, self._read("credential", [id]))

    def part(self, part_id: bytes) -> Part:
        """Everything about a part.

        part_id: The part.

        Answers: Its record; `amount` is what is still live of it.
        """
        return record(Part, self._read("part", [part_id]))

    def parts_of_credential(self, id: bytes) -> tuple[bytes, ...]:
        """All parts that a credential ever had.

        id: The credential.

        Answers: Their ids, in the order in which they came to be.
        """
        return cast(tuple[bytes, ...], self._read("parts_of_credential", [id]))

    def endorsers(self, part_id: bytes) -> tuple[bytes, ...]:
        """Who answers for a part in default.

        part_id: The part.

        Answers: Who endorsed it with recourse, the first one first.
        """
        return cast(tuple[bytes, ...], self._read("endorsers", [part_id]))

    def penalty(self, part_id: bytes) -> int:
        """What redeeming a part now costs the debtor beyond its amount.

        part_id: The part.

        Answers: Minor units.
        """
        return cast(int, self._read("penalty", [part_id]))

    def proceeds(self, part_id: bytes, assignee: bytes) -> tuple[bytes, bytes, int, int]:
        """Of a part and a lienholder: for whom it collects, in which token, how much was assigned to it and is or was
        to be paid, and how much of that was paid so far (a claim where the token refused it).

        part_id: The part.
        assignee: The lienholder.

        Answers: Holder, token, assigned, paid.
        """
        return cast(tuple[bytes, bytes, int, int], self._read("proceeds", [part_id, assignee]))

    def position(self, part_id: bytes) -> tuple[bytes, bytes, bytes, int, bytes, bytes, int, int]:
        """What a financier asks about a part.

        part_id: The part.

        Answers: Holder, lienholder, lien id, amount still live, token, debtor, due, last deadline. Nothing is live
        before the debtor has accepted.
        """
        return cast(tuple[bytes, bytes, bytes, int, bytes, bytes, int, int], self._read("position", [part_id]))

    def fingerprint_of(self, part_id: bytes) -> bytes:
        """The fingerprint of the goods behind a part.

        part_id: The part.

        Answers: What the register of fingerprints knows them by.
        """
        return cast(bytes, self._read("fingerprint_of", [part_id]))

    def held(self, id: bytes) -> int:
        """What is set aside for a credential now.

        id: The credential.

        Answers: Minor units.
        """
        return cast(int, self._read("held", [id]))

    def last_deadline(self, id: bytes) -> int:
        """The last second before anyone may exit the credential, or have its default recorded.

        id: The credential.

        Answers: Seconds since 1970; zero for an unknown one.
        """
        return cast(int, self._read("last_deadline", [id]))

    def supportsInterface(self, interface_id: bytes) -> bool:
        """Which interfaces this contract has (https://eips.ethereum.org/EIPS/eip-165).

        interface_id: Exclusive or of the interface's selectors.

        Answers: True for ERC-165, ICustody and IProceeds.
        """
        return cast(bool, self._read("supportsInterface", [interface_id]))

    def DOMAIN_SEPARATOR(self) -> bytes:
        """The EIP-712 domain of acceptances on this chain.

        Answers: The hash that every signed acceptance starts from.
        """
        return cast(bytes, self._read("DOMAIN_SEPARATOR", []))

    def eip712Domain(self) -> tuple[bytes, str, str, int, bytes, bytes, tuple[int, ...]]:
        """The same domain in words, for wallets (https://eips.ethereum.org/EIPS/eip-5267).

        Answers: Fields in use, name, version, chain id, contract, salt, extensions.
        """
        return cast(tuple[bytes, str, str, int, bytes, bytes, tuple[int, ...]], self._read("eip712Domain", []))

    def trade(self) -> bytes:
        return cast(bytes, self._read("trade", []))

    def fingerprints(self) -> bytes:
        return cast(bytes, self._read("fingerprints", []))

    def room(self, part_id: bytes) -> int:
        return cast(int, self._read("room", [part_id]))
