# pragma version 0.4.3
# pragma evm-version prague
"""
@title Seizure and recovery, by two keys and with time to object
@license Apache-2.0
@notice An order moves money that its owner did not sign for: a court's seizure, or the recovery of a wallet whose key
        is lost. One key proposes it under a case hash, seven days pass, and another key carries it out within thirty
        more; until then a third may veto it. A recovery is also vetoed by the very key that is said to be lost, so
        whoever still has it cannot be robbed by an order. No account has two of the three roles. An order that
        nobody carries out lapses. Custody contracts are beyond all of it.
@dev    A seizure takes what is free and what its own case froze, never what another case froze. A recovery takes what
        is free. Neither asks the policy: both are the law's word, not a payment.
"""

from . import custody
from . import erc20_core
from . import freezes
from . import ids
from . import roles

uses: custody
uses: erc20_core
uses: freezes
uses: ids
uses: roles

struct Order:
    kind: uint256
    account: address
    receiver: address
    amount: uint256
    case_hash: bytes32
    proposer: address
    ready_at: uint256
    lapses_at: uint256
    state: uint256

SEIZURE: constant(uint256) = 1
RECOVERY: constant(uint256) = 2

PROPOSED: constant(uint256) = 1
VETOED: constant(uint256) = 2
EXECUTED: constant(uint256) = 3

PROPOSER: constant(uint256) = 1
EXECUTOR: constant(uint256) = 2
VETOER: constant(uint256) = 3

DELAY_SECONDS: constant(uint256) = 7 * 24 * 60 * 60
LAPSE_SECONDS: constant(uint256) = 30 * 24 * 60 * 60

# 0 none, 1 proposer, 2 executor, 3 vetoer: one account, one role.
order_role: public(HashMap[address, uint256])
orders: HashMap[bytes32, Order]

event OrderRoleSet:
    account: indexed(address)
    role_before: uint256
    role_after: uint256

event OrderProposed:
    id: indexed(bytes32)
    account: indexed(address)
    receiver: indexed(address)
    kind: uint256
    amount: uint256
    case_hash: bytes32
    proposer: address
    ready_at: uint256

event OrderVetoed:
    id: indexed(bytes32)
    account: indexed(address)
    by: indexed(address)

event OrderExecuted:
    id: indexed(bytes32)
    account: indexed(address)
    receiver: indexed(address)
    by: address
    value: uint256
    balance_before: uint256
    balance_after: uint256


@external
@nonreentrant
def set_order_role(account: address, role: uint256):
    """
    @notice Gives an account its role in seizures and recoveries, in place of any that it had. Central bank only.
    @param account Who.
    @param role 0 none, 1 proposer, 2 executor, 3 vetoer.
    """
    roles._check_admin()
    assert account != empty(address), "ecash: no account"
    assert role <= VETOER, "ecash: no such role"
    log OrderRoleSet(account=account, role_before=self.order_role[account], role_after=role)
    self.order_role[account] = role


@external
@nonreentrant
def propose_seizure(account: address, receiver: address, amount: uint256, case_hash: bytes32) -> bytes32:
    """
    @notice Proposes to take money from an account. Proposers only.
    @param account Whose money; never a custody contract's.
    @param receiver Who is to have it.
    @param amount At most how much, in minor units.
    @param case_hash The case; what was frozen under it counts as takeable.
    @return The order's id.
    """
    assert amount > 0, "ecash: nothing to take"
    return self._propose(SEIZURE, account, receiver, amount, case_hash)


@external
@nonreentrant
def propose_recovery(account: address, receiver: address, case_hash: bytes32) -> bytes32:
    """
    @notice Proposes to move what is free in a wallet whose key is lost to its owner's new wallet. Proposers only.
    @param account The wallet that is lost.
    @param receiver The new one.
    @param case_hash Hash of the file in which the owner proved it.
    @return The order's id.
    """
    return self._propose(RECOVERY, account, receiver, 0, case_hash)


