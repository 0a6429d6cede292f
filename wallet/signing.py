"""Clear signing: the sentence that says what a transaction will do.

The rule: every word follows from the draft that will be signed, its calldata decoded, never from what was typed. So
a mistake on the way from the command line to the bytes shows itself before it costs anything. All functions are pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from contracts import NO_ARBITER, Artifact, Undecodable, load
from contracts import Call as DecodedCall
from contracts.deals import Deal, Stage, held_in
from wallet.addresses import checksummed
from wallet.money import NATIVE, Currency, Money, shown, shown_in_full
from wallet.references import reference_text
from wallet.transactions import Call, Draft, Fees

WITHOUT_LIMIT: Final = 2**256 - 1
LATEST_DATE: Final = 253_402_300_799  # 9999-12-31T23:59:59Z


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What is known about the addresses and ids that a draft may speak of; anything else is shown bare."""

    escrow: bytes
    currencies: Mapping[bytes, Currency] = field(default_factory=dict)
    deals: Mapping[bytes, Deal] = field(default_factory=dict)
    labels: Mapping[bytes, str] = field(default_factory=dict)
    deployment: Artifact | None = None
    stages: Mapping[bytes, Sequence[Stage]] = field(default_factory=dict)
    """Of the deals."""


def sentence(draft: Draft, known: Knowledge) -> str:
    """The whole of it: what, from whom, under which nonce, where, and what it may cost."""
    return (
        f"{describe(draft.call, draft.sender, known)}, from {_who(draft.sender, known)}, nonce {draft.nonce}, "
        f"network {draft.chain_id}, gas limit {draft.gas_limit:,}, {fee_words(draft.fees, draft.gas_limit)}."
    )


def fee_words(fees: Fees, gas_limit: int) -> str:
    if fees.cap == 0:
        return "no fee"
    return f"fee at most {shown(Money(fees.cap * gas_limit, NATIVE))}"


def describe(call: Call, sender: bytes, known: Knowledge) -> str:
    """What the call does, without the framing."""
    if call.to is None:
        return _deployment(call, known)
    if not call.data:
        return _native_payment(call, call.to, sender, known)
    words = _contract_call(call.to, call.data, known)
    if call.value:
        words += f", sending {shown_in_full(Money(call.value, NATIVE))} along"
    return words


def moment(seconds: int) -> str:
    """A time of the chain, for people."""
    if seconds > LATEST_DATE:
        return f"second {seconds}"
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S} UTC"


def _native_payment(call: Call, to: bytes, sender: bytes, known: Knowledge) -> str:
    if call.value == 0 and to == sender:
        return "Do nothing but use up the nonce"
    return f"Pay {shown_in_full(Money(call.value, NATIVE))} to {_who(to, known)}"


def _deployment(call: Call, known: Knowledge) -> str:
    sending = f", sending {shown_in_full(Money(call.value, NATIVE))} along" if call.value else ""
    artifact = known.deployment
    if artifact is None or not call.data.startswith(artifact.creation_code):
        return f"Deploy {len(call.data):,} bytes of unknown code{sending}"
    arguments = call.data[len(artifact.creation_code) :]
    given = f" with arguments 0x{arguments.hex()}" if arguments else ""
    return f"Deploy the contract {artifact.name}, {len(artifact.creation_code):,} bytes of code{given}{sending}"


def _contract_call(to: bytes, data: bytes, known: Knowledge) -> str:
    currency = known.currencies.get(to)  # absence is the question
    artifact = load("escrow") if to == known.escrow else load("ecash") if currency is not None else None
    try:
        decoded = artifact.decode_call(data) if artifact is not None else None
    except Undecodable:
        decoded = None
    if decoded is None:
        return f"Call {_who(to, known)} with {len(data):,} bytes that this wallet cannot read, 0x{data[:4].hex()}..."
    words = _escrow_words(decoded, known) if currency is None else _token_words(decoded, currency, known)
    return words if words is not None else _plainly(decoded, to, known)


def _token_words(call: DecodedCall, currency: Currency, known: Knowledge) -> str | None:
    given: Mapping[str, Any] = call.arguments
    if call.function.name not in ("transfer", "transfer_with_memo", "approve", "mint", "burn"):
        return None
    money = Money(given["amount"], currency)
    match call.function.name:
        case "transfer":
            return f"Pay {shown_in_full(money)} to {_who(given['receiver'], known)}"
        case "transfer_with_memo":
            reference = reference_text(given["memo"])
            return f"Pay {shown_in_full(money)} to {_who(given['receiver'], known)} with reference {reference!r}"
        case "approve":
            amount = f"any amount of {currency.symbol}" if money.minor == WITHOUT_LIMIT else shown_in_full(money)
            return f"Allow {_who(given['spender'], known)} to take {amount}"
        case "mint":
            return f"Issue {shown_in_full(money)} to {_who(given['receiver'], known)}"
        case _:
            return f"Redeem {shown_in_full(money)}, which ceases to exist"


