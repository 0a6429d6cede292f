# pragma version 0.4.3
# pragma evm-version prague
# pragma nonreentrancy on
"""
@title Payment channels: any number of payments off the chain, two transactions on it
@license Apache-2.0
@notice A payer puts money aside and pays the payee in signed states that never touch the chain; the payee may put
        money aside too, and then both pay. Together they settle at any time. Alone, either closes with the newest
        state it can prove and says what it concedes to the other beyond that. The other has a challenge period to
        show a state that the closer signed later and that gives more than was conceded: then the closer lied, and
        its whole share goes to the other. A watcher with a signed delegation may do that for an absent party, for
        a capped fee out of the forfeited share. Who vanishes is outwaited: after the challenge period anybody
        finalises a closing, after the deadline anybody exits a channel that nobody closed, to the opening balances.
        So a payee closes before the deadline.
@dev    What a state says is agreed where both signed it, or where one signed and the other presents it. A closer
        that has given out states which were never countersigned concedes the most that these give, and is safe:
        only what it signed after the state that it closes with can be held against it, and that it knows.
        Truths after every transaction, for each channel:
        to_payer + to_payee + to_watcher + held = payer_deposit + payee_deposit, and a closed channel holds nothing;
        liabilities(token) = sum of held + sum of claims <= the token's balance of this contract.
"""

from .interfaces import ICustody
from .modules import claims
from .modules import deadlines
from .modules import ids
from .modules import signatures

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

struct Channel:
    payer: address
    payee: address
    token: address
    payer_deposit: uint256
    payee_deposit: uint256
    challenge_seconds: uint256
    deadline: uint256
    closer: address
    sequence: uint256
    conceded: uint256
    challenge_end: uint256
    to_payer: uint256
    to_payee: uint256
    to_watcher: uint256
    state: uint8

# What the parties sign off the chain. `sequence` counts from 1; the balances add up to what was put aside.
struct Balances:
    sequence: uint256
    payer_balance: uint256
    payee_balance: uint256

OPEN: constant(uint8) = 1
CLOSING: constant(uint8) = 2
CLOSED: constant(uint8) = 3

# A party must have the time to notice; nobody's money waits longer than a month for the other to speak.
MIN_CHALLENGE_SECONDS: constant(uint256) = 60 * 60
MAX_CHALLENGE_SECONDS: constant(uint256) = 30 * 24 * 60 * 60
# A watcher gets at most a tenth of what the closer forfeits, rounded down.
WATCHERS_PART: constant(uint256) = 10

NAME: constant(String[14]) = "Jiaozi Channel"
VERSION: constant(String[1]) = "1"
STATE_TYPE: constant(bytes32) = keccak256(
    "State(bytes32 id,uint256 sequence,uint256 payer_balance,uint256 payee_balance)"
)
SETTLEMENT_TYPE: constant(bytes32) = keccak256(
    "Settlement(bytes32 id,uint256 payer_balance,uint256 payee_balance,uint256 valid_until)"
)
DELEGATION_TYPE: constant(bytes32) = keccak256("Delegation(bytes32 id,address watcher,uint256 fee)")

channels: HashMap[bytes32, Channel]

event Opened:
    id: indexed(bytes32)
    payer: indexed(address)
    payee: indexed(address)
    token: address
    challenge_seconds: uint256
    deadline: uint256
    held_before: uint256
    held_after: uint256

event Joined:
    id: indexed(bytes32)
    payee: indexed(address)
    value: uint256
    held_before: uint256
    held_after: uint256

event Closing:
    id: indexed(bytes32)
    closer: indexed(address)
    sequence: uint256
    conceded: uint256
    challenge_end: uint256
    held_before: uint256
    held_after: uint256

event Punished:
    id: indexed(bytes32)
    cheat: indexed(address)
    watcher: indexed(address)
    sequence: uint256
    forfeited: uint256
    held_before: uint256
    held_after: uint256

event Closed:
    id: indexed(bytes32)
    by: indexed(address)
    to_payer: uint256
    to_payee: uint256
    to_watcher: uint256
    held_before: uint256
    held_after: uint256


@deploy
def __init__():
    pass


