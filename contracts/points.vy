# pragma version 0.4.3
# pragma evm-version prague
# pragma nonreentrancy on
"""
@title Loyalty points with money behind each of them
@license Apache-2.0
@notice An issuer awards points and puts the money they stand for aside in the same transaction. Holders pass points
        on as a token, and redeem them for the money, for themselves or straight to a shop. Points are counted by the
        period of thirty days in which they end; the oldest are always spent first, and keep their end when passed on.
        Who disappears: an issuer, and its points are redeemed as before; a holder, and its points end, and anyone
        can send the money of an ended period back to the issuer. No role can take the money behind a live point.
@dev    Truths that hold after every transaction, for each period: held = points that end then x value of a point;
        a balance is what of it has not ended; liabilities(money) = sum of held + sum of claims <= the balance here.
        An id is the number of a period in 32 bytes. ERC-20 is spoken (https://eips.ethereum.org/EIPS/eip-20),
        but a balance falls by itself: points can end without a transfer.
"""

from .interfaces import ICustody
from .modules import claims
from .modules import deadlines
from .modules import questions
from .modules import split

implements: ICustody

initializes: claims

exports: (
    claims.claim,
    claims.claimable,
    claims.liabilities,
)

PERIOD_SECONDS: constant(uint256) = 30 * deadlines.DAY_SECONDS
MAX_LIFE: constant(uint256) = 24
MAX_VALUE: constant(uint256) = 10**12

decimals: public(constant(uint8)) = 0

name: public(immutable(String[32]))
symbol: public(immutable(String[16]))
issuer: public(immutable(address))
money: public(immutable(address))
# Minor units of money for a point.
value: public(immutable(uint256))
# For how many whole periods a point lives after the one it was awarded in.
life: public(immutable(uint256))

# holder -> period in which they end -> points
lots: public(HashMap[address, HashMap[uint256, uint256]])
# period -> points that end in it
outstanding: public(HashMap[uint256, uint256])
allowance: public(HashMap[address, HashMap[address, uint256]])

event Transfer:
    sender: indexed(address)
    receiver: indexed(address)
    value: uint256

event Approval:
    owner: indexed(address)
    spender: indexed(address)
    value: uint256

event Awarded:
    id: indexed(bytes32)
    holder: indexed(address)
    points: uint256
    held_before: uint256
    held_after: uint256

event Redeemed:
    id: indexed(bytes32)
    holder: indexed(address)
    receiver: indexed(address)
    points: uint256
    held_before: uint256
    held_after: uint256

event Ended:
    id: indexed(bytes32)
    by: indexed(address)
    points: uint256
    held_before: uint256
    held_after: uint256


@deploy
def __init__(
    points_name: String[32],
    points_symbol: String[16],
    issuing: address,
    token: address,
    value_of_a_point: uint256,
    life_periods: uint256,
):
    """
    @notice A programme.
    @param points_name The name of its points.
    @param points_symbol Their symbol.
    @param issuing Who awards points and has back the money of those that ended.
    @param token The ERC-20 token they are redeemed in.
    @param value_of_a_point Minor units, for good.
    @param life_periods For how many whole periods of 30 days a point lives: 1 to 24.
    """
    assert issuing not in [empty(address), self], "points: not an issuer"
    assert token.is_contract and token != self, "points: not a token"
    assert value_of_a_point > 0 and value_of_a_point <= MAX_VALUE, "points: value out of range"
    assert life_periods > 0 and life_periods <= MAX_LIFE, "points: life out of range"
    name = points_name
    symbol = points_symbol
    issuer = issuing
    money = token
    value = value_of_a_point
    life = life_periods


@external
def award(holder: address, points: uint256):
    """
    @notice Awards points and puts their money aside from an allowance. Issuer only.
    @param holder Who gets them.
    @param points How many.
    """
    assert msg.sender == issuer, "points: not the issuer"
    assert holder not in [empty(address), self], "points: not a receiver"
    assert points > 0, "points: no amount"
    assert points <= split.MAX_AMOUNT, "points: amount out of range"
    period: uint256 = self._period() + life
    before: uint256 = self.outstanding[period]
    self.outstanding[period] = before + points
    self.lots[holder][period] += points
    log Transfer(sender=empty(address), receiver=holder, value=points)
    log Awarded(
        id=convert(period, bytes32),
        holder=holder,
        points=points,
        held_before=before * value,
        held_after=(before + points) * value,
    )
    claims._pull_exactly(money, msg.sender, points * value)


