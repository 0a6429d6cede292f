# pragma version 0.4.3
# pragma evm-version prague
# pragma nonreentrancy on
"""
@title A booking fee that says what a cancellation costs
@license Apache-2.0
@notice A guest pays a booking fee that is held until it is clear what became of the booking. The table of times is
        fixed at booking: who cancels early has all back, who cancels late leaves the venue a part, who never comes
        leaves it the fee. Of a guest who comes the venue keeps what was agreed for that (the whole fee, where it
        counts towards the bill). The venue itself confirms the arrival, or signs it at the door and anyone brings
        the signature.
        Who disappears: a guest has not come; a venue that neither confirms nor declines has the fee, so a guest who
        came asks for the signed arrival at the door. After the last deadline anyone can end a booking.
        No role can take anything out for itself.
@dev    Truths that hold after every transaction, for each booking: to the venue + to the guest + held = fee, and a
        closed booking holds nothing; what a cancellation costs never falls with time;
        liabilities(token) = sum of held + sum of claims <= the token's balance of this contract.
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

# Who cancels up to that second leaves the venue that share.
struct Step:
    until: uint256
    basis_points: uint256

struct Booking:
    guest: address
    venue: address
    token: address
    fee: uint256
    starts: uint256
    # Last second for the venue to confirm an arrival.
    deadline: uint256
    # What the venue keeps of the fee if the guest comes.
    came_basis_points: uint256
    held: uint256
    terms_hash: bytes32
    state: uint8

BOOKED: constant(uint8) = 1
CLOSED: constant(uint8) = 2

# How a booking ended.
CANCELLED: constant(uint8) = 1
DECLINED: constant(uint8) = 2
CAME: constant(uint8) = 3
NO_SHOW: constant(uint8) = 4

MAX_STEPS: constant(uint256) = 8
# For the venue to confirm who came.
CONFIRM_SECONDS: constant(uint256) = 3 * deadlines.DAY_SECONDS

NAME: constant(String[32]) = "Jiaozi No Show"
VERSION: constant(String[8]) = "1"
ARRIVAL_TYPE: constant(bytes32) = keccak256("Arrival(bytes32 id)")

bookings: HashMap[bytes32, Booking]
steps_of: HashMap[bytes32, DynArray[Step, MAX_STEPS]]

event Booked:
    id: indexed(bytes32)
    guest: indexed(address)
    venue: indexed(address)
    token: address
    starts: uint256
    deadline: uint256
    steps: DynArray[Step, MAX_STEPS]
    came_basis_points: uint256
    terms_hash: bytes32
    held_before: uint256
    held_after: uint256

event Ended:
    id: indexed(bytes32)
    by: indexed(address)
    how: uint8
    to_venue: uint256
    to_guest: uint256
    held_before: uint256
    held_after: uint256


@deploy
def __init__():
    pass


@external
def book(
    venue: address,
    token: address,
    fee: uint256,
    starts: uint256,
    steps: DynArray[Step, MAX_STEPS],
    came_basis_points: uint256,
    terms_hash: bytes32,
) -> bytes32:
    """
    @notice Books, with the caller as guest, and pays the fee in from an allowance.
    @param venue Whose table, room or seat it is.
    @param token The ERC-20 token; one that takes a fee is refused.
    @param fee Minor units.
    @param starts Until when the guest may cancel and from when it may arrive.
    @param steps Up to 8 (last second, share of the venue in hundredths of a percent) in order of time, the last not
           after `starts`. Who cancels after all of them leaves the whole fee.
    @param came_basis_points What the venue keeps of a guest who comes.
    @param terms_hash Hash of the terms of booking.
    @return The booking's id.
    """
    assert venue not in [empty(address), self, msg.sender], "no_show: not a venue"
    assert token.is_contract and token != self, "no_show: not a token"
    assert fee > 0, "no_show: no amount"
    assert fee <= split.MAX_AMOUNT, "no_show: amount out of range"
    assert came_basis_points <= split.BASIS_POINTS, "no_show: share out of range"
    deadlines._check_ahead(starts)
    before: Step = Step(until=0, basis_points=0)
    for step: Step in steps:
        assert step.until > before.until and step.until <= starts, "no_show: times out of order"
        assert step.basis_points >= before.basis_points, "no_show: later costs less"
        assert step.basis_points <= split.BASIS_POINTS, "no_show: share out of range"
        before = step
    id: bytes32 = ids._take_id(msg.sender)
    deadline: uint256 = starts + CONFIRM_SECONDS
    self.bookings[id] = Booking(
        guest=msg.sender,
        venue=venue,
        token=token,
        fee=fee,
        starts=starts,
        deadline=deadline,
        came_basis_points=came_basis_points,
        held=fee,
        terms_hash=terms_hash,
        state=BOOKED,
    )
    self.steps_of[id] = steps
    log Booked(
        id=id,
        guest=msg.sender,
        venue=venue,
        token=token,
        starts=starts,
        deadline=deadline,
        steps=steps,
        came_basis_points=came_basis_points,
        terms_hash=terms_hash,
        held_before=0,
        held_after=fee,
    )
    claims._pull_exactly(token, msg.sender, fee)
    return id


@external
def cancel(id: bytes32):
    """
    @notice Cancels: the venue gets what the table says for this second, the guest the rest. Guest only, up to the
            start.
    @param id The booking.
    """
    booking: Booking = self._booked(id)
    assert msg.sender == booking.guest, "no_show: not the guest"
    assert not deadlines._has_passed(booking.starts), "no_show: has started"
    self._end(id, booking, CANCELLED, self._cost(id, booking))


@external
def decline(id: bytes32):
    """
    @notice The venue cannot or will not have the guest: the whole fee goes back. Venue only.
    @param id The booking.
    """
    booking: Booking = self._booked(id)
    assert msg.sender == booking.venue, "no_show: not the venue"
    self._end(id, booking, DECLINED, 0)


@external
def confirm(id: bytes32):
    """
    @notice Confirms that the guest came. Venue only.
    @param id The booking.
    """
    booking: Booking = self._booked(id)
    assert msg.sender == booking.venue, "no_show: not the venue"
    self._came(id, booking)


@external
def confirm_signed(id: bytes32, signature: Bytes[signatures.MAX_SIGNATURE]):
    """
    @notice As `confirm`, by the venue's signature (EIP-712 `Arrival`), given at the door. Anyone may bring it.
    @param id The booking.
    @param signature Of the venue, a key or a contract account.
    """
    booking: Booking = self._booked(id)
    digest: bytes32 = self._arrival_digest(id)
    assert signatures._signed_by(booking.venue, digest, signature), "no_show: venue has not signed"
    self._came(id, booking)


@external
def exit(id: bytes32):
    """
    @notice Ends a booking of which nobody said that the guest came: the venue gets the fee. Anyone, after the last
            deadline.
    @param id The booking.
    """
    booking: Booking = self._booked(id)
    assert deadlines._has_passed(booking.deadline), "no_show: deadline has not passed"
    self._end(id, booking, NO_SHOW, booking.fee)


@external
@view
def booking(id: bytes32) -> Booking:
    """
    @notice Everything about a booking but its table of times.
    @param id The booking.
    @return Its record; state 0 unknown, 1 booked, 2 closed.
    """
    return self.bookings[id]


@external
@view
def steps(id: bytes32) -> DynArray[Step, MAX_STEPS]:
    """
    @notice What a cancellation costs, and until when.
    @param id The booking.
    @return The steps in order of time.
    """
    return self.steps_of[id]


@external
@view
def cost_of_cancelling(id: bytes32) -> uint256:
    """
    @notice What the venue would get if the guest cancelled now.
    @param id The booking.
    @return Minor units.
    """
    return self._cost(id, self.bookings[id])


@external
@view
def arrival_digest(id: bytes32) -> bytes32:
    """
    @notice What the venue signs at the door.
    @param id The booking.
    @return The EIP-712 digest.
    """
    return self._arrival_digest(id)


@external
@view
def held(id: bytes32) -> uint256:
    """
    @notice What a booking holds now.
    @param id The booking.
    @return Minor units.
    """
    return self.bookings[id].held


@external
@view
def last_deadline(id: bytes32) -> uint256:
    """
    @notice The last second before anyone may end the booking as a no-show.
    @param id The booking.
    @return Seconds since 1970; zero for an unknown booking.
    """
    return self.bookings[id].deadline


@internal
def _came(id: bytes32, booking: Booking):
    self._end(id, booking, CAME, split._share(booking.fee, booking.came_basis_points))


@internal
def _end(id: bytes32, booking: Booking, how: uint8, to_venue: uint256):
    self.bookings[id].state = CLOSED
    self.bookings[id].held = 0
    to_guest: uint256 = booking.held - to_venue
    log Ended(
        id=id,
        by=msg.sender,
        how=how,
        to_venue=to_venue,
        to_guest=to_guest,
        held_before=booking.held,
        held_after=0,
    )
    claims._pay(id, booking.token, booking.venue, to_venue)
    claims._pay(id, booking.token, booking.guest, to_guest)


@internal
@view
def _booked(id: bytes32) -> Booking:
    booking: Booking = self.bookings[id]
    assert booking.state == BOOKED, "no_show: not booked"
    return booking


@internal
@view
def _cost(id: bytes32, booking: Booking) -> uint256:
    for step: Step in self.steps_of[id]:
        if not deadlines._has_passed(step.until):
            return split._share(booking.fee, step.basis_points)
    return booking.fee


@internal
@view
def _arrival_digest(id: bytes32) -> bytes32:
    return signatures._digest(signatures._domain(NAME, VERSION), keccak256(abi_encode(ARRIVAL_TYPE, id)))
