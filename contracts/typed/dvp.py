"""Dvp: Delivery against payment: both or neither.

Written by scripts/generate from dvp.vy.
"""

from dataclasses import dataclass
from typing import cast

from contracts.chain import Bound, Sent, record


@dataclass(frozen=True, slots=True)
class Trade:
    seller: bytes
    buyer: bytes
    asset: bytes
    asset_amount: int
    money: bytes
    money_amount: int
    deadline: int
    terms_hash: bytes
    delivered_by: bytes
    state: int


@dataclass(frozen=True, slots=True)
class Lock:
    owner: bytes
    receiver: bytes
    token: bytes
    amount: int
    deadline: int
    receiver_hash: bytes
    owner_hash: bytes
    encrypted_hash: bytes
    state: int


class Dvp(Bound):
    """Three ways to exchange two things so that nobody is left with neither. On one chain: seller and buyer agree on a
    trade, each delivers its leg (an asset against money, or money against money), and the second delivery settles
    both in the same transaction. Across chains by hash-lock: what is locked goes to its receiver for a preimage, and
    back without. Across chains by key (ERC-7573): what the seller locks goes to the buyer for one key and back to
    the seller for another; which of them comes out is decided where the payment is made. Whatever is neither settled
    nor claimed by its deadline goes back to who put it in; anyone can see to that. Assets are ERC-20 tokens that
    keep their own books."""

    NAME = "dvp"

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

    def propose(
        self,
        seller: bytes,
        buyer: bytes,
        asset: bytes,
        asset_amount: int,
        money: bytes,
        money_amount: int,
        deadline: int,
        terms_hash: bytes,
    ) -> Sent:
        """Writes down a trade of which the caller is a party. Nothing moves yet.

        seller: Who delivers the asset and is paid.
        buyer: Who delivers the money and gets the asset.
        asset: The asset's token.
        asset_amount: Its amount, in its minor units.
        money: The money's token; another one than the asset.
        money_amount: Its amount, in its minor units.
        deadline: Last second for both deliveries; at most ten years ahead.
        terms_hash: Hash of what else the parties agreed on.

        Answers: The trade's id.
        """
        return self._send("propose", [seller, buyer, asset, asset_amount, money, money_amount, deadline, terms_hash])

    def deliver(self, id: bytes) -> Sent:
        """Delivers the caller's leg from an allowance: the seller's asset or the buyer's money, up to the deadline. The
        second delivery settles the trade at once.

        id: The trade.
        """
        return self._send("deliver", [id])

    def cancel(self, id: bytes) -> Sent:
        """Calls a trade off that is not settled; what was delivered goes back. Seller or buyer.

        id: The trade.
        """
        return self._send("cancel", [id])

    def lock(self, receiver: bytes, token: bytes, amount: int, hash: bytes, deadline: int) -> Sent:
        """Puts a token aside for whoever shows the preimage of a hash to give it to the receiver.

        receiver: Who gets it for the preimage.
        token: The ERC-20 token.
        amount: Minor units, from an allowance given to this contract.
        hash: SHA-256 of a secret of 32 bytes.
        deadline: Last second for the preimage; then it goes back.

        Answers: The lock's id.
        """
        return self._send("lock", [receiver, token, amount, hash, deadline])

    def unlock(self, id: bytes, preimage: bytes) -> Sent:
        """Gives what is locked to its receiver, up to the deadline. Anyone who knows the preimage.

        id: The lock.
        preimage: The secret; from now on everybody knows it.
        """
        return self._send("unlock", [id, preimage])

    def reclaim(self, id: bytes) -> Sent:
        """Gives what is locked back to its owner: the receiver at any time, the owner after the deadline.

        id: The lock.
        """
        return self._send("reclaim", [id])

    def register_transfer(self, seller: bytes, token: bytes, amount: int, deadline: int) -> Sent:
        """Begins a transfer by key with the caller as buyer; the functions of ERC-7573 carry it on by its id.

        seller: Who will lock the token.
        token: The ERC-20 token.
        amount: Minor units.
        deadline: Last second for a key; then what is locked goes back.

        Answers: The transfer's id, as ERC-7573 has it; the same 32 bytes are the lock's id.
        """
        return self._send("register_transfer", [seller, token, amount, deadline])

    def inceptTransfer(
        self, id: int, amount: int, seller: bytes, keyHashedSeller: str, keyEncryptedSeller: str
    ) -> Sent:
        """Names the key for which the token will go back to the seller. Buyer only, after `register_transfer`.

        id: The transfer.
        amount: Minor units, as registered.
        seller: The seller, as registered.
        keyHashedSeller: "0x" and the SHA-256 of the seller's key in hexadecimal.
        keyEncryptedSeller: The same key, encrypted for who decrypts it when the payment fails.
        """
        return self._send("inceptTransfer", [id, amount, seller, keyHashedSeller, keyEncryptedSeller])

    def confirmTransfer(self, id: int, amount: int, buyer: bytes, keyHashedBuyer: str, keyEncryptedBuyer: str) -> Sent:
        """Names the key for which the token will go to the buyer, and locks it, from an allowance. Seller only.

        id: The transfer.
        amount: Minor units, as registered.
        buyer: The buyer, as registered.
        keyHashedBuyer: "0x" and the SHA-256 of the buyer's key in hexadecimal.
        keyEncryptedBuyer: The same key, encrypted for who decrypts it when the payment succeeds.
        """
        return self._send("confirmTransfer", [id, amount, buyer, keyHashedBuyer, keyEncryptedBuyer])

    def cancelTransfer(
        self, id: int, amount: int, seller: bytes, keyHashedSeller: str, keyEncryptedSeller: str
    ) -> Sent:
        """Calls off what was incepted and not confirmed. Buyer only, with the terms it incepted.

        id: The transfer.
        amount: Minor units, as incepted.
        seller: The seller, as incepted.
        keyHashedSeller: As incepted.
        keyEncryptedSeller: As incepted.
        """
        return self._send("cancelTransfer", [id, amount, seller, keyHashedSeller, keyEncryptedSeller])

    def transferWithKey(self, id: int, key: str) -> Sent:
        """Gives what is locked to the buyer for the buyer's key, or back to the seller for the seller's, up to the
        deadline. Anyone who knows a key: it alone says who is paid.

        id: The transfer.
        key: The key.
        """
        return self._send("transferWithKey", [id, key])

    def exit(self, id: bytes) -> Sent:
        """After the deadline: gives what is held back to who put it in. Anyone.

        id: A trade or a lock.
        """
        return self._send("exit", [id])

    def trade(self, id: bytes) -> Trade:
        """Everything about a trade.

        id: The trade.

        Answers: Its record; state 0 unknown, 1 open, 2 one leg delivered, 3 settled, 4 called off.
        """
        return record(Trade, self._read("trade", [id]))

    def lock_of(self, id: bytes) -> Lock:
        """Everything about a lock by hash or by key.

        id: The lock.

        Answers: Its record; state 0 unknown, 1 registered, 2 incepted, 3 locked, 4 paid to the receiver, 5 returned.
        """
        return record(Lock, self._read("lock_of", [id]))

    def held(self, id: bytes) -> int:
        """What a trade or a lock holds now: of a trade the one leg that is delivered.

        id: The trade or lock.

        Answers: Minor units of the token that `holds` names.
        """
        return cast(int, self._read("held", [id]))

    def holds(self, id: bytes) -> bytes:
        """The token that a trade or a lock holds now.

        id: The trade or lock.

        Answers: The token, or zero where nothing is held.
        """
        return cast(bytes, self._read("holds", [id]))

    def last_deadline(self, id: bytes) -> int:
        """The last second before anyone may exit.

        id: The trade or lock.

        Answers: Seconds since 1970; zero for an unknown id.
        """
        return cast(int, self._read("last_deadline", [id]))
