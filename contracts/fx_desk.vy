# pragma version 0.4.3
# pragma evm-version prague
# pragma nonreentrancy on
"""
@title Foreign exchange at a signed rate
@license Apache-2.0
@notice A dealer signs a quote off chain: which token it takes and which it gives, at what rate, between which amounts,
        until when. Whoever it is for takes it, and both sides move in that transaction at exactly that rate; the taker
        gets what the rate comes to, rounded down by less than one minor unit. Where the quote names a day to deliver
        by, the taker locks the rate in instead: its money is put aside here, and the dealer delivers by then or the
        money goes back; anyone can see to that. A quote is taken once, and the dealer may cancel it before.
@dev    Truths that hold after every transaction:
        given = paid * numerator // denominator, with the numbers that the dealer signed, or nothing moved;
        a held deal holds what was paid, any other nothing; each (dealer, nonce) is used once;
        liabilities(token) = sum of held in that token + sum of claims <= the token's balance of this contract.
        The rate is in minor units of one token for minor units of the other: decimals are in it already.
"""

from .interfaces import ICustody
from .modules import claims
from .modules import deadlines
from .modules import ids
from .modules import signatures
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

struct Quote:
    dealer: address
    taker: address
    pays: address
    gives: address
    numerator: uint256
    denominator: uint256
    least: uint256
    most: uint256
    expires: uint256
    deliver_by: uint256
    nonce: uint256

struct Deal:
    dealer: address
    taker: address
    pays: address
    gives: address
    paid: uint256
    given: uint256
    numerator: uint256
    denominator: uint256
    quote_hash: bytes32
    deadline: uint256
    state: uint8

TAKEN: constant(uint8) = 1
HELD: constant(uint8) = 2
DELIVERED: constant(uint8) = 3
RETURNED: constant(uint8) = 4

NAME: constant(String[32]) = "Jiaozi FxDesk"
VERSION: constant(String[8]) = "1"
QUOTE_TYPE: constant(bytes32) = keccak256(
    "Quote(address dealer,address taker,address pays,address gives,uint256 numerator,uint256 denominator,uint256 least,uint256 most,uint256 expires,uint256 deliver_by,uint256 nonce)"
)

# dealer -> nonce -> taken or cancelled
is_used: public(HashMap[address, HashMap[uint256, bool]])
deals: HashMap[bytes32, Deal]

event QuoteCancelled:
    dealer: indexed(address)
    nonce: indexed(uint256)

event Taken:
    id: indexed(bytes32)
    dealer: indexed(address)
    taker: indexed(address)
    pays: address
    gives: address
    paid: uint256
    given: uint256
    numerator: uint256
    denominator: uint256
    quote_hash: bytes32
    held_before: uint256
    held_after: uint256

event RateHeld:
    id: indexed(bytes32)
    dealer: indexed(address)
    taker: indexed(address)
    pays: address
    gives: address
    paid: uint256
    to_give: uint256
    numerator: uint256
    denominator: uint256
    quote_hash: bytes32
    deadline: uint256
    held_before: uint256
    held_after: uint256

event Delivered:
    id: indexed(bytes32)
    dealer: indexed(address)
    taker: indexed(address)
    paid: uint256
    given: uint256
    held_before: uint256
    held_after: uint256

event Returned:
    id: indexed(bytes32)
    taker: indexed(address)
    by: indexed(address)
    held_before: uint256
    held_after: uint256


@deploy
def __init__():
    pass


@external
def take(quote: Quote, signature: Bytes[signatures.MAX_SIGNATURE], amount: uint256) -> bytes32:
    """
    @notice Exchanges at once, at the rate signed. Both sides' tokens come from allowances given to this contract.
    @param quote What the dealer signed.
    @param signature By the dealer's key (r, s, v), or what its contract takes for a signature (EIP-1271).
    @param amount What the caller pays, in minor units.
    @return The deal's id.
    """
    # A rate for a later day is not one for today.
    assert quote.deliver_by == 0, "fx_desk: quote is to be held"
    given: uint256 = self._use(quote, signature, amount)
    id: bytes32 = self._book(quote, amount, given, TAKEN)
    log Taken(
        id=id,
        dealer=quote.dealer,
        taker=msg.sender,
        pays=quote.pays,
        gives=quote.gives,
        paid=amount,
        given=given,
        numerator=quote.numerator,
        denominator=quote.denominator,
        quote_hash=self._hash(quote),
        held_before=0,
        held_after=0,
    )
    claims._pull_exactly(quote.pays, msg.sender, amount)
    claims._pull_exactly(quote.gives, quote.dealer, given)
    claims._pay(id, quote.gives, msg.sender, given)
    claims._pay(id, quote.pays, quote.dealer, amount)
    return id