@external
def open(payee: address, token: address, amount: uint256, challenge_seconds: uint256, deadline: uint256) -> bytes32:
    """
    @notice Opens a channel with the caller as payer and takes its deposit from an allowance.
    @dev    What counts is what arrives: less than asked where the token takes a fee.
    @param payee Who is to be paid, and may join with a deposit of its own.
    @param token The ERC-20 token of the channel.
    @param amount The payer's deposit in minor units.
    @param challenge_seconds How long a closing by one party can be challenged: an hour to thirty days.
    @param deadline Last second to close; the challenge period after it ends at most ten years ahead.
    @return The channel's id.
    """
    assert payee not in [empty(address), msg.sender, self, token], "channel: not a payee"
    assert token.is_contract and token != self, "channel: not a token"
    assert amount > 0, "channel: no amount"
    assert challenge_seconds >= MIN_CHALLENGE_SECONDS, "channel: period too short"
    assert challenge_seconds <= MAX_CHALLENGE_SECONDS, "channel: period too long"
    deadlines._check_ahead(deadline)
    deadlines._check_ahead(deadline + challenge_seconds)
    id: bytes32 = ids._take_id(msg.sender)
    arrived: uint256 = claims._pull(token, msg.sender, amount)
    assert arrived > 0, "channel: nothing arrived"
    # How much there is to book is known only after the transfer; the lock of this file keeps all else out.
    self.channels[id] = Channel(
        payer=msg.sender,
        payee=payee,
        token=token,
        payer_deposit=arrived,
        payee_deposit=0,
        challenge_seconds=challenge_seconds,
        deadline=deadline,
        closer=empty(address),
        sequence=0,
        conceded=0,
        challenge_end=0,
        to_payer=0,
        to_payee=0,
        to_watcher=0,
        state=OPEN,
    )
    log Opened(
        id=id,
        payer=msg.sender,
        payee=payee,
        token=token,
        challenge_seconds=challenge_seconds,
        deadline=deadline,
        held_before=0,
        held_after=arrived,
    )
    return id


@external
def join(id: bytes32, amount: uint256):
    """
    @notice Adds the payee's own deposit, once, so that payments can go both ways.
    @dev    States that were signed before stay good: see `_shares`.
    @param id The channel.
    @param amount The payee's deposit in minor units, from an allowance.
    """
    channel: Channel = self.channels[id]
    assert channel.state == OPEN, "channel: not open"
    assert msg.sender == channel.payee, "channel: not the payee"
    assert channel.payee_deposit == 0, "channel: joined already"
    assert amount > 0, "channel: no amount"
    assert not deadlines._has_passed(channel.deadline), "channel: deadline has passed"
    arrived: uint256 = claims._pull(channel.token, channel.payee, amount)
    assert arrived > 0, "channel: nothing arrived"
    self.channels[id].payee_deposit = arrived
    log Joined(
        id=id,
        payee=channel.payee,
        value=arrived,
        held_before=channel.payer_deposit,
        held_after=channel.payer_deposit + arrived,
    )


@external
def settle(
    id: bytes32,
    payer_balance: uint256,
    payee_balance: uint256,
    valid_until: uint256,
    payer_signature: Bytes[signatures.MAX_SIGNATURE],
    payee_signature: Bytes[signatures.MAX_SIGNATURE],
):
    """
    @notice Closes by agreement, at once. Anyone may bring the two signatures; who calls need not sign.
    @dev    The agreement expires, or it would lie in wait while the payments go on.
    @param id The channel.
    @param payer_balance What the payer gets.
    @param payee_balance What the payee gets; the two add up to everything held.
    @param valid_until Last second for this agreement.
    @param payer_signature The payer's signature of the Settlement; empty if the payer calls.
    @param payee_signature The payee's signature of the Settlement; empty if the payee calls.
    """
    channel: Channel = self.channels[id]
    assert channel.state in [OPEN, CLOSING], "channel: not open"
    assert not deadlines._has_passed(valid_until), "channel: agreement has expired"
    held: uint256 = self._held(channel)
    assert self._adds_up(payer_balance, payee_balance, held), "channel: not what is held"
    digest: bytes32 = self._digest(
        keccak256(abi_encode(SETTLEMENT_TYPE, id, payer_balance, payee_balance, valid_until))
    )
    assert self._agrees(channel.payer, digest, payer_signature), "channel: not signed by the payer"
    assert self._agrees(channel.payee, digest, payee_signature), "channel: not signed by the payee"
    self._pay_out(id, channel, payer_balance, payee_balance, empty(address), 0)


