# pragma version 0.4.3
# pragma evm-version prague
# pragma nonreentrancy on
"""
@title A guest's deposit for a stay
@license Apache-2.0
@notice A guest puts a deposit aside for a stay. From check-out the hotel has some days to claim damage, up to the
        deposit and with evidence; the rest goes back at once. The guest then has as many days to accept or contest.
        What is contested, the arbiter decides.
        Who disappears: a hotel that claims nothing in time, and the guest has the deposit back; a guest that does
        not answer a claim has accepted it; an arbiter silent for 30 days, and the guest has its money back. After
        each deadline anyone can bring this about. No role can take anything out for itself.
@dev    Truths that hold after every transaction, for each stay: to the hotel + to the guest + held = deposit, a
        closed stay holds nothing, and the hotel never gets more than it claimed;
        liabilities(token) = sum of held + sum of claims <= the token's balance of this contract.
"""

from .interfaces import ICustody
from .modules import claims
from .modules import deadlines
from .modules import ids

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

struct Stay:
    guest: address
    hotel: address
    arbiter: address
    token: address
    deposit: uint256
    check_out: uint256
    # How long the hotel may claim, and the guest contest.
    answer_seconds: uint256
    # Last second for whoever is to act now.
    deadline: uint256
    held: uint256
    evidence: bytes32
    terms_hash: bytes32
    state: uint8

OPEN: constant(uint8) = 1
CLAIMED: constant(uint8) = 2
CONTESTED: constant(uint8) = 3
CLOSED: constant(uint8) = 4

MAX_ANSWER_SECONDS: constant(uint256) = 90 * deadlines.DAY_SECONDS
RULING_SECONDS: constant(uint256) = 30 * deadlines.DAY_SECONDS

stays: HashMap[bytes32, Stay]

event Opened:
    id: indexed(bytes32)
    guest: indexed(address)
    hotel: indexed(address)
    arbiter: address
    token: address
    check_out: uint256
    deadline: uint256
    terms_hash: bytes32
    held_before: uint256
    held_after: uint256

event DamageClaimed:
    id: indexed(bytes32)
    hotel: indexed(address)
    amount: uint256
    evidence: bytes32
    deadline: uint256
    held_before: uint256
    held_after: uint256

event Contested:
    id: indexed(bytes32)
    guest: indexed(address)
    reason: bytes32
    deadline: uint256

event Settled:
    id: indexed(bytes32)
    by: indexed(address)
    to_hotel: uint256
    to_guest: uint256
    held_before: uint256
    held_after: uint256


@deploy
def __init__():
    pass


@external
def open(
    hotel: address,
    arbiter: address,
    token: address,
    deposit: uint256,
    check_out: uint256,
    answer_seconds: uint256,
    terms_hash: bytes32,
) -> bytes32:
    """
    @notice Puts a deposit aside from the caller's allowance, with the caller as guest.
    @param hotel Who may claim damage.
    @param arbiter Who decides a contested claim; the hotel should know it before it hands out a key.
    @param token The ERC-20 token; one that takes a fee is refused.
    @param deposit Minor units.
    @param check_out When the stay ends; from then on the hotel may claim.
    @param answer_seconds How long the hotel may claim, and then the guest contest; at most 90 days.
    @param terms_hash Hash of the house rules that both agreed on.
    @return The stay's id.
    """
    assert hotel not in [empty(address), self, msg.sender], "hotel_deposit: not a hotel"
    assert arbiter not in [empty(address), self, msg.sender, hotel], "hotel_deposit: not an arbiter"
    assert token.is_contract and token != self, "hotel_deposit: not a token"
    assert deposit > 0, "hotel_deposit: no amount"
    assert answer_seconds > 0 and answer_seconds <= MAX_ANSWER_SECONDS, "hotel_deposit: days out of range"
    deadlines._check_ahead(check_out)
    id: bytes32 = ids._take_id(msg.sender)
    deadline: uint256 = check_out + answer_seconds
    self.stays[id] = Stay(
        guest=msg.sender,
        hotel=hotel,
        arbiter=arbiter,
        token=token,
        deposit=deposit,
        check_out=check_out,
        answer_seconds=answer_seconds,
        deadline=deadline,
        held=deposit,
        evidence=empty(bytes32),
        terms_hash=terms_hash,
        state=OPEN,
    )
    log Opened(
        id=id,
        guest=msg.sender,
        hotel=hotel,
        arbiter=arbiter,
        token=token,
        check_out=check_out,
        deadline=deadline,
        terms_hash=terms_hash,
        held_before=0,
        held_after=deposit,
    )
    claims._pull_exactly(token, msg.sender, deposit)
    return id


