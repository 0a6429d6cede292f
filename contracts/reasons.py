"""Why a payment is refused, by the number in `Refused(code, rule, version)`, with what a person should do.

The rule: contracts/modules/reasons.vy has the same numbers and words, and a test holds both together.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

UNKNOWN_REASON: Final = "unknown reason"


@dataclass(frozen=True, slots=True)
class Reason:
    code: int
    name: str
    words: str
    advice: str


_REASONS: Final = (
    Reason(0, "PERMITTED", "permitted", "nothing: the payment goes through"),
    Reason(1, "PAUSED", "payments are paused", "wait: a pause ends by itself after 72 hours at most"),
    Reason(2, "NOBODY_TO_PAY", "nobody to pay", "check the payee's address: it is the zero address or the currency"),
    Reason(3, "MORE_THAN_BALANCE", "more than the balance", "pay less, or pay in first"),
    Reason(4, "FROZEN", "money is frozen", "pay at most what is available; ask the authority that the case names"),
    Reason(
        5,
        "CLAIMS_FROZEN",
        "the payee's claims are frozen",
        "the money waits as a claim of the payee in the custody contract until the case is lifted",
    ),
    Reason(
        6, "POLICY_FAILED", "the policy could not be asked", "send it again with more gas, or tell the central bank"
    ),
    Reason(16, "ON_HOLD", "the payer is on hold", "appeal with the case's id; an appeal that nobody decides frees it"),
    Reason(
        17,
        "PAYMENT_LIMIT",
        "above the payer's limit for one payment",
        "pay in parts, or identify yourself for a higher tier",
    ),
    Reason(
        18,
        "DAY_LIMIT",
        "above the payer's limit for one day",
        "pay the rest after midnight UTC, or identify yourself for a higher tier",
    ),
    Reason(
        19,
        "BALANCE_LIMIT",
        "above what the payee may hold",
        "the payee has to spend some first, or to identify itself for a higher tier",
    ),
    Reason(20, "PAYER_DENIED", "the payer is on a deny list", "ask the list's owner, whom the policy names"),
    Reason(21, "PAYEE_DENIED", "the payee is on a deny list", "ask the list's owner, whom the policy names"),
    Reason(22, "PAYER_NOT_ALLOWED", "the payer is not on an allow list", "ask the list's owner to be listed"),
    Reason(23, "PAYEE_NOT_ALLOWED", "the payee is not on an allow list", "ask the list's owner to list the payee"),
    Reason(24, "RULE_REFUSED", "a rule contract refuses it", "ask the rule contract, whose address the policy gives"),
    Reason(
        25,
        "RULE_FAILED",
        "a rule could not be evaluated",
        "a rule that fails refuses: tell the central bank, which can replace it",
    ),
)

REASONS: Final[Mapping[int, Reason]] = MappingProxyType({reason.code: reason for reason in _REASONS})


def words(code: int) -> str:
    """For any number, also one of a later version of the suite."""
    return REASONS[code].words if code in REASONS else UNKNOWN_REASON
