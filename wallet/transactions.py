"""Transactions before they are signed: what is called, what is offered for it, and what replaces a stuck one."""

from dataclasses import dataclass
from typing import Any

from wallet.addresses import checksummed


@dataclass(frozen=True, slots=True)
class Call:
    """`to` is None for a deployment; `value` is in wei."""

    to: bytes | None
    data: bytes = b""
    value: int = 0


@dataclass(frozen=True, slots=True)
class Fees:
    """In wei per gas. Where the network knows no EIP-1559 (`dynamic` is False) tip and cap are both the gas price."""

    tip: int
    cap: int
    dynamic: bool


@dataclass(frozen=True, slots=True)
class Draft:
    sender: bytes
    chain_id: int
    nonce: int
    gas_limit: int
    fees: Fees
    call: Call


@dataclass(frozen=True, slots=True)
class Offer:
    """What a waiting transaction offers, as far as replacing it goes."""

    tip: int
    cap: int
    gas_limit: int


def fees_for(base_fee: int | None, tip: int, gas_price: int) -> Fees:
    """`base_fee` is None on a network without EIP-1559. The cap bears six full blocks: 9/8 to the sixth is 2.03."""
    if base_fee is None:
        return Fees(tip=gas_price, cap=gas_price, dynamic=False)
    return Fees(tip=tip, cap=2 * base_fee + tip, dynamic=True)


def gas_limit_for(estimate: int, block_gas_limit: int) -> int:
    """A quarter more than the estimate, for what others change meanwhile; a plain payment needs no more."""
    if estimate == 21_000:
        return estimate
    return max(estimate, min(estimate * 5 // 4, block_gas_limit))


def outbid(waiting: Offer, fees: Fees, gas_limit: int, block_gas_limit: int) -> tuple[Fees, int]:
    """The least that takes the waiting one's place.

    Among transactions of one nonce the higher tip wins, then the higher fee cap, then the higher gas limit. Where
    nothing is paid for gas, one unit more of gas limit is enough and costs nothing; elsewhere nodes ask for an
    eighth or a tenth more of both fees.
    """
    if fees.cap == 0 and waiting.cap == 0 and waiting.gas_limit < block_gas_limit:
        return fees, max(gas_limit, waiting.gas_limit + 1)
    tip = max(fees.tip, _an_eighth_more(waiting.tip))
    cap = max(fees.cap, tip, _an_eighth_more(waiting.cap))
    if not fees.dynamic:
        tip = cap
    return Fees(tip, cap, fees.dynamic), gas_limit


def fields(draft: Draft) -> dict[str, Any]:
    """As eth-account signs it."""
    to = {} if draft.call.to is None else {"to": checksummed(draft.call.to)}
    return {
        "chainId": draft.chain_id,
        "nonce": draft.nonce,
        "gas": draft.gas_limit,
        "value": draft.call.value,
        "data": draft.call.data,
        **to,
        **_priced(draft.fees),
    }


def simulated(sender: bytes, call: Call) -> dict[str, str]:
    """As eth_call and eth_estimateGas take it."""
    transaction = {"from": checksummed(sender), "value": hex(call.value), "data": f"0x{call.data.hex()}"}
    if call.to is not None:
        transaction["to"] = checksummed(call.to)
    return transaction


def _priced(fees: Fees) -> dict[str, int]:
    if not fees.dynamic:
        return {"gasPrice": fees.cap}
    return {"type": 2, "maxFeePerGas": fees.cap, "maxPriorityFeePerGas": fees.tip}


def _an_eighth_more(fee: int) -> int:
    return fee + max(1, -(-fee // 8))
