"""PBM: Purpose-bound money.

Written by scripts/generate from pbm.vy.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from contracts.chain import Bound, Sent, record


@dataclass(frozen=True, slots=True)
class Type:
    issuer: bytes
    token: bytes
    face_value: int
    expires: int
    transferable: bool
    categories: tuple[bytes, ...]
    wrapped: int
    spent: int
    burned: int
    revoked: int
    state: int


@dataclass(frozen=True, slots=True)
class Listing:
    since: int
    until: int


@dataclass(frozen=True, slots=True)
class PBMToken:
    name: str
    faceValue: int
    expiry: int
    uri: str


class PBM(Bound):
    """Vouchers for school books, meals, medicine: money wrapped into units that a holder can spend only at listed
    merchants and only until they expire. An issuer creates a type (token, face value, expiry, merchants, whether
    holders may pass units on) that never changes afterwards; anyone who pays the backing in wraps units for a
    holder; the holder spends, the units are burned and the merchant receives plain money. Lists of merchants change
    only after a delay that everybody can see, and so do bans. What was spent is the merchant's for good; a merchant
    taken off the list strands nothing, since the holder keeps the units. After the expiry anyone may send the
    backing of whatever is left to the issuer. If the issuer disappears, units are spent and expire as before; if a
    list's keeper disappears, the list stays as it is; if a holder disappears, its units expire; if a merchant's
    account is refused by the token, its money is a claim."""

    NAME = "pbm"

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

    def create_type(
        self,
        name: str,
        token: bytes,
        face_value: int,
        expires: int,
        transferable: bool,
        merchants: Sequence[bytes],
        categories: Sequence[bytes],
        uri: str,
    ) -> Sent:
        """Creates a type of unit with the caller as issuer. Nothing of it changes but the merchant lists.

        name: What holders see.
        token: The ERC-20 token that backs it.
        face_value: Minor units of the token in each unit.
        expires: Last second to spend; at most ten years ahead.
        transferable: Whether holders may pass units on to others than merchants.
        merchants: The first of the type's own list; they count at once, as nobody holds a unit yet.
        categories: Shared lists whose merchants count too.
        uri: Where wallets find the ERC-1155 metadata.

        Answers: The type's id; as a number, the ERC-1155 token id.
        """
        return self._send("create_type", [name, token, face_value, expires, transferable, merchants, categories, uri])

    def create_list(self, merchants: Sequence[bytes]) -> Sent:
        """Opens a list of merchants that types can name as a category: pharmacies, bookshops. The caller keeps it.

        merchants: The first of it; they count at once.

        Answers: The list's id.
        """
        return self._send("create_list", [merchants])

    def add_merchant(self, id: bytes, merchant: bytes) -> Sent:
        """Lists a merchant after the delay. Before a removal has come into force, withdraws it at once. Keeper only.

        id: A type, for its own list, or a shared list.
        merchant: Who may be paid.
        """
        return self._send("add_merchant", [id, merchant])

    def remove_merchant(self, id: bytes, merchant: bytes) -> Sent:
        """Takes a merchant off a list after the delay, so that holders can still go there. An addition that has not
        come into force is withdrawn at once. What the merchant was paid or is owed stays its own. Keeper only.

        id: A type, for its own list, or a shared list.
        merchant: Who shall not be paid any more.
        """
        return self._send("remove_merchant", [id, merchant])

    def ban(self, account: bytes) -> Sent:
        """After the delay, nobody can pay or pass units to the account. What it has stays its own. Owner only.

        account: Whom.
        """
        return self._send("ban", [account])

    def lift_ban(self, account: bytes) -> Sent:
        """Ends a ban at once. Owner only.

        account: Whose.
        """
        return self._send("lift_ban", [account])

    def transferOwnership(self, successor: bytes) -> Sent:
        """Names the next owner, who must accept; zero withdraws the proposal. Owner only.

        successor: The next owner.
        """
        return self._send("transferOwnership", [successor])

    def accept_ownership(self) -> Sent:
        """Takes over. Only the proposed owner."""
        return self._send("accept_ownership", [])

    def wrap(self, id: bytes, receiver: bytes, units: int) -> Sent:
        """Takes units x face value from the caller's allowance and gives the units to a holder. Anyone who pays.

        id: The type.
        receiver: The holder.
        units: How many, more than zero.
        """
        return self._send("wrap", [id, receiver, units])

    def safeMint(self, receiver: bytes, token_id: int, amount: int, data: bytes) -> Sent:
        """ERC-7291's name for `wrap`.

        receiver: The holder.
        token_id: The type.
        amount: How many units.
        data: Handed on to a receiving contract.
        """
        return self._send("safeMint", [receiver, token_id, amount, data])

    def safeMintBatch(self, receiver: bytes, token_ids: Sequence[int], amounts: Sequence[int], data: bytes) -> Sent:
        """Several `safeMint` in one, all or none.

        receiver: The holder.
        token_ids: The types.
        amounts: How many units of each.
        data: Handed on to a receiving contract.
        """
        return self._send("safeMintBatch", [receiver, token_ids, amounts, data])

    def spend(self, id: bytes, merchant: bytes, units: int, memo: bytes) -> Sent:
        """Burns the caller's units and pays their value to a listed merchant, up to the expiry.

        id: The type.
        merchant: Who is paid.
        units: How many, more than zero.
        memo: The payment's reference.
        """
        return self._send("spend", [id, merchant, units, memo])

    def safeTransferFrom(self, sender: bytes, receiver: bytes, token_id: int, amount: int, data: bytes) -> Sent:
        """ERC-1155. To a listed merchant it spends, as ERC-7291 asks; to anyone else it passes units on where the type
        allows it. The holder, or an operator that the holder approved; up to the expiry.

        sender: The holder.
        receiver: A merchant or the next holder.
        token_id: The type.
        amount: How many units, more than zero.
        data: Handed on to a receiving contract.
        """
        return self._send("safeTransferFrom", [sender, receiver, token_id, amount, data])

    def safeBatchTransferFrom(
        self, sender: bytes, receiver: bytes, token_ids: Sequence[int], amounts: Sequence[int], data: bytes
    ) -> Sent:
        """Several `safeTransferFrom` in one, all or none; each has its own event and its own call to the receiver.

        sender: The holder.
        receiver: A merchant or the next holder.
        token_ids: The types.
        amounts: How many units of each.
        data: Handed on to a receiving contract.
        """
        return self._send("safeBatchTransferFrom", [sender, receiver, token_ids, amounts, data])

    def setApprovalForAll(self, operator: bytes, approved: bool) -> Sent:
        """Lets an operator spend and pass on the caller's units, or no longer.

        operator: Who.
        approved: True to allow.
        """
        return self._send("setApprovalForAll", [operator, approved])

    def burn(self, sender: bytes, token_id: int, amount: int, data: bytes) -> Sent:
        """Gives units up: their value goes back to the issuer at once. The holder, or an operator it approved.

        sender: The holder.
        token_id: The type.
        amount: How many units.
        data: Not used.
        """
        return self._send("burn", [sender, token_id, amount, data])

    def burnBatch(self, sender: bytes, token_ids: Sequence[int], amounts: Sequence[int], data: bytes) -> Sent:
        """Several `burn` in one, all or none.

        sender: The holder.
        token_ids: The types.
        amounts: How many units of each.
        data: Not used.
        """
        return self._send("burnBatch", [sender, token_ids, amounts, data])

    def revoke_expired(self, id: bytes) -> Sent:
        """Sends the backing of all units that were not spent to the issuer. Anyone, after the expiry.

        id: The type.
        """
        return self._send("revoke_expired", [id])

    def revokePBM(self, token_id: int) -> Sent:
        """ERC-7291's name for `revoke_expired`, for the issuer and the owner as it asks; the issuer is paid.

        token_id: The type.
        """
        return self._send("revokePBM", [token_id])

    def exit(self, id: bytes) -> Sent:
        """As `revoke_expired`: empties an expired type to its rightful party, the issuer. Anyone.

        id: The type.
        """
        return self._send("exit", [id])

    def type_of(self, id: bytes) -> Type:
        """Everything about a type but its name and address of metadata.

        id: The type.

        Answers: Its record, in units but for the face value; state 0 unknown, 1 open, 2 closed.
        """
        return record(Type, self._read("type_of", [id]))

    def live(self, id: bytes) -> int:
        """Units in holders' hands.

        id: The type.

        Answers: How many.
        """
        return cast(int, self._read("live", [id]))

    def held(self, id: bytes) -> int:
        """The backing of a type: face value x live units.

        id: The type.

        Answers: Minor units.
        """
        return cast(int, self._read("held", [id]))

    def last_deadline(self, id: bytes) -> int:
        """The last second before anyone may send the backing of what is left to the issuer.

        id: The type.

        Answers: Seconds since 1970; zero for an unknown type.
        """
        return cast(int, self._read("last_deadline", [id]))

    def is_merchant(self, id: bytes, account: bytes) -> bool:
        """Whether units of a type can be spent at an account now, their expiry apart.

        id: The type.
        account: A merchant.

        Answers: True if it is listed and not banned.
        """
        return cast(bool, self._read("is_merchant", [id, account]))

    def listing(self, id: bytes, merchant: bytes) -> Listing:
        """Since when and until when a merchant is on a list, also in the future.

        id: A type, for its own list, or a shared list.
        merchant: Who.

        Answers: First second it counts and first second it counts no more; zero: never.
        """
        return record(Listing, self._read("listing", [id, merchant]))

    def isBlacklisted(self, account: bytes) -> bool:
        """Whether an account is banned now.

        account: Who.

        Answers: True once a ban has come into force.
        """
        return cast(bool, self._read("isBlacklisted", [account]))

    def balanceOf(self, account: bytes, token_id: int) -> int:
        """Units of a type that an account holds. Receiving contracts may ask while they are being paid.

        account: The holder.
        token_id: The type.

        Answers: How many; zero once the type is revoked.
        """
        return cast(int, self._read("balanceOf", [account, token_id]))

    def balanceOfBatch(self, accounts: Sequence[bytes], token_ids: Sequence[int]) -> tuple[int, ...]:
        """Several `balanceOf` in one.

        accounts: The holders.
        token_ids: The type to look at for each.

        Answers: How many units each holds.
        """
        return cast(tuple[int, ...], self._read("balanceOfBatch", [accounts, token_ids]))

    def uri(self, token_id: int) -> str:
        """Where the ERC-1155 metadata of a type is.

        token_id: The type.

        Answers: As its issuer gave it.
        """
        return cast(str, self._read("uri", [token_id]))

    def getTokenDetails(self, token_id: int) -> PBMToken:
        """What ERC-7291 wants to be known of a type.

        token_id: The type.

        Answers: Name, face value, expiry and address of metadata.
        """
        return record(PBMToken, self._read("getTokenDetails", [token_id]))

    def supportsInterface(self, interface_id: bytes) -> bool:
        """ERC-165.

        interface_id: The interface.

        Answers: Whether it is ERC-165, ERC-1155, its metadata, or ERC-173.
        """
        return cast(bool, self._read("supportsInterface", [interface_id]))

    def isApprovedForAll(self, owner: bytes, operator: bytes) -> bool:
        return cast(bool, self._read("isApprovedForAll", [owner, operator]))

    def keeper(self, id: bytes) -> bytes:
        return cast(bytes, self._read("keeper", [id]))

    def banned_from(self, account: bytes) -> int:
        return cast(int, self._read("banned_from", [account]))

    def owner(self) -> bytes:
        return cast(bytes, self._read("owner", []))

    def proposed_owner(self) -> bytes:
        return cast(bytes, self._read("proposed_owner", []))

    def DELAY_SECONDS(self) -> int:
        return cast(int, self._read("DELAY_SECONDS", []))
