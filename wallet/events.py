"""What a mined transaction logged, decoded with the suite's interfaces."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts import Artifact, Undecodable, load
from wallet.addresses import checksummed
from wallet.money import Money, shown
from wallet.references import reference_text
from wallet.signing import Knowledge, moment

AMOUNTS = (
    "value",
    "amount",
    "held_before",
    "held_after",
    "to_payee",
    "to_payer",
    "claim_before",
    "claim_after",
    "assigned_before",
    "assigned_after",
)
MOMENTS = ("deadline", "review_deadline", "answer_deadline", "ruling_deadline", "until")


@dataclass(frozen=True, slots=True)
class Logged:
    """`name` is None for an event of no known interface; its arguments are then the bare topics and data."""

    contract: bytes
    name: str | None
    arguments: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class RawLog:
    contract: bytes
    topics: tuple[bytes, ...]
    data: bytes


def decode_log(log: RawLog, known: Knowledge) -> Logged:
    artifact = _interface(log.contract, known)
    try:
        event = artifact.decode_log(log.topics, log.data)
    except Undecodable:
        event = None
    if event is None:
        return Logged(log.contract, None, {"topics": log.topics, "data": log.data})
    return Logged(log.contract, event.name, event.arguments)


def as_json(logged: Logged) -> dict[str, object]:
    arguments = {name: _json_value(value) for name, value in logged.arguments.items()}
    return {"contract": checksummed(logged.contract), "event": logged.name, "arguments": arguments}


def as_text(logged: Logged, known: Knowledge) -> str:
    if logged.name is None:
        return f"an unknown event of {checksummed(logged.contract)}"
    given = ", ".join(f"{name} {_shown_value(name, value, logged, known)}" for name, value in logged.arguments.items())
    return f"{logged.name}: {given}"


def _interface(contract: bytes, known: Knowledge) -> Artifact:
    if contract == known.escrow:
        return load("escrow")
    if known.deployment is not None and contract not in known.currencies:
        return known.deployment
    # Any token logs transfers and allowances alike.
    return load("ecash")


def _shown_value(name: str, value: object, logged: Logged, known: Knowledge) -> str:
    currency = known.currencies.get(_token_of(logged, known))  # unknown for other people's tokens
    if name in AMOUNTS and isinstance(value, int) and currency is not None:
        return shown(Money(value, currency))
    if name in MOMENTS and isinstance(value, int):
        return moment(value)
    if name == "memo" and isinstance(value, bytes):
        return repr(reference_text(value))
    return str(_json_value(value))


def _token_of(logged: Logged, known: Knowledge) -> bytes:
    """The token that an event's amounts are in: its own contract, or the one of the deal it is about."""
    stated, deal_id = logged.arguments.get("token"), logged.arguments.get("id")  # only some events have them
    if isinstance(stated, bytes):
        return stated
    if isinstance(deal_id, bytes) and deal_id in known.deals:
        return known.deals[deal_id].token
    return logged.contract


def _json_value(value: object) -> Any:
    if isinstance(value, bytes):
        return checksummed(value) if len(value) == 20 else f"0x{value.hex()}"
    if isinstance(value, Mapping):
        return {key: _json_value(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_json_value(item) for item in value]
    return value
