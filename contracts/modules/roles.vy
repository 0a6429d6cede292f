# pragma version 0.4.3
# pragma evm-version prague
"""
@title One administrator, handed over in two steps
@license Apache-2.0
@notice A handover names the successor and takes effect only when the successor itself accepts, so a mistyped
        address can never own a currency. If the administrator's key is lost, nothing that it alone may change can be
        changed again: give the role to a multi-signature account or a timelock, which have a way back.
@dev    A using contract exports `admin`, `proposed_admin`, `propose_admin` and `accept_admin`.
"""

event AdminProposed:
    admin: indexed(address)
    successor: indexed(address)

event AdminChanged:
    former: indexed(address)
    admin: indexed(address)

admin: public(address)
proposed_admin: public(address)


@deploy
def __init__(admin: address):
    self.admin = admin
    log AdminChanged(former=empty(address), admin=admin)


@external
@nonreentrant
def propose_admin(successor: address):
    """
    @notice Names a successor, who must accept. The zero address withdraws the proposal. Administrator only.
    @param successor The next administrator.
    """
    self._check_admin()
    self._propose(successor)


@external
@nonreentrant
def accept_admin():
    """
    @notice Takes over as administrator. Only the proposed successor.
    """
    assert self._accept(msg.sender), "roles: not the proposed admin"


@internal
@view
def _check_admin():
    assert self._is_admin(msg.sender), "roles: not the admin"


@internal
@view
def _is_admin(account: address) -> bool:
    return account == self.admin


@internal
def _propose(successor: address):
    # The zero address withdraws an earlier proposal.
    self.proposed_admin = successor
    log AdminProposed(admin=self.admin, successor=successor)


@internal
def _accept(account: address) -> bool:
    if account != self.proposed_admin or account == empty(address):
        return False
    log AdminChanged(former=self.admin, admin=account)
    self.admin = account
    self.proposed_admin = empty(address)
    return True