@external
def claim_damage(id: bytes32, amount: uint256, evidence: bytes32):
    """
    @notice Claims damage; what is not claimed goes back to the guest at once. Hotel only, once, from check-out.
    @param id The stay.
    @param amount Minor units, at most the deposit.
    @param evidence Hash of what shows the damage.
    """
    stay: Stay = self.stays[id]
    assert stay.state == OPEN, "hotel_deposit: not open"
    assert msg.sender == stay.hotel, "hotel_deposit: not the hotel"
    assert block.timestamp >= stay.check_out, "hotel_deposit: guest is still there"
    assert not deadlines._has_passed(stay.deadline), "hotel_deposit: deadline has passed"
    assert amount > 0, "hotel_deposit: no amount"
    assert amount <= stay.deposit, "hotel_deposit: more than the deposit"
    assert evidence != empty(bytes32), "hotel_deposit: no evidence"
    deadline: uint256 = block.timestamp + stay.answer_seconds
    self.stays[id].state = CLAIMED
    self.stays[id].held = amount
    self.stays[id].evidence = evidence
    self.stays[id].deadline = deadline
    log DamageClaimed(
        id=id,
        hotel=stay.hotel,
        amount=amount,
        evidence=evidence,
        deadline=deadline,
        held_before=stay.deposit,
        held_after=amount,
    )
    claims._pay(id, stay.token, stay.guest, stay.deposit - amount)


@external
def accept(id: bytes32):
    """
    @notice Accepts the hotel's claim and pays it. Guest only; also of a claim that is contested.
    @param id The stay.
    """
    stay: Stay = self.stays[id]
    assert stay.state in [CLAIMED, CONTESTED], "hotel_deposit: nothing claimed"
    assert msg.sender == stay.guest, "hotel_deposit: not the guest"
    self._settle(id, stay, stay.held)


@external
def contest(id: bytes32, reason: bytes32):
    """
    @notice Contests the hotel's claim: the arbiter decides it within 30 days. Guest only, up to the deadline.
    @param id The stay.
    @param reason Hash of what the guest says to it.
    """
    stay: Stay = self.stays[id]
    assert stay.state == CLAIMED, "hotel_deposit: nothing claimed"
    assert msg.sender == stay.guest, "hotel_deposit: not the guest"
    assert not deadlines._has_passed(stay.deadline), "hotel_deposit: deadline has passed"
    deadline: uint256 = block.timestamp + RULING_SECONDS
    self.stays[id].state = CONTESTED
    self.stays[id].deadline = deadline
    log Contested(id=id, guest=stay.guest, reason=reason, deadline=deadline)


@external
def rule(id: bytes32, to_hotel: uint256):
    """
    @notice Decides a contested claim. Arbiter only, up to the deadline.
    @param id The stay.
    @param to_hotel What the hotel gets of its claim, in minor units; the guest gets the rest.
    """
    stay: Stay = self.stays[id]
    assert stay.state == CONTESTED, "hotel_deposit: not contested"
    assert msg.sender == stay.arbiter, "hotel_deposit: not the arbiter"
    assert not deadlines._has_passed(stay.deadline), "hotel_deposit: deadline has passed"
    assert to_hotel <= stay.held, "hotel_deposit: more than was claimed"
    self._settle(id, stay, to_hotel)


@external
def give_back(id: bytes32):
    """
    @notice Gives all that is held back to the guest. Hotel only, at any time.
    @param id The stay.
    """
    stay: Stay = self.stays[id]
    assert stay.state in [OPEN, CLAIMED, CONTESTED], "hotel_deposit: nothing held"
    assert msg.sender == stay.hotel, "hotel_deposit: not the hotel"
    self._settle(id, stay, 0)


@external
def exit(id: bytes32):
    """
    @notice Ends a stay whose deadline passed in silence: an uncontested claim is paid, anything else goes back to
            the guest. Anyone.
    @param id The stay.
    """
    stay: Stay = self.stays[id]
    assert stay.state in [OPEN, CLAIMED, CONTESTED], "hotel_deposit: nothing held"
    assert deadlines._has_passed(stay.deadline), "hotel_deposit: deadline not passed"
    self._settle(id, stay, stay.held if stay.state == CLAIMED else 0)


@external
@view
def stay(id: bytes32) -> Stay:
    """
    @notice Everything about a stay.
    @param id The stay.
    @return Its record; state 0 unknown, 1 open, 2 claimed, 3 contested, 4 closed.
    """
    return self.stays[id]


@external
@view
def held(id: bytes32) -> uint256:
    """
    @notice What a stay holds now.
    @param id The stay.
    @return Minor units.
    """
    return self.stays[id].held


@external
@view
def last_deadline(id: bytes32) -> uint256:
    """
    @notice The last second before anyone may end the stay as it stands.
    @param id The stay.
    @return Seconds since 1970; zero for an unknown stay.
    """
    return self.stays[id].deadline


@internal
def _settle(id: bytes32, stay: Stay, to_hotel: uint256):
    self.stays[id].state = CLOSED
    self.stays[id].held = 0
    to_guest: uint256 = stay.held - to_hotel
    log Settled(
        id=id, by=msg.sender, to_hotel=to_hotel, to_guest=to_guest, held_before=stay.held, held_after=0
    )
    claims._pay(id, stay.token, stay.hotel, to_hotel)
    claims._pay(id, stay.token, stay.guest, to_guest)