@external
def close(id: bytes32, newest: Balances, conceded: uint256, signature: Bytes[signatures.MAX_SIGNATURE]):
    """
    @notice Starts a closing by one party alone, up to the deadline.
    @param id The channel.
    @param newest The newest state that the other party signed; sequence 0 and the deposits where it signed none.
    @param conceded What the other party gets: by `newest`, or more by states that only the caller has signed since.
    @param signature The other party's signature of the state; not looked at for sequence 0.
    """
    channel: Channel = self.channels[id]
    assert channel.state == OPEN, "channel: not open"
    assert msg.sender in [channel.payer, channel.payee], "channel: not a party"
    assert not deadlines._has_passed(channel.deadline), "channel: deadline has passed"
    other: address = self._other(channel, msg.sender)
    if newest.sequence == 0:
        assert newest.payer_balance == channel.payer_deposit, "channel: not the opening"
        assert newest.payee_balance == channel.payee_deposit, "channel: not the opening"
    else:
        digest: bytes32 = self._state_digest(id, newest)
        assert signatures._signed_by(other, digest, signature), "channel: not signed by the other"
    assert conceded >= self._share_of(channel, other, newest), "channel: concedes too little"
    held: uint256 = self._held(channel)
    assert conceded <= held, "channel: concedes too much"
    challenge_end: uint256 = block.timestamp + channel.challenge_seconds
    self.channels[id].closer = msg.sender
    self.channels[id].sequence = newest.sequence
    self.channels[id].conceded = conceded
    self.channels[id].challenge_end = challenge_end
    self.channels[id].state = CLOSING
    log Closing(
        id=id,
        closer=msg.sender,
        sequence=newest.sequence,
        conceded=conceded,
        challenge_end=challenge_end,
        held_before=held,
        held_after=held,
    )


@external
def challenge(id: bytes32, newer: Balances, signature: Bytes[signatures.MAX_SIGNATURE]):
    """
    @notice Proves that the closer signed a later state that gives the caller more than was conceded. The caller,
            who is the other party, gets everything: its balance in that state and the closer's forfeited share.
    @param id The channel.
    @param newer The later state.
    @param signature The closer's signature of it.
    """
    channel: Channel = self._challenged(id)
    assert msg.sender == self._other(channel, channel.closer), "channel: not the other party"
    self._punish(id, channel, newer, signature, empty(address), 0)


@external
def watch(
    id: bytes32,
    newer: Balances,
    signature: Bytes[signatures.MAX_SIGNATURE],
    fee: uint256,
    delegation: Bytes[signatures.MAX_SIGNATURE],
):
    """
    @notice As `challenge`, by the watcher that the other party delegated.
    @dev    The fee never exceeds a tenth of what the closer forfeits, so it costs the client none of its own.
    @param id The channel.
    @param newer The later state.
    @param signature The closer's signature of it.
    @param fee What the client promised in the delegation.
    @param delegation The client's signature of the Delegation that names the caller.
    """
    channel: Channel = self._challenged(id)
    client: address = self._other(channel, channel.closer)
    digest: bytes32 = self._digest(keccak256(abi_encode(DELEGATION_TYPE, id, msg.sender, fee)))
    assert signatures._signed_by(client, digest, delegation), "channel: not delegated"
    self._punish(id, channel, newer, signature, msg.sender, fee)


@external
def finalise(id: bytes32):
    """
    @notice Pays out a closing that nobody challenged in time. Anyone.
    @param id The channel.
    """
    channel: Channel = self.channels[id]
    assert channel.state == CLOSING, "channel: not closing"
    assert deadlines._has_passed(channel.challenge_end), "channel: can still be challenged"
    self._pay_as_closed(id, channel)


@external
def exit(id: bytes32):
    """
    @notice Empties a channel whose last deadline has passed: a closing as closed, any other to the deposits. Anyone.
    @param id The channel.
    """
    channel: Channel = self.channels[id]
    assert channel.state in [OPEN, CLOSING], "channel: nothing to exit"
    assert deadlines._has_passed(self._last_deadline(channel)), "channel: deadline has not passed"
    if channel.state == CLOSING:
        self._pay_as_closed(id, channel)
    else:
        self._pay_out(id, channel, channel.payer_deposit, channel.payee_deposit, empty(address), 0)


@external
@view
def channel(id: bytes32) -> Channel:
    """
    @notice Everything about a channel.
    @param id The channel.
    @return Its record; state 0 unknown, 1 open, 2 closing, 3 closed.
    """
    return self.channels[id]


@external
@view
def held(id: bytes32) -> uint256:
    """
    @notice What a channel holds now.
    @param id The channel.
    @return Minor units.
    """
    return self._held(self.channels[id])


@external
@view
def last_deadline(id: bytes32) -> uint256:
    """
    @notice The last second before anyone may exit the channel.
    @param id The channel.
    @return Seconds since 1970; zero for an unknown channel.
    """
    return self._last_deadline(self.channels[id])