@external
def redeem(points: uint256, receiver: address):
    """
    @notice Gives points back for their money, the oldest first. Holder.
    @param points How many.
    @param receiver Who gets the money: the holder, or a shop. While the holder's claims are frozen only the holder,
           who has a claim then: points that end meanwhile are not lost.
    """
    assert receiver not in [empty(address), self], "points: not a receiver"
    assert points > 0, "points: no amount"
    self._check_balance(msg.sender, points)
    assert receiver == msg.sender or not questions._claims_are_frozen(money, msg.sender), "points: claims are frozen"
    log Transfer(sender=msg.sender, receiver=empty(address), value=points)
    left: uint256 = points
    first: uint256 = self._period()
    for i: uint256 in range(life + 1, bound=MAX_LIFE + 1):
        taken: uint256 = min(left, self.lots[msg.sender][first + i])
        if taken > 0:
            before: uint256 = self.outstanding[first + i]
            left -= taken
            self.lots[msg.sender][first + i] -= taken
            self.outstanding[first + i] = before - taken
            log Redeemed(
                id=convert(first + i, bytes32),
                holder=msg.sender,
                receiver=receiver,
                points=taken,
                held_before=before * value,
                held_after=(before - taken) * value,
            )
    claims._pay(convert(first, bytes32), money, receiver, points * value)


@external
def exit(id: bytes32):
    """
    @notice Sends the money of points that ended back to the issuer. Anyone.
    @param id The number of the period in which they ended.
    """
    period: uint256 = convert(id, uint256)
    points: uint256 = self.outstanding[period]
    assert points > 0, "points: nothing held"
    assert period < self._period(), "points: not ended yet"
    self.outstanding[period] = 0
    log Ended(id=id, by=msg.sender, points=points, held_before=points * value, held_after=0)
    claims._pay(id, money, issuer, points * value)


@external
def transfer(receiver: address, amount: uint256) -> bool:
    """
    @notice Passes points on, the oldest first, unless the caller's claims are frozen.
    @param receiver Who gets them.
    @param amount How many.
    @return True.
    """
    self._move(msg.sender, receiver, amount)
    return True


@external
def transferFrom(owner: address, receiver: address, amount: uint256) -> bool:
    """
    @notice Passes points of an owner on who allowed it, unless the owner's claims are frozen.
    @param owner Whose points.
    @param receiver Who gets them.
    @param amount How many.
    @return True.
    """
    allowed: uint256 = self.allowance[owner][msg.sender]
    assert amount <= allowed, "points: not allowed"
    # The largest number means "without limit" to every wallet, and is not counted down.
    if allowed != max_value(uint256):
        self._approve(owner, msg.sender, allowed - amount)
    self._move(owner, receiver, amount)
    return True


@external
def approve(spender: address, amount: uint256) -> bool:
    """
    @notice Lets a spender pass the caller's points on.
    @param spender Who.
    @param amount How many; the largest number is no limit.
    @return True.
    """
    self._approve(msg.sender, spender, amount)
    return True


@external
@view
def balanceOf(holder: address) -> uint256:
    """
    @notice A holder's points that have not ended.
    @param holder Whose.
    @return Points.
    """
    return self._balance(holder)


@external
@view
def totalSupply() -> uint256:
    """
    @notice All points that have not ended.
    @return Points.
    """
    total: uint256 = 0
    first: uint256 = self._period()
    for i: uint256 in range(life + 1, bound=MAX_LIFE + 1):
        total += self.outstanding[first + i]
    return total


@external
@view
def period() -> uint256:
    """
    @notice The number of the period that runs now; points awarded in it end `life` periods later.
    @return Periods of 30 days since 1970.
    """
    return self._period()


@external
@view
def held(id: bytes32) -> uint256:
    """
    @notice The money behind the points that end in a period.
    @param id The period's number.
    @return Minor units.
    """
    return self.outstanding[convert(id, uint256)] * value


@external
@view
def last_deadline(id: bytes32) -> uint256:
    """
    @notice The last second of the points that end in a period.
    @param id The period's number.
    @return Seconds since 1970; zero where no points end then.
    """
    if self.outstanding[convert(id, uint256)] == 0:
        return 0
    return (convert(id, uint256) + 1) * PERIOD_SECONDS - 1


@internal
def _move(owner: address, receiver: address, amount: uint256):
    assert receiver not in [empty(address), self], "points: not a receiver"
    self._check_balance(owner, amount)
    assert not questions._claims_are_frozen(money, owner), "points: claims are frozen"
    log Transfer(sender=owner, receiver=receiver, value=amount)
    left: uint256 = amount
    first: uint256 = self._period()
    for i: uint256 in range(life + 1, bound=MAX_LIFE + 1):
        taken: uint256 = min(left, self.lots[owner][first + i])
        left -= taken
        self.lots[owner][first + i] -= taken
        self.lots[receiver][first + i] += taken


@internal
def _approve(owner: address, spender: address, amount: uint256):
    self.allowance[owner][spender] = amount
    log Approval(owner=owner, spender=spender, value=amount)


@internal
@view
def _period() -> uint256:
    return block.timestamp // PERIOD_SECONDS


@internal
@view
def _balance(holder: address) -> uint256:
    total: uint256 = 0
    first: uint256 = self._period()
    for i: uint256 in range(life + 1, bound=MAX_LIFE + 1):
        total += self.lots[holder][first + i]
    return total


@internal
@view
def _check_balance(holder: address, points: uint256):
    assert points <= self._balance(holder), "points: too few points"
