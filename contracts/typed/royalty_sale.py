"""RoyaltySale: A registry of works whose creators share in every sale.

Written by scripts/generate from royalty_sale.vy.
"""

from dataclasses import dataclass
from typing import cast

from contracts.chain import Bound, Sent, record


@dataclass(frozen=True, slots=True)
class Work:
    creator: bytes
    royalty_basis_points: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Offer:
    seller: bytes
    buyer: bytes
    token: bytes
    price: int
    deadline: int
    state: int


class RoyaltySale(Bound):
    """A creator registers a work and the share that goes to it whenever the work is sold here. The owner offers the
    work at a price; whoever pays it owns the work in the same transaction, and the price is divided exactly:
    royalty, the market's fee, and the rest to the seller. Whoever asks `royaltyInfo` (ERC-2981) hears what is paid
    here. An owner may also give the work away; an offer made before is then void. Who disappears: a seller's offer
    ends at its deadline; a creator or a market that the token refuses has a claim, and the sale goes on. No role can
    move a work or take anything out."""

    NAME = "royalty_sale"

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

    def register(self, royalty_basis_points: int, content: bytes) -> Sent:
        """Registers a work with the caller as its creator and first owner.

        royalty_basis_points: The creator's share of every sale, in hundredths of a percent; at most half, for good.
        content: Hash of the work, or of what describes it.

        Answers: The work's id.
        """
        return self._send("register", [royalty_basis_points, content])

    def offer(self, id: bytes, buyer: bytes, token: bytes, price: int, deadline: int) -> Sent:
        """Offers a work for sale, in place of an earlier offer. Owner only.

        id: The work.
        buyer: Who may buy, or zero: anyone.
        token: The ERC-20 token to pay in.
        price: Minor units, with royalty and fee in it.
        deadline: Last second to buy; at most ten years ahead.
        """
        return self._send("offer", [id, buyer, token, price, deadline])

    def withdraw(self, id: bytes) -> Sent:
        """Takes an offer back. Owner only.

        id: The work.
        """
        return self._send("withdraw", [id])

    def exit(self, id: bytes) -> Sent:
        """Clears an offer whose deadline has passed. Anyone; nothing is held, and the owner keeps the work.

        id: The work.
        """
        return self._send("exit", [id])

    def buy(self, id: bytes, token: bytes, price: int) -> Sent:
        """Buys a work from an allowance given to this contract: price and work change hands together.

        id: The work.
        token: What the buyer expects to pay in: an offer changed meanwhile is refused.
        price: What the buyer expects to pay.
        """
        return self._send("buy", [id, token, price])

    def transferFrom(self, sender: bytes, receiver: bytes, tokenId: int) -> Sent:
        """Gives a work away; an offer of it is void. Owner only.

        sender: The owner.
        receiver: The next owner.
        tokenId: The work's id as a number.
        """
        return self._send("transferFrom", [sender, receiver, tokenId])

    def ownerOf(self, tokenId: int) -> bytes:
        """Who owns a work.

        tokenId: The work's id as a number.

        Answers: The owner.
        """
        return cast(bytes, self._read("ownerOf", [tokenId]))

    def royaltyInfo(self, tokenId: int, salePrice: int) -> tuple[bytes, int]:
        """What of a price goes to the creator (ERC-2981).

        tokenId: The work's id as a number.
        salePrice: Minor units of any token.

        Answers: The creator and its part, half a unit rounded up.
        """
        return cast(tuple[bytes, int], self._read("royaltyInfo", [tokenId, salePrice]))

    def supportsInterface(self, interfaceId: bytes) -> bool:
        """Which standards are spoken here (ERC-165).

        interfaceId: The standard's number.

        Answers: True for ERC-165 and ERC-2981.
        """
        return cast(bool, self._read("supportsInterface", [interfaceId]))

    def work(self, id: bytes) -> Work:
        """What a creator registered.

        id: The work.

        Answers: Its record; creator zero for an unknown work.
        """
        return record(Work, self._read("work", [id]))

    def offered(self, id: bytes) -> Offer:
        """The offer of a work.

        id: The work.

        Answers: Its record; state 0 not on sale, 1 open.
        """
        return record(Offer, self._read("offered", [id]))

    def held(self, id: bytes) -> int:
        """What is held for a sale: always nothing, what a token refuses to pay out apart.

        id: The work.

        Answers: Zero.
        """
        return cast(int, self._read("held", [id]))

    def last_deadline(self, id: bytes) -> int:
        """The last second to buy a work.

        id: The work.

        Answers: Seconds since 1970; zero where it is not on sale.
        """
        return cast(int, self._read("last_deadline", [id]))

    def market(self) -> bytes:
        return cast(bytes, self._read("market", []))

    def fee_basis_points(self) -> int:
        return cast(int, self._read("fee_basis_points", []))

    def balanceOf(self, account: bytes) -> int:
        return cast(int, self._read("balanceOf", [account]))
