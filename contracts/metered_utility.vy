# pragma version 0.4.3
# pragma evm-version prague
# pragma nonreentrancy on
"""
@title Power, water or gas by the unit, from a deposit
@license Apache-2.0
@notice A customer puts a deposit aside for a supply. The meter signs its readings with a key of its own; anyone
        brings them, and the utility is paid for the units since the last reading at the agreed tariff, at most the
        cap of the period in which the reading was taken. What is above the cap, or above what is left of the
        deposit, is not charged here. The customer tops up and stops at any time; what is unused comes back.
        Who disappears: a meter, and nothing is charged; a utility, and the deposit comes back a week after the end
        at the latest; a customer, and its supply ends when agreed. No role can take anything out but by a reading.
@dev    Truths that hold after every transaction, for each supply: paid + returned + held = paid in; readings and
        their times only rise; charged in a period <= its cap; a closed supply holds nothing;
        liabilities(token) = sum of held + sum of claims <= the token's balance of this contract.
        All units of a reading count in the period in which it was taken, so a meter should sign at least once in each.
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

struct Terms:
    utility: address
    meter: address
    token: address
    # Minor units for a unit of the meter.
    tariff: uint256
    cap: uint256
    period_seconds: uint256
    # Last second that is supplied.
    ends: uint256
    first_reading: uint256
    terms_hash: bytes32

struct Supply:
    customer: address
    terms: Terms
    starts: uint256
    held: uint256
    reading: uint256
    read_at: uint256
    # The period of the last reading, counted from the start, and what was charged in it.
    period: uint256
    charged: uint256
    state: uint8

OPEN: constant(uint8) = 1
CLOSED: constant(uint8) = 2

# For readings of the last units to arrive.
SETTLE_SECONDS: constant(uint256) = 7 * deadlines.DAY_SECONDS

NAME: constant(String[32]) = "Jiaozi Metered Utility"
VERSION: constant(String[8]) = "1"
READING_TYPE: constant(bytes32) = keccak256("Reading(bytes32 id,uint256 reading,uint256 at)")

supplies: HashMap[bytes32, Supply]

event Opened:
    id: indexed(bytes32)
    customer: indexed(address)
    utility: indexed(address)
    terms: Terms

event ToppedUp:
    id: indexed(bytes32)
    by: indexed(address)
    amount: uint256
    held_before: uint256
    held_after: uint256

event Charged:
    id: indexed(bytes32)
    utility: indexed(address)
    reading: uint256
    at: uint256
    units: uint256
    amount: uint256
    uncharged: uint256
    held_before: uint256
    held_after: uint256

event Stopped:
    id: indexed(bytes32)
    customer: indexed(address)
    ends_before: uint256
    ends_after: uint256

event Closed:
    id: indexed(bytes32)
    by: indexed(address)
    to_customer: uint256
    held_before: uint256
    held_after: uint256


@deploy
def __init__():
    pass


@external
def open(terms: Terms, deposit: uint256) -> bytes32:
    """
    @notice Opens a supply with the caller as customer, and pays the first deposit in from an allowance.
    @param terms Utility, key of the meter, token, tariff of a unit, cap of a period, length of a period in seconds,
           last second supplied (at most ten years ahead), what the meter shows now, hash of the contract.
    @param deposit Minor units.
    @return The supply's id.
    """
    assert terms.utility not in [empty(address), self, msg.sender], "metered_utility: not a utility"
    assert terms.meter not in [empty(address), self, msg.sender], "metered_utility: not a meter"
    assert terms.token.is_contract and terms.token != self, "metered_utility: not a token"
    assert terms.tariff > 0 and terms.cap > 0, "metered_utility: no amount"
    assert max(terms.tariff, terms.first_reading) <= split.MAX_AMOUNT, "metered_utility: out of range"
    assert terms.period_seconds > 0, "metered_utility: no period"
    deadlines._check_ahead(terms.ends)
    id: bytes32 = ids._take_id(msg.sender)
    self.supplies[id] = Supply(
        customer=msg.sender,
        terms=terms,
        starts=block.timestamp,
        held=0,
        reading=terms.first_reading,
        read_at=block.timestamp,
        period=0,
        charged=0,
        state=OPEN,
    )
    log Opened(id=id, customer=msg.sender, utility=terms.utility, terms=terms)
    self._top_up(id, deposit)
    return id


@external
def top_up(id: bytes32, amount: uint256):
    """
    @notice Adds to a deposit from the caller's allowance. Anyone, up to the end of the supply.
    @param id The supply.
    @param amount Minor units; a token that takes a fee is refused.
    """
    supply: Supply = self._open(id)
    assert not deadlines._has_passed(supply.terms.ends), "metered_utility: has ended"
    self._top_up(id, amount)


@external
def charge(id: bytes32, reading: uint256, at: uint256, signature: Bytes[signatures.MAX_SIGNATURE]):
    """
    @notice Pays the utility for the units since the last reading. Anyone may bring what the meter signed (EIP-712
            `Reading`), up to a week after the end.
    @param id The supply.
    @param reading What the meter showed.
    @param at When, later than the last reading.
    @param signature Of the meter.
    """
    supply: Supply = self._open(id)
    assert not deadlines._has_passed(supply.terms.ends + SETTLE_SECONDS), "metered_utility: too late"
    assert at > supply.read_at and at <= supply.terms.ends, "metered_utility: out of time"
    assert at <= block.timestamp, "metered_utility: not read yet"
    assert reading >= supply.reading, "metered_utility: runs backwards"
    assert reading <= split.MAX_AMOUNT, "metered_utility: out of range"
    assert signatures._signed_by(
        supply.terms.meter, self._digest(id, reading, at), signature
    ), "metered_utility: meter has not signed"
    period: uint256 = (at - supply.starts) // supply.terms.period_seconds
    charged: uint256 = supply.charged if period == supply.period else 0
    units: uint256 = reading - supply.reading
    due: uint256 = units * supply.terms.tariff
    amount: uint256 = min(min(due, supply.terms.cap - charged), supply.held)
    self.supplies[id].reading = reading
    self.supplies[id].read_at = at
    self.supplies[id].period = period
    self.supplies[id].charged = charged + amount
    self.supplies[id].held = supply.held - amount
    log Charged(
        id=id,
        utility=supply.terms.utility,
        reading=reading,
        at=at,
        units=units,
        amount=amount,
        uncharged=due - amount,
        held_before=supply.held,
        held_after=supply.held - amount,
    )
    claims._pay(id, supply.terms.token, supply.terms.utility, amount)


@external
def stop(id: bytes32):
    """
    @notice Ends the supply now; readings of what was used until now may still come for a week. Customer only.
    @param id The supply.
    """
    supply: Supply = self._open(id)
    assert msg.sender == supply.customer, "metered_utility: not the customer"
    assert supply.terms.ends > block.timestamp, "metered_utility: has ended"
    self.supplies[id].terms.ends = block.timestamp
    log Stopped(id=id, customer=msg.sender, ends_before=supply.terms.ends, ends_after=block.timestamp)


@external
def close(id: bytes32):
    """
    @notice Ends the supply and gives back at once what is left of the deposit. Utility only.
    @param id The supply.
    """
    supply: Supply = self._open(id)
    assert msg.sender == supply.terms.utility, "metered_utility: not the utility"
    self._close(id, supply)


@external
def exit(id: bytes32):
    """
    @notice Gives back what is left of the deposit. Anyone, a week after the end.
    @param id The supply.
    """
    supply: Supply = self._open(id)
    assert deadlines._has_passed(supply.terms.ends + SETTLE_SECONDS), "metered_utility: has not ended"
    self._close(id, supply)


@external
@view
def supply(id: bytes32) -> Supply:
    """
    @notice Everything about a supply.
    @param id The supply.
    @return Its record; state 0 unknown, 1 open, 2 closed.
    """
    return self.supplies[id]


@external
@view
def reading_digest(id: bytes32, reading: uint256, at: uint256) -> bytes32:
    """
    @notice What a meter signs.
    @param id The supply.
    @param reading What the meter shows.
    @param at When, in seconds since 1970.
    @return The EIP-712 digest.
    """
    return self._digest(id, reading, at)


@external
@view
def held(id: bytes32) -> uint256:
    """
    @notice What is left of a deposit.
    @param id The supply.
    @return Minor units.
    """
    return self.supplies[id].held


@external
@view
def last_deadline(id: bytes32) -> uint256:
    """
    @notice The last second before anyone may send the rest to the customer.
    @param id The supply.
    @return Seconds since 1970; zero for an unknown supply.
    """
    if self.supplies[id].state == 0:
        return 0
    return self.supplies[id].terms.ends + SETTLE_SECONDS


@internal
def _top_up(id: bytes32, amount: uint256):
    assert amount > 0, "metered_utility: no amount"
    before: uint256 = self.supplies[id].held
    self.supplies[id].held = before + amount
    log ToppedUp(id=id, by=msg.sender, amount=amount, held_before=before, held_after=before + amount)
    claims._pull_exactly(self.supplies[id].terms.token, msg.sender, amount)


@internal
def _close(id: bytes32, supply: Supply):
    self.supplies[id].state = CLOSED
    self.supplies[id].held = 0
    log Closed(id=id, by=msg.sender, to_customer=supply.held, held_before=supply.held, held_after=0)
    claims._pay(id, supply.terms.token, supply.customer, supply.held)


@internal
@view
def _open(id: bytes32) -> Supply:
    supply: Supply = self.supplies[id]
    assert supply.state == OPEN, "metered_utility: not open"
    return supply


@internal
@view
def _digest(id: bytes32, reading: uint256, at: uint256) -> bytes32:
    message: bytes32 = keccak256(abi_encode(READING_TYPE, id, reading, at))
    return signatures._digest(signatures._domain(NAME, VERSION), message)
