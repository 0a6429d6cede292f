# pragma version 0.4.3
# pragma evm-version prague
"""
@title A delay and a second key before anything dangerous
@license Apache-2.0
@notice What a network's names mean is changed through it (the directory asks no other), and it may be made the admin
        of other contracts. The proposer queues a call; the guardian may veto it until it is
        executed; after the delay anyone may execute it, and after the grace period nobody can. The guardian alone
        starts nothing, the proposer alone hides nothing. The two keys themselves are changed by the same way, after
        30 days: either may queue the replacement of a key, and the other may veto. So a proposer or a guardian that
        has vanished is replaced by the one that is left, and a stolen key cannot shut the other out unseen.
@dev    Truths: nothing executes before its time, after its grace period, twice, or once vetoed; the calldata that is
        executed is what was published when it was queued; proposer and guardian are two different accounts, never zero;
        only a call from this contract to itself changes them. The calls carry no ether, and the contract holds none.
"""

from .modules import ids

initializes: ids

exports: (
    ids.next_id,
    ids.nonces,
)

struct Operation:
    target: address
    data_hash: bytes32
    queued_by: address
    ready_at: uint256
    expires: uint256
    state: uint8

event Queued:
    id: indexed(bytes32)
    by: indexed(address)
    target: indexed(address)
    data: Bytes[MAX_DATA]
    ready_at: uint256
    expires: uint256

event Vetoed:
    id: indexed(bytes32)
    by: indexed(address)

event Executed:
    id: indexed(bytes32)
    by: indexed(address)
    target: indexed(address)
    data_hash: bytes32

event KeysChanged:
    proposer: indexed(address)
    guardian: indexed(address)

QUEUED: constant(uint8) = 1
EXECUTED: constant(uint8) = 2
VETOED: constant(uint8) = 3
EXPIRED: constant(uint8) = 4

MAX_DATA: constant(uint256) = 4_096
LEAST_DELAY_SECONDS: constant(uint256) = 60 * 60
MOST_DELAY_SECONDS: constant(uint256) = 30 * 24 * 60 * 60
KEY_DELAY_SECONDS: constant(uint256) = 30 * 24 * 60 * 60
GRACE_SECONDS: constant(uint256) = 14 * 24 * 60 * 60

DELAY_SECONDS: immutable(uint256)

proposer: public(address)
guardian: public(address)
operations: HashMap[bytes32, Operation]
operation_count: public(uint256)
operation_at: public(HashMap[uint256, bytes32])


@deploy
def __init__(proposer: address, guardian: address, delay_seconds: uint256):
    """
    @param proposer Who queues calls.
    @param guardian Who may veto them.
    @param delay_seconds How long a call waits: an hour to 30 days.
    """
    assert delay_seconds >= LEAST_DELAY_SECONDS, "timelock: delay too short"
    assert delay_seconds <= MOST_DELAY_SECONDS, "timelock: delay too long"
    DELAY_SECONDS = delay_seconds
    self._set_keys(proposer, guardian)


@external
def queue(target: address, data: Bytes[MAX_DATA]) -> bytes32:
    """
    @notice Queues a call and publishes it. The proposer; the guardian too, where the target is this contract.
    @param target Whom to call.
    @param data The calldata.
    @return The operation's id.
    """
    assert target != empty(address), "timelock: no target"
    delay: uint256 = DELAY_SECONDS
    if target == self:
        assert msg.sender in [self.proposer, self.guardian], "timelock: not one of the keys"
        delay = KEY_DELAY_SECONDS
    else:
        assert msg.sender == self.proposer, "timelock: not the proposer"
    id: bytes32 = ids._take_id(msg.sender)
    ready_at: uint256 = block.timestamp + delay
    self.operations[id] = Operation(
        target=target,
        data_hash=keccak256(data),
        queued_by=msg.sender,
        ready_at=ready_at,
        expires=ready_at + GRACE_SECONDS,
        state=QUEUED,
    )
    self.operation_at[self.operation_count] = id
    self.operation_count += 1
    log Queued(
        id=id, by=msg.sender, target=target, data=data, ready_at=ready_at, expires=ready_at + GRACE_SECONDS
    )
    return id


@external
def veto(id: bytes32):
    """
    @notice Ends an operation that has not been executed: either key, whoever queued it.
    @param id The operation.
    """
    assert msg.sender in [self.proposer, self.guardian], "timelock: not one of the keys"
    assert self._state(id) == QUEUED, "timelock: not queued"
    self.operations[id].state = VETOED
    log Vetoed(id=id, by=msg.sender)


@external
def execute(id: bytes32, data: Bytes[MAX_DATA]) -> Bytes[MAX_DATA]:
    """
    @notice Makes the call, once its time has come. Anyone. A call that fails leaves the operation queued.
    @param id The operation.
    @param data The calldata, as it was queued.
    @return What the target answered, up to 4,096 bytes.
    """
    operation: Operation = self.operations[id]
    assert self._state(id) == QUEUED, "timelock: not queued"
    assert block.timestamp >= operation.ready_at, "timelock: not ready"
    assert keccak256(data) == operation.data_hash, "timelock: not what was queued"
    assert operation.target == self or operation.target.is_contract, "timelock: nobody to call"
    self.operations[id].state = EXECUTED
    log Executed(id=id, by=msg.sender, target=operation.target, data_hash=operation.data_hash)
    return raw_call(operation.target, data, max_outsize=MAX_DATA)


@external
def set_keys(proposer: address, guardian: address):
    """
    @notice Names both keys. Only by an operation of this contract's own.
    @param proposer Who queues calls from now on.
    @param guardian Who may veto them from now on.
    """
    assert msg.sender == self, "timelock: only by an operation"
    self._set_keys(proposer, guardian)


@external
@view
def delay_seconds() -> uint256:
    """
    @notice How long a call waits between queue and execution, other than a change of keys.
    @return Seconds.
    """
    return DELAY_SECONDS


@external
@view
def operation(id: bytes32) -> Operation:
    """
    @notice Everything about an operation.
    @param id The operation.
    @return Its record; state 0 unknown, 1 queued, 2 executed, 3 vetoed, 4 expired.
    """
    operation: Operation = self.operations[id]
    operation.state = self._state(id)
    return operation


@internal
def _set_keys(proposer: address, guardian: address):
    assert empty(address) not in [proposer, guardian], "timelock: a key is missing"
    assert proposer != guardian, "timelock: two keys, not one"
    assert self not in [proposer, guardian], "timelock: holds no key of its own"
    self.proposer = proposer
    self.guardian = guardian
    log KeysChanged(proposer=proposer, guardian=guardian)


@internal
@view
def _state(id: bytes32) -> uint8:
    operation: Operation = self.operations[id]
    if operation.state == QUEUED and block.timestamp > operation.expires:
        return EXPIRED
    return operation.state
