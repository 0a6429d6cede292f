# pragma version 0.4.3
# pragma evm-version prague
"""
@title One administrator, handed over in two steps
@license Apache-2.0
@notice A handover names the successor and takes effect only when the successor itself accepts, so a mistyped
        address can never own a currency.
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