@external
def hold(quote: Quote, signature: Bytes[signatures.MAX_SIGNATURE], amount: uint256) -> bytes32:
    """
    @notice Locks the rate in: puts the caller's side aside until the dealer delivers, by the date in the quote.
    @param quote What the dealer signed, with a date to deliver by.
    @param signature By the dealer's key (r, s, v), or what its contract takes for a signature (EIP-1271).
    @param amount What the caller pays, in minor units, from an allowance given to this contract.
    @return The deal's id.
    """
    assert quote.deliver_by != 0, "fx_desk: quote is not to be held"
    deadlines._check_ahead(quote.deliver_by)
    given: uint256 = self._use(quote, signature, amount)
    id: bytes32 = self._book(quote, amount, given, HELD)
    log RateHeld(
        id=id,
        dealer=quote.dealer,
        taker=msg.sender,
        pays=quote.pays,
        gives=quote.gives,
        paid=amount,
        to_give=given,
        numerator=quote.numerator,
        denominator=quote.denominator,
        quote_hash=self._hash(quote),
        deadline=quote.deliver_by,
        held_before=0,
        held_after=amount,
    )
    claims._pull_exactly(quote.pays, msg.sender, amount)
    return id


@external
def deliver(id: bytes32):
    """
    @notice Gives what the rate came to and gets what was put aside. Dealer only, up to the deadline.
    @param id The deal.
    """
    deal: Deal = self.deals[id]
    assert deal.state == HELD, "fx_desk: not held"
    assert msg.sender == deal.dealer, "fx_desk: not the dealer"
    assert not deadlines._has_passed(deal.deadline), "fx_desk: deadline has passed"
    self.deals[id].state = DELIVERED
    log Delivered(
        id=id,
        dealer=deal.dealer,
        taker=deal.taker,
        paid=deal.paid,
        given=deal.given,
        held_before=deal.paid,
        held_after=0,
    )
    claims._pull_exactly(deal.gives, deal.dealer, deal.given)
    claims._pay(id, deal.gives, deal.taker, deal.given)
    claims._pay(id, deal.pays, deal.dealer, deal.paid)


@external
def decline(id: bytes32):
    """
    @notice Gives a held deal up before its deadline; the taker's money goes back. Dealer only.
    @param id The deal.
    """
    deal: Deal = self.deals[id]
    assert deal.state == HELD, "fx_desk: not held"
    assert msg.sender == deal.dealer, "fx_desk: not the dealer"
    self._return(id, deal)


@external
def exit(id: bytes32):
    """
    @notice After the deadline: gives back to the taker what the dealer did not deliver against. Anyone.
    @param id The deal.
    """
    deal: Deal = self.deals[id]
    assert deal.state == HELD, "fx_desk: not held"
    assert deadlines._has_passed(deal.deadline), "fx_desk: deadline has not passed"
    self._return(id, deal)


@external
def cancel_quote(nonce: uint256):
    """
    @notice Makes the caller's quotes with this nonce worthless. A dealer, before they are taken.
    @param nonce The number in the quote.
    """
    assert not self.is_used[msg.sender][nonce], "fx_desk: quote is used"
    self.is_used[msg.sender][nonce] = True
    log QuoteCancelled(dealer=msg.sender, nonce=nonce)


@external
@view
def converted(quote: Quote, amount: uint256) -> uint256:
    """
    @notice What a quote comes to for an amount.
    @param quote The quote; its signature is not asked for.
    @param amount What the taker would pay, in minor units.
    @return What the dealer would give, rounded down to the minor unit.
    """
    return self._converted(quote, amount)


@external
@view
def quote_digest(quote: Quote) -> bytes32:
    """
    @notice What the dealer signs for a quote (EIP-712).
    @param quote The quote.
    @return The digest on this chain, for this contract.
    """
    return self._digest(quote)