@external
@nonreentrant
def veto_order(id: bytes32):
    """
    @notice Ends an order before it is carried out: vetoers, and for a recovery the account itself.
    @param id The order.
    """
    order: Order = self.orders[id]
    assert order.state == PROPOSED, "ecash: no such order waits"
    if not (order.kind == RECOVERY and msg.sender == order.account):
        assert self.order_role[msg.sender] == VETOER, "ecash: may not veto"
    self.orders[id].state = VETOED
    log OrderVetoed(id=id, account=order.account, by=msg.sender)


@external
@nonreentrant
def execute_order(id: bytes32):
    """
    @notice Carries an order out, from 7 to 37 days after it was proposed. Executors only.
    @param id The order.
    """
    order: Order = self.orders[id]
    assert self.order_role[msg.sender] == EXECUTOR, "ecash: not an executor"
    assert order.state == PROPOSED, "ecash: no such order waits"
    # Roles may have changed hands since; the two keys are still two.
    assert msg.sender != order.proposer, "ecash: needs another key"
    assert block.timestamp >= order.ready_at, "ecash: order may still be vetoed"
    assert block.timestamp <= order.lapses_at, "ecash: order has lapsed"
    self._check_reachable(order.account, order.receiver)
    amount: uint256 = self._take_free(order)
    assert amount > 0, "ecash: nothing to take"
    self.orders[id].state = EXECUTED
    before: uint256 = erc20_core.balanceOf[order.account]
    erc20_core._move(order.account, order.receiver, amount)
    log OrderExecuted(
        id=id,
        account=order.account,
        receiver=order.receiver,
        by=msg.sender,
        value=amount,
        balance_before=before,
        balance_after=before - amount,
    )


@external
@view
def order(id: bytes32) -> Order:
    """
    @notice Everything about a seizure or recovery.
    @param id The order.
    @return Its record; kind 1 seizure, 2 recovery; state 0 unknown, 1 proposed, 2 vetoed, 3 executed.
    """
    return self.orders[id]


@internal
def _propose(kind: uint256, account: address, receiver: address, amount: uint256, case_hash: bytes32) -> bytes32:
    assert self.order_role[msg.sender] == PROPOSER, "ecash: not a proposer"
    assert case_hash != empty(bytes32), "ecash: no case"
    self._check_reachable(account, receiver)
    id: bytes32 = ids._take_id(msg.sender)
    ready_at: uint256 = block.timestamp + DELAY_SECONDS
    self.orders[id] = Order(
        kind=kind,
        account=account,
        receiver=receiver,
        amount=amount,
        case_hash=case_hash,
        proposer=msg.sender,
        ready_at=ready_at,
        lapses_at=ready_at + LAPSE_SECONDS,
        state=PROPOSED,
    )
    log OrderProposed(
        id=id,
        account=account,
        receiver=receiver,
        kind=kind,
        amount=amount,
        case_hash=case_hash,
        proposer=msg.sender,
        ready_at=ready_at,
    )
    return id


@internal
def _take_free(order: Order) -> uint256:
    """
    @dev How much the order takes; as much of what its own case froze is freed for it.
    """
    free: uint256 = freezes._available(order.account)
    if order.kind == RECOVERY:
        return free
    balance: uint256 = erc20_core.balanceOf[order.account]
    bound: uint256 = freezes.frozen_in_case[order.case_hash][order.account]
    # A case may have frozen more than there is; what other cases froze comes first.
    others: uint256 = freezes.frozen[order.account] - bound
    amount: uint256 = min(order.amount, balance - min(balance, others))
    freed: uint256 = min(bound, amount)
    if freed > 0:
        freezes._unfreeze(order.account, freed, order.case_hash)
    return amount


@internal
@view
def _check_reachable(account: address, receiver: address):
    assert account != empty(address), "ecash: no account"
    assert receiver not in [empty(address), account, self], "ecash: nobody to have it"
    assert not custody._was_custodian(account), "ecash: custody is never seized"
