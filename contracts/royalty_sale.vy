# pragma version 0.4.3
# pragma evm-version prague
# pragma nonreentrancy on
"""
@title A registry of works whose creators share in every sale
@license Apache-2.0
@notice A creator registers a work and the share that goes to it whenever the work is sold here. The owner offers the
        work at a price; whoever pays it owns the work in the same transaction, and the price is divided exactly:
        royalty, the market's fee, and the rest to the seller. Whoever asks `royaltyInfo` (ERC-2981) hears what is
        paid here. An owner may also give the work away; an offer made before is then void.
        Who disappears: a seller's offer ends at its deadline; a creator or a market that the token refuses has a
        claim, and the sale goes on. No role can move a work or take anything out.
@dev    Truths that hold after every transaction: of each sale royalty + fee + seller's part = price; a work has one
        owner; only claims rest here: liabilities(token) = sum of claims <= the token's balance of this contract.
        https://eips.ethereum.org/EIPS/eip-2981. The number of a work in ERC-721's words (`ownerOf`, `transferFrom`)
        is its id read as a number. Approvals are not offered, so ERC-721 is not claimed through ERC-165.
"""

from .interfaces import ICustody
from .modules import claims
from .modules import deadlines
from .modules import ids
from .modules import split

implements: ICustody

initializes: claims
initializes: ids

exports: (
    claims.claim,
    claims.claimable,
    claims.liabilities,
    ids.next_id,
    ids.nonces,
)

struct Work:
    creator: address
    royalty_basis_points: uint256
    content: bytes32

struct Offer:
    seller: address
    # Whom it is for, or zero: for anyone.
    buyer: address
    token: address
    price: uint256
    deadline: uint256
    state: uint8

OPEN: constant(uint8) = 1

MAX_ROYALTY: constant(uint256) = 50_00
MAX_FEE: constant(uint256) = 10_00
ERC165: constant(bytes4) = 0x01ffc9a7
ERC2981: constant(bytes4) = 0x2a55205a

market: public(immutable(address))
fee_basis_points: public(immutable(uint256))

works: HashMap[bytes32, Work]
offers: HashMap[bytes32, Offer]
owners: HashMap[uint256, address]
balanceOf: public(HashMap[address, uint256])

event Transfer:
    sender: indexed(address)
    receiver: indexed(address)
    tokenId: indexed(uint256)

event Registered:
    id: indexed(bytes32)
    creator: indexed(address)
    royalty_basis_points: uint256
    content: bytes32

event Offered:
    id: indexed(bytes32)
    seller: indexed(address)
    buyer: indexed(address)
    token: address
    price: uint256
    deadline: uint256

event Withdrawn:
    id: indexed(bytes32)
    seller: indexed(address)
    by: indexed(address)

event Sold:
    id: indexed(bytes32)
    seller: indexed(address)
    buyer: indexed(address)
    token: address
    price: uint256
    royalty: uint256
    fee: uint256
    to_seller: uint256


@deploy
def __init__(market_account: address, market_fee_basis_points: uint256):
    """
    @notice A market for works.
    @param market_account Who gets the fee of each sale.
    @param market_fee_basis_points Its share in hundredths of a percent; at most ten percent, for good.
    """
    assert market_account not in [empty(address), self], "royalty_sale: not a market"
    assert market_fee_basis_points <= MAX_FEE, "royalty_sale: fee out of range"
    market = market_account
    fee_basis_points = market_fee_basis_points


@external
def register(royalty_basis_points: uint256, content: bytes32) -> bytes32:
    """
    @notice Registers a work with the caller as its creator and first owner.
    @param royalty_basis_points The creator's share of every sale, in hundredths of a percent; at most half, for good.
    @param content Hash of the work, or of what describes it.
    @return The work's id.
    """
    assert royalty_basis_points <= MAX_ROYALTY, "royalty_sale: royalty out of range"
    assert content != empty(bytes32), "royalty_sale: no content"
    id: bytes32 = ids._take_id(msg.sender)
    self.works[id] = Work(creator=msg.sender, royalty_basis_points=royalty_basis_points, content=content)
    log Registered(id=id, creator=msg.sender, royalty_basis_points=royalty_basis_points, content=content)
    self._hand_over(id, empty(address), msg.sender)
    return id


@external
def offer(id: bytes32, buyer: address, token: address, price: uint256, deadline: uint256):
    """
    @notice Offers a work for sale, in place of an earlier offer. Owner only.
    @param id The work.
    @param buyer Who may buy, or zero: anyone.
    @param token The ERC-20 token to pay in.
    @param price Minor units, with royalty and fee in it.
    @param deadline Last second to buy; at most ten years ahead.
    """
    assert msg.sender == self._owner(id), "royalty_sale: not the owner"
    assert buyer not in [self, msg.sender], "royalty_sale: not a buyer"
    assert token.is_contract and token != self, "royalty_sale: not a token"
    assert price > 0, "royalty_sale: no price"
    assert price <= split.MAX_AMOUNT, "royalty_sale: price out of range"
    deadlines._check_ahead(deadline)
    self.offers[id] = Offer(
        seller=msg.sender, buyer=buyer, token=token, price=price, deadline=deadline, state=OPEN
    )
    log Offered(id=id, seller=msg.sender, buyer=buyer, token=token, price=price, deadline=deadline)


