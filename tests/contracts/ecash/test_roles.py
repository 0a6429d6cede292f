"""Who may appoint whom, and the handover of the central bank's key."""

from typing import Any

import boa

ZERO = "0x" + "00" * 20


def test_a_handover_needs_the_successors_acceptance(ecash: Any, parties: Any) -> None:
    ecash.propose_admin(parties.carol, sender=parties.central_bank)
    assert ecash.admin() == parties.central_bank
    with boa.reverts("roles: not the proposed admin"):
        ecash.accept_admin(sender=parties.stranger)
    ecash.accept_admin(sender=parties.carol)
    [log] = ecash.get_logs()
    assert (log.former, log.admin) == (parties.central_bank, parties.carol)
    assert (ecash.admin(), ecash.proposed_admin()) == (parties.carol, ZERO)
    with boa.reverts("roles: not the admin"):
        ecash.propose_admin(parties.central_bank, sender=parties.central_bank)


def test_an_acceptance_counts_once(ecash: Any, parties: Any) -> None:
    ecash.propose_admin(parties.carol, sender=parties.central_bank)
    ecash.accept_admin(sender=parties.carol)
    with boa.reverts("roles: not the proposed admin"):
        ecash.accept_admin(sender=parties.carol)


def test_a_proposal_can_be_withdrawn(ecash: Any, parties: Any) -> None:
    ecash.propose_admin(parties.carol, sender=parties.central_bank)
    [log] = ecash.get_logs()
    assert (log.admin, log.successor) == (parties.central_bank, parties.carol)
    ecash.propose_admin(ZERO, sender=parties.central_bank)
    for caller in (parties.carol, ZERO):
        with boa.reverts("roles: not the proposed admin"):
            ecash.accept_admin(sender=caller)


def test_only_the_central_bank_appoints(ecash: Any, parties: Any) -> None:
    for caller in (parties.bank, parties.pauser, parties.freezer, parties.stranger):
        with boa.reverts("roles: not the admin"):
            ecash.propose_admin(caller, sender=caller)
        with boa.reverts("roles: not the admin"):
            ecash.set_pauser(caller, True, sender=caller)
        with boa.reverts("roles: not the admin"):
            ecash.set_freezer(caller, True, sender=caller)
        with boa.reverts("roles: not the admin"):
            ecash.set_order_role(caller, 1, sender=caller)
        with boa.reverts("roles: not the admin"):
            ecash.set_policy(ZERO, sender=caller)


def test_dismissed_officers_lose_their_power(ecash: Any, parties: Any) -> None:
    ecash.set_pauser(parties.pauser, False, sender=parties.central_bank)
    [log] = ecash.get_logs()
    assert (log.account, log.allowed) == (parties.pauser, False)
    ecash.set_freezer(parties.freezer, False, sender=parties.central_bank)
    [log] = ecash.get_logs()
    assert (log.account, log.allowed) == (parties.freezer, False)
    with boa.reverts("ecash: not a pauser"):
        ecash.pause(sender=parties.pauser)
    with boa.reverts("ecash: not a freezer"):
        ecash.freeze(parties.alice, 1, b"\1" * 32, sender=parties.freezer)


def test_nobody_cannot_be_appointed(ecash: Any, parties: Any) -> None:
    with boa.reverts("ecash: no account"):
        ecash.set_pauser(ZERO, True, sender=parties.central_bank)
    with boa.reverts("ecash: no account"):
        ecash.set_freezer(ZERO, True, sender=parties.central_bank)
