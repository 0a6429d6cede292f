"""From a call to its outcome: simulate, say it, ask, sign, send, wait.

The rule: nothing is signed that the simulation refuses or the person does not confirm, and once something was sent
its hash is always told, whatever happens next.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from wallet.addresses import checksummed
from wallet.errors import (
    BadAnswer,
    ConsentNeeded,
    Declined,
    NodeRefused,
    NodeUnreachable,
    NotAccepted,
    OutcomeUnknown,
    Refused,
    Replaced,
    Reverted,
    StillWaiting,
    WrongChain,
)
from wallet.events import as_text, decode_log
from wallet.keystore import StoredAccount, unlock
from wallet.node_client import Node, Request, octets, quantity
from wallet.receipts import Receipt, parse_receipt, receipt_document, why_reverted
from wallet.refusals import is_already_known, why_refused
from wallet.session import Result, Session
from wallet.signing import Knowledge, sentence
from wallet.transactions import Call, Draft, Offer, fees_for, fields, gas_limit_for, outbid, simulated

POLL_S: Final = 0.25


@dataclass(frozen=True, slots=True)
class Consent:
    """How the person wants it: asked or not, waited for or not, with which gas limit."""

    yes: bool
    wait: bool
    gas_limit: int | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    hash: bytes
    draft: Draft

    def document(self, status: str) -> dict[str, object]:
        return {
            "status": status,
            "transaction_hash": f"0x{self.hash.hex()}",
            "from": checksummed(self.draft.sender),
            "nonce": self.draft.nonce,
            "chain_id": self.draft.chain_id,
        }


@dataclass(frozen=True, slots=True)
class _Conditions:
    """What the network says before anything is drafted."""

    chain_id: int
    next_nonce: int
    base_fee: int | None
    block_gas_limit: int
    tip: int
    gas_price: int
    estimate: int


def submit(
    session: Session, node: Node, account: StoredAccount, call: Call, known: Knowledge, consent: Consent
) -> Result:
    """The whole way for one call. Raises Refused, Declined, NotAccepted or a TransactionFailed."""
    return carry_out(session, node, account, prepare(node, account.address, call, consent.gas_limit), known, consent)


def carry_out(
    session: Session, node: Node, account: StoredAccount, draft: Draft, known: Knowledge, consent: Consent
) -> Result:
    confirm(session, [sentence(draft, known)], consent)
    return sign_and_send(session, node, open_key(session, account), draft, known, consent)


def check_ready(session: Session, consent: Consent) -> None:
    """Raises WrongUsage before the first word to a node, rather than after the last."""
    if not consent.yes and not session.console.interactive:
        raise ConsentNeeded
    session.check_passphrase_source()


def open_key(session: Session, account: StoredAccount) -> bytes:
    return unlock(account, session.passphrase(f"Passphrase of {account}: "))


def prepare(node: Node, sender: bytes, call: Call, gas_limit: int | None) -> Draft:
    """Everything there is to know, in one round trip, the simulation included."""
    conditions = _conditions(node, sender, call)
    return _draft(sender, call, conditions, gas_limit)


def prepare_replacement(
    node: Node, sender: bytes, call: Call, nonce: int, waiting: Offer | None, gas_limit: int | None
) -> Draft:
    """Like `prepare`, under a nonce in use. `waiting` is what must be outbid; None if the node does not tell."""
    conditions = _conditions(node, sender, call)
    draft = _draft(sender, call, conditions, None)
    # Without knowing the offer, twice the gas that this wallet would have offered itself.
    offer = waiting or Offer(draft.fees.tip, draft.fees.cap, 2 * draft.gas_limit)
    fees, enough = outbid(offer, draft.fees, draft.gas_limit, conditions.block_gas_limit)
    return replace(draft, nonce=nonce, fees=fees, gas_limit=gas_limit or enough)


def confirm(session: Session, sentences: Sequence[str], consent: Consent) -> None:
    for words in sentences:
        session.console.tell(words)
    if not consent.yes and not session.console.confirms("Sign and send?"):
        raise Declined


def sign_and_send(session: Session, node: Node, key: bytes, draft: Draft, known: Knowledge, consent: Consent) -> Result:
    from eth_account import Account

    signed = Account.sign_transaction(fields(draft), key)
    sent = Sent(bytes(signed.hash), draft)
    _send(node, bytes(signed.raw_transaction), sent)
    session.console.tell(f"Sent as 0x{sent.hash.hex()}.")
    if not consent.wait:
        return Result(sent.document("sent"), f"sent, not waited for: 0x{sent.hash.hex()}")
    return _told(node, sent, _wait(session, node, sent), known)


def _conditions(node: Node, sender: bytes, call: Call) -> _Conditions:
    *needed, tip, estimate = node.try_batch(
        Request("eth_chainId"),
        Request("eth_getTransactionCount", (checksummed(sender), "pending")),
        Request("eth_getBlockByNumber", ("latest", False)),
        Request("eth_gasPrice"),
        Request("eth_maxPriorityFeePerGas"),
        Request("eth_estimateGas", (simulated(sender, call),)),
    )
    for answer in needed:
        if isinstance(answer, NodeRefused):
            raise answer
    chain_id, nonce, block, gas_price = needed
    _check_pin(node, quantity(chain_id, node.url))
    if isinstance(estimate, NodeRefused):
        raise Refused(why_refused(estimate))
    base_fee, block_gas_limit = _block_fees(block, node.url)
    if base_fee is not None and isinstance(tip, NodeRefused):
        raise tip
    return _Conditions(
        chain_id=quantity(chain_id, node.url),
        next_nonce=quantity(nonce, node.url),
        base_fee=base_fee,
        block_gas_limit=block_gas_limit,
        tip=0 if base_fee is None else quantity(tip, node.url),
        gas_price=quantity(gas_price, node.url),
        estimate=quantity(estimate, node.url),
    )


def _check_pin(node: Node, chain_id: int) -> None:
    # Checked again on the very number that is signed.
    if node.pinned_chain is not None and chain_id != node.pinned_chain:
        raise WrongChain(node.pinned_chain, chain_id)


def _draft(sender: bytes, call: Call, conditions: _Conditions, gas_limit: int | None) -> Draft:
    return Draft(
        sender=sender,
        chain_id=conditions.chain_id,
        nonce=conditions.next_nonce,
        gas_limit=gas_limit or gas_limit_for(conditions.estimate, conditions.block_gas_limit),
        fees=fees_for(conditions.base_fee, conditions.tip, conditions.gas_price),
        call=call,
    )


def _block_fees(block: Any, url: str) -> tuple[int | None, int]:
    if not isinstance(block, Mapping) or "gasLimit" not in block:
        raise BadAnswer(url, "its latest block has no gas limit")
    base_fee = block.get("baseFeePerGas")  # absent where there is no EIP-1559
    return None if base_fee is None else quantity(base_fee, url), quantity(block["gasLimit"], url)


def _send(node: Node, raw: bytes, sent: Sent) -> None:
    try:
        answered = octets(node.ask("eth_sendRawTransaction", f"0x{raw.hex()}"), node.url)
    except (NodeUnreachable, BadAnswer) as error:
        raise OutcomeUnknown(
            f"contact was lost while sending 0x{sent.hash.hex()}, which may have arrived; "
            f"see whether nonce {sent.draft.nonce} is used before paying again",
            sent.document("unknown"),
        ) from error
    except NodeRefused as refusal:
        if is_already_known(refusal):
            return
        raise NotAccepted(why_refused(refusal)) from refusal
    if answered != sent.hash:
        raise OutcomeUnknown(
            f"the node speaks of another transaction, 0x{answered.hex()}, than was sent, 0x{sent.hash.hex()}; "
            "look for both before paying again",
            sent.document("unknown"),
        )


def _wait(session: Session, node: Node, sent: Sent) -> Receipt:
    clock, console = session.clock, session.console
    started = clock.monotonic_s()
    outrun = 0
    while (waited := clock.monotonic_s() - started) < session.settings.timeout_s:
        console.progress(f"waiting for a block, {waited:.0f} s")
        next_nonce, receipt = _poll(node, sent)
        if receipt is not None:
            console.progress_over()
            return receipt
        # The nonce was read first: if it is used up and there is no receipt after that, somebody else used it.
        # Twice in a row, because the two answers may come from two machines behind one address.
        outrun = outrun + 1 if next_nonce > sent.draft.nonce else 0
        if outrun > 1:
            raise _replaced(sent)
        clock.sleep_s(POLL_S)
    console.progress_over()
    raise StillWaiting(
        f"0x{sent.hash.hex()} is in no block after {session.settings.timeout_s} s; it may still come, "
        f"or take it back with `jiaozi-wallet cancel {sent.draft.nonce}`",
        sent.document("waiting"),
    )


def _replaced(sent: Sent) -> Replaced:
    return Replaced(
        f"another transaction took nonce {sent.draft.nonce}, so 0x{sent.hash.hex()} will never be in a block",
        sent.document("replaced"),
    )


def _poll(node: Node, sent: Sent) -> tuple[int, Receipt | None]:
    """The sender's next nonce and the receipt, if there is one. A node that is away for a moment may come back."""
    try:
        nonce, receipt = node.batch(
            Request("eth_getTransactionCount", (checksummed(sent.draft.sender), "latest")),
            Request("eth_getTransactionReceipt", (f"0x{sent.hash.hex()}",)),
        )
    except NodeUnreachable:
        return 0, None
    return quantity(nonce, node.url), None if receipt is None else parse_receipt(receipt, node.url)


def _told(node: Node, sent: Sent, receipt: Receipt, known: Knowledge) -> Result:
    events = [decode_log(log, known) for log in receipt.logs]
    document = {**sent.document("done" if receipt.succeeded else "reverted"), **receipt_document(receipt, events)}
    if not receipt.succeeded:
        reason = why_reverted(node, sent.draft, receipt)
        raise Reverted(
            f"0x{sent.hash.hex()} is in block {receipt.block_number} but changed nothing: {reason}",
            {**document, "reason": reason},
        )
    lines = [f"done in block {receipt.block_number}, transaction 0x{sent.hash.hex()}"]
    if receipt.contract is not None:
        lines.append(f"contract {checksummed(receipt.contract)}")
    return Result(document, "\n".join(lines + [f"  {as_text(event, known)}" for event in events]))