@external
def withdraw(id: bytes32):
    """
    @notice Takes an offer back. Owner only.
    @param id The work.
    """
    assert msg.sender == self._open(id).seller, "royalty_sale: not the owner"
    self._withdraw(id)


@external
def exit(id: bytes32):
    """
    @notice Clears an offer whose deadline has passed. Anyone; nothing is held, and the owner keeps the work.
    @param id The work.
    """
    assert deadlines._has_passed(self._open(id).deadline), "royalty_sale: deadline not passed"
    self._withdraw(id)


@external
def buy(id: bytes32, token: address, price: uint256):
    """
    @notice Buys a work from an allowance given to this contract: price and work change hands together.
    @param id The work.
    @param token What the buyer expects to pay in: an offer changed meanwhile is refused.
    @param price What the buyer expects to pay.
    """
    on_sale: Offer = self._open(id)
    assert not deadlines._has_passed(on_sale.deadline), "royalty_sale: deadline has passed"
    assert on_sale.buyer in [empty(address), msg.sender], "royalty_sale: for somebody else"
    assert msg.sender != on_sale.seller, "royalty_sale: not a buyer"
    assert token == on_sale.token and price == on_sale.price, "royalty_sale: offer has changed"
    creator: address = self.works[id].creator
    royalty: uint256 = split._share(price, self.works[id].royalty_basis_points)
    fee: uint256 = split._share(price, fee_basis_points)
    # At most 60 percent and two halves of a unit: never more than the price.
    to_seller: uint256 = price - royalty - fee
    self._hand_over(id, on_sale.seller, msg.sender)
    log Sold(
        id=id,
        seller=on_sale.seller,
        buyer=msg.sender,
        token=token,
        price=price,
        royalty=royalty,
        fee=fee,
        to_seller=to_seller,
    )
    claims._pull_exactly(token, msg.sender, price)
    claims._pay(id, token, creator, royalty)
    claims._pay(id, token, market, fee)
    claims._pay(id, token, on_sale.seller, to_seller)


@external
def transferFrom(sender: address, receiver: address, tokenId: uint256):
    """
    @notice Gives a work away; an offer of it is void. Owner only.
    @param sender The owner.
    @param receiver The next owner.
    @param tokenId The work's id as a number.
    """
    id: bytes32 = convert(tokenId, bytes32)
    assert msg.sender == self._owner(id) and sender == msg.sender, "royalty_sale: not the owner"
    assert receiver not in [empty(address), self], "royalty_sale: not a receiver"
    self._hand_over(id, sender, receiver)


@external
@view
def ownerOf(tokenId: uint256) -> address:
    """
    @notice Who owns a work.
    @param tokenId The work's id as a number.
    @return The owner.
    """
    return self._owner(convert(tokenId, bytes32))


@external
@view
def royaltyInfo(tokenId: uint256, salePrice: uint256) -> (address, uint256):
    """
    @notice What of a price goes to the creator (ERC-2981).
    @param tokenId The work's id as a number.
    @param salePrice Minor units of any token.
    @return The creator and its part, half a unit rounded up.
    """
    of: Work = self.works[convert(tokenId, bytes32)]
    return of.creator, split._share(salePrice, of.royalty_basis_points)


@external
@pure
def supportsInterface(interfaceId: bytes4) -> bool:
    """
    @notice Which standards are spoken here (ERC-165).
    @param interfaceId The standard's number.
    @return True for ERC-165 and ERC-2981.
    """
    return interfaceId in [ERC165, ERC2981]


@external
@view
def work(id: bytes32) -> Work:
    """
    @notice What a creator registered.
    @param id The work.
    @return Its record; creator zero for an unknown work.
    """
    return self.works[id]


@external
@view
def offered(id: bytes32) -> Offer:
    """
    @notice The offer of a work.
    @param id The work.
    @return Its record; state 0 not on sale, 1 open.
    """
    return self.offers[id]


@external
@view
def held(id: bytes32) -> uint256:
    """
    @notice What is held for a sale: always nothing, what a token refuses to pay out apart.
    @param id The work.
    @return Zero.
    """
    return 0


@external
@view
def last_deadline(id: bytes32) -> uint256:
    """
    @notice The last second to buy a work.
    @param id The work.
    @return Seconds since 1970; zero where it is not on sale.
    """
    return self.offers[id].deadline


@internal
def _hand_over(id: bytes32, sender: address, receiver: address):
    number: uint256 = convert(id, uint256)
    if self.offers[id].state == OPEN:
        self.offers[id] = empty(Offer)
    self.owners[number] = receiver
    if sender != empty(address):
        self.balanceOf[sender] -= 1
    self.balanceOf[receiver] += 1
    log Transfer(sender=sender, receiver=receiver, tokenId=number)


@internal
def _withdraw(id: bytes32):
    log Withdrawn(id=id, seller=self.offers[id].seller, by=msg.sender)
    self.offers[id] = empty(Offer)


@internal
@view
def _owner(id: bytes32) -> address:
    owner: address = self.owners[convert(id, uint256)]
    assert owner != empty(address), "royalty_sale: no such work"
    return owner


@internal
@view
def _open(id: bytes32) -> Offer:
    on_sale: Offer = self.offers[id]
    assert on_sale.state == OPEN, "royalty_sale: not on sale"
    return on_sale