def _escrow_words(call: DecodedCall, known: Knowledge) -> str | None:
    given: Mapping[str, Any] = call.arguments
    if call.function.name in ("open", "open_staged"):
        return _opening(given, known)
    if call.function.name == "claim":
        return f"Pay out what escrow owes to {_who(given['who'], known)} in the token {checksummed(given['token'])}"
    deal = known.deals.get(given["id"]) if "id" in given else None  # absence is the question
    if deal is None or deal.token not in known.currencies:
        return None
    return _about_deal(call, given, deal, known)


def _opening(given: Mapping[str, Any], known: Knowledge) -> str | None:
    currency = known.currencies.get(given["token"])  # absence is the question
    if currency is None:
        return None
    arbiter = "no arbiter" if given["arbiter"] == NO_ARBITER else f"arbiter {_who(given['arbiter'], known)}"
    terms = f", terms 0x{given['terms_hash'].hex()}" if any(given["terms_hash"]) else ""
    amounts = given["amounts"] if "amounts" in given else [given["amount"]]
    stages = f" in stages of {', '.join(shown(Money(each, currency)) for each in amounts)}" if len(amounts) > 1 else ""
    seconds = given.get("review_seconds", 0)  # a simple deal has none
    review = f", what is submitted counts as approved after {seconds:,} seconds of silence" if seconds else ""
    return (
        f"Open an escrow of {shown_in_full(Money(sum(amounts), currency))}{stages} for {_who(given['payee'], known)} "
        f"until {moment(given['deadline'])}, {arbiter}{review}{terms}; no money moves yet"
    )


def _about_deal(call: DecodedCall, given: Mapping[str, Any], deal: Deal, known: Knowledge) -> str | None:
    currency = known.currencies[deal.token]
    name = f"escrow 0x{given['id'].hex()}"
    payer, payee = _who(deal.payer, known), _who(deal.payee, known)
    held = shown_in_full(Money(held_in(deal), currency))
    match call.function.name:
        case "fund":
            stages = known.stages.get(given["id"], ())  # absence is the question
            due = stages[deal.stages_funded].amount if deal.stages_funded < len(stages) else deal.amount
            amount = shown_in_full(Money(due, currency))
            return f"Put {amount} aside in {name} for {payee} until {moment(deal.deadline)}"
        case "release":
            return f"Release {shown_in_full(Money(given['amount'], currency))} from {name} to {payee}"
        case "refund":
            return f"Give the {held} in {name} back to {payer}"
        case "exit":
            return f"Close {name}, whose deadline has passed, and give the {held} in it to whom it is due"
        case "submit":
            return f"Say that stage {given['stage']} of {name} is delivered, evidence 0x{given['evidence'].hex()}"
        case "reject":
            return f"Reject what was submitted for stage {given['stage']} of {name}, reason 0x{given['reason'].hex()}"
        case "approve" | "approve_deemed" | "release_met":
            return f"Release stage {given['stage']} of {name} to {payee}"
        case "assign":
            amount = shown_in_full(Money(given["amount"], currency))
            return f"Assign {amount} of what {payee} gets from {name} to {_who(given['to'], known)}, for good"
        case "release_assigned":
            return f"Give up what is still assigned to this account in {name}"
        case "dispute":
            return f"Dispute {name}, so that {_who(deal.arbiter, known)} decides over the {held} in it"
        case "rule" if given["to_payee"] <= held_in(deal):
            to_payee, to_payer = (
                Money(amount, currency) for amount in (given["to_payee"], held_in(deal) - given["to_payee"])
            )
            return f"Split what {name} holds: {shown_in_full(to_payee)} to {payee} and {shown(to_payer)} to {payer}"
        case _:
            return None


def _plainly(call: DecodedCall, to: bytes, known: Knowledge) -> str:
    given = ", ".join(f"{name} {_bare(value)}" for name, value in call.arguments.items())
    return f"Call {call.function.name}({given}) of {_who(to, known)}"


def _bare(value: object) -> str:
    if isinstance(value, bytes):
        return checksummed(value) if len(value) == 20 else f"0x{value.hex()}"
    return str(value)


def _who(address: bytes, known: Knowledge) -> str:
    if address == known.escrow:
        return f"escrow contract {checksummed(address)}"
    label = known.labels.get(address)  # most addresses have none
    return f"{checksummed(address)} ({label})" if label is not None else checksummed(address)
