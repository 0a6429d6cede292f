# pragma version 0.4.3
# pragma evm-version prague
"""
@title Why a payment is refused, by number
@license Apache-2.0
@notice Every refusal of a payment is the custom error Refused(code, rule, version): what was wrong, which rule of the
        policy says so (0 for the currency itself), and at which version of the rules and lists, so that anybody can
        replay it. Numbers are never used again for something else. contracts/reasons.py has the same table with what
        a person should do.
@dev    Below 16 the currency speaks, from 16 on its policy. All fit ERC-1404's uint8.
"""

PERMITTED: constant(uint256) = 0
PAUSED: constant(uint256) = 1
NOBODY_TO_PAY: constant(uint256) = 2
MORE_THAN_BALANCE: constant(uint256) = 3
FROZEN: constant(uint256) = 4
CLAIMS_FROZEN: constant(uint256) = 5
POLICY_FAILED: constant(uint256) = 6
ON_HOLD: constant(uint256) = 16
PAYMENT_LIMIT: constant(uint256) = 17
DAY_LIMIT: constant(uint256) = 18
BALANCE_LIMIT: constant(uint256) = 19
PAYER_DENIED: constant(uint256) = 20
PAYEE_DENIED: constant(uint256) = 21
PAYER_NOT_ALLOWED: constant(uint256) = 22
PAYEE_NOT_ALLOWED: constant(uint256) = 23
RULE_REFUSED: constant(uint256) = 24
RULE_FAILED: constant(uint256) = 25


@internal
@pure
def _refuse(code: uint256, rule: uint256, version: uint256):
    raw_revert(abi_encode(code, rule, version, method_id=method_id("Refused(uint256,uint256,uint256)")))


@internal
@pure
def _words(code: uint256) -> String[48]:
    if code == PERMITTED:
        return "permitted"
    if code == PAUSED:
        return "payments are paused"
    if code == NOBODY_TO_PAY:
        return "nobody to pay"
    if code == MORE_THAN_BALANCE:
        return "more than the balance"
    if code == FROZEN:
        return "money is frozen"
    if code == CLAIMS_FROZEN:
        return "the payee's claims are frozen"
    if code == POLICY_FAILED:
        return "the policy could not be asked"
    if code == ON_HOLD:
        return "the payer is on hold"
    if code == PAYMENT_LIMIT:
        return "above the payer's limit for one payment"
    if code == DAY_LIMIT:
        return "above the payer's limit for one day"
    if code == BALANCE_LIMIT:
        return "above what the payee may hold"
    if code == PAYER_DENIED:
        return "the payer is on a deny list"
    if code == PAYEE_DENIED:
        return "the payee is on a deny list"
    if code == PAYER_NOT_ALLOWED:
        return "the payer is not on an allow list"
    if code == PAYEE_NOT_ALLOWED:
        return "the payee is not on an allow list"
    if code == RULE_REFUSED:
        return "a rule contract refuses it"
    if code == RULE_FAILED:
        return "a rule could not be evaluated"
    return "unknown reason"