@external
@view
def DOMAIN_SEPARATOR() -> bytes32:
    """
    @notice The EIP-712 domain that states, settlements and delegations are signed in.
    @return The domain's hash.
    """
    return signatures._domain(NAME, VERSION)


@internal
@view
def _challenged(id: bytes32) -> Channel:
    channel: Channel = self.channels[id]
    assert channel.state == CLOSING, "channel: not closing"
    assert not deadlines._has_passed(channel.challenge_end), "channel: challenge period is over"
    return channel


@internal
def _punish(
    id: bytes32,
    channel: Channel,
    newer: Balances,
    signature: Bytes[signatures.MAX_SIGNATURE],
    watcher: address,
    fee: uint256,
):
    victim: address = self._other(channel, channel.closer)
    assert newer.sequence > channel.sequence, "channel: not newer"
    share: uint256 = self._share_of(channel, victim, newer)
    assert share > channel.conceded, "channel: conceded already"
    assert signatures._signed_by(
        channel.closer, self._state_digest(id, newer), signature
    ), "channel: not signed by the closer"
    held: uint256 = self._held(channel)
    forfeited: uint256 = held - share
    paid_fee: uint256 = min(fee, forfeited // WATCHERS_PART)
    log Punished(
        id=id,
        cheat=channel.closer,
        watcher=watcher,
        sequence=newer.sequence,
        forfeited=forfeited,
        held_before=held,
        held_after=held,
    )
    if victim == channel.payer:
        self._pay_out(id, channel, held - paid_fee, 0, watcher, paid_fee)
    else:
        self._pay_out(id, channel, 0, held - paid_fee, watcher, paid_fee)


@internal
def _pay_as_closed(id: bytes32, channel: Channel):
    kept: uint256 = self._held(channel) - channel.conceded
    if channel.closer == channel.payer:
        self._pay_out(id, channel, kept, channel.conceded, empty(address), 0)
    else:
        self._pay_out(id, channel, channel.conceded, kept, empty(address), 0)


@internal
def _pay_out(
    id: bytes32, channel: Channel, to_payer: uint256, to_payee: uint256, watcher: address, to_watcher: uint256
):
    # All books are closed before any money moves.
    self.channels[id].to_payer = to_payer
    self.channels[id].to_payee = to_payee
    self.channels[id].to_watcher = to_watcher
    self.channels[id].state = CLOSED
    log Closed(
        id=id,
        by=msg.sender,
        to_payer=to_payer,
        to_payee=to_payee,
        to_watcher=to_watcher,
        held_before=self._held(channel),
        held_after=0,
    )
    claims._pay(id, channel.token, channel.payee, to_payee)
    claims._pay(id, channel.token, channel.payer, to_payer)
    claims._pay(id, channel.token, watcher, to_watcher)


@internal
@view
def _agrees(party: address, digest: bytes32, signature: Bytes[signatures.MAX_SIGNATURE]) -> bool:
    return msg.sender == party or signatures._signed_by(party, digest, signature)


@internal
@view
def _state_digest(id: bytes32, balances: Balances) -> bytes32:
    return self._digest(
        keccak256(abi_encode(STATE_TYPE, id, balances.sequence, balances.payer_balance, balances.payee_balance))
    )


@internal
@view
def _digest(message: bytes32) -> bytes32:
    return signatures._digest(signatures._domain(NAME, VERSION), message)


@internal
@pure
def _share_of(channel: Channel, party: address, balances: Balances) -> uint256:
    """
    @dev A state divides everything held, or the payer's deposit alone: then it was signed before the payee joined,
         and the payee's deposit is still the payee's. So joining can spoil no payment that was made before.
    """
    joined_later: uint256 = 0
    if not self._adds_up(balances.payer_balance, balances.payee_balance, self._held(channel)):
        assert self._adds_up(
            balances.payer_balance, balances.payee_balance, channel.payer_deposit
        ), "channel: not what is held"
        joined_later = channel.payee_deposit
    if party == channel.payer:
        return balances.payer_balance
    return balances.payee_balance + joined_later


@internal
@pure
def _adds_up(one: uint256, other: uint256, total: uint256) -> bool:
    return one <= total and other == total - one


@internal
@pure
def _other(channel: Channel, party: address) -> address:
    if party == channel.payer:
        return channel.payee
    return channel.payer


@internal
@pure
def _held(channel: Channel) -> uint256:
    return channel.payer_deposit + channel.payee_deposit - channel.to_payer - channel.to_payee - channel.to_watcher


@internal
@pure
def _last_deadline(channel: Channel) -> uint256:
    if channel.state == CLOSING:
        return channel.challenge_end
    return channel.deadline