@external
@view
def eip712Domain() -> (bytes1, String[32], String[8], uint256, address, bytes32, DynArray[uint256, 1]):
    """
    @notice The domain of what is signed, in words (https://eips.ethereum.org/EIPS/eip-5267).
    @return Fields in use, name, version, chain id, contract, salt, extensions.
    """
    return (0x0f, NAME, VERSION, chain.id, self, empty(bytes32), [])


@external
@view
def deal(id: bytes32) -> Deal:
    """
    @notice Everything about a deal.
    @param id The deal.
    @return Its record; state 0 unknown, 1 taken, 2 held, 3 delivered, 4 returned.
    """
    return self.deals[id]


@external
@view
def held(id: bytes32) -> uint256:
    """
    @notice What a deal holds now, in the token the taker pays.
    @param id The deal.
    @return Minor units.
    """
    return self._held(self.deals[id])


@external
@view
def last_deadline(id: bytes32) -> uint256:
    """
    @notice The last second before anyone may exit the deal.
    @param id The deal.
    @return Seconds since 1970; zero for a deal that was never held.
    """
    return self.deals[id].deadline


@internal
def _use(quote: Quote, signature: Bytes[signatures.MAX_SIGNATURE], amount: uint256) -> uint256:
    """
    @dev Checks everything about a quote, uses its nonce up, and says what is to be given.
    """
    assert msg.sender != quote.dealer, "fx_desk: own quote"
    assert quote.taker in [empty(address), msg.sender], "fx_desk: quote is for another"
    assert quote.pays.is_contract and quote.gives.is_contract, "fx_desk: not a token"
    assert self not in [quote.pays, quote.gives], "fx_desk: not a token"
    assert quote.pays != quote.gives, "fx_desk: the same token twice"
    assert not deadlines._has_passed(quote.expires), "fx_desk: quote has expired"
    assert amount >= quote.least, "fx_desk: less than the quote's least"
    assert amount <= quote.most, "fx_desk: more than the quote's most"
    assert not self.is_used[quote.dealer][quote.nonce], "fx_desk: quote is used"
    assert signatures._signed_by(quote.dealer, self._digest(quote), signature), "fx_desk: not signed by the dealer"
    self.is_used[quote.dealer][quote.nonce] = True
    given: uint256 = self._converted(quote, amount)
    assert given > 0, "fx_desk: too little to convert"
    return given


@internal
def _book(quote: Quote, amount: uint256, given: uint256, state: uint8) -> bytes32:
    id: bytes32 = ids._take_id(msg.sender)
    self.deals[id] = Deal(
        dealer=quote.dealer,
        taker=msg.sender,
        pays=quote.pays,
        gives=quote.gives,
        paid=amount,
        given=given,
        numerator=quote.numerator,
        denominator=quote.denominator,
        quote_hash=self._hash(quote),
        deadline=quote.deliver_by if state == HELD else 0,
        state=state,
    )
    return id


@internal
def _return(id: bytes32, deal: Deal):
    self.deals[id].state = RETURNED
    log Returned(id=id, taker=deal.taker, by=msg.sender, held_before=deal.paid, held_after=0)
    claims._pay(id, deal.pays, deal.taker, deal.paid)


@internal
@pure
def _converted(quote: Quote, amount: uint256) -> uint256:
    assert amount <= split.MAX_AMOUNT, "fx_desk: amount out of range"
    assert 0 not in [quote.numerator, quote.denominator], "fx_desk: no rate"
    # Below it, so that the largest amount at the largest rate still fits.
    assert max(quote.numerator, quote.denominator) < split.MAX_AMOUNT, "fx_desk: rate out of range"
    # Down: what is signed is the most that the dealer gives for so much.
    return amount * quote.numerator // quote.denominator


@internal
@pure
def _held(deal: Deal) -> uint256:
    return deal.paid if deal.state == HELD else 0


@internal
@pure
def _hash(quote: Quote) -> bytes32:
    return keccak256(abi_encode(QUOTE_TYPE, quote))


@internal
@view
def _digest(quote: Quote) -> bytes32:
    return signatures._digest(signatures._domain(NAME, VERSION), self._hash(quote))
