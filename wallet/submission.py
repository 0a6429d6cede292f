"""From a call to its outcome: simulate, say it, ask, sign, send, wait.

The rule: nothing is signed that the simulation refuses or the person does not confirm, and once something was sent
its hash is always told, whatever happens next.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from contracts import explain_revert
from wallet.addresses import checksummed, parse_address
from wallet.errors import (
    BadAnswer,
    ConsentNeeded,
    Declined,
    NodeError,
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
from wallet.events import Logged, RawLog, as_json, as_text, decode_log
from wallet.keystore import StoredAccount, unlock
from wallet.node_client import Node, Request, octets, quantity
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
class Receipt:
    succeeded: bool
    block_number: int
    block_hash: bytes
    gas_used: int
    contract: bytes | None
    logs: tuple[RawLog, ...]
    revert_data: bytes | None


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
class Signer:
    """An account and, after the first signature, its key: two transactions in a row ask for one passphrase."""

    account: StoredAccount
    session: Session

    def check_ready(self, consent: Consent) -> None:
        """Raises WrongUsage before the first word to a node."""
        if not consent.yes and not self.session.console.interactive:
            raise ConsentNeeded
        self.session.check_passphrase_source()

    def key(self) -> bytes:
        return unlock(self.account, self.session.passphrase(f"Passphrase of {self.account}: "))


def submit(session: Session, node: Node, signer: Signer, call: Call, known: Knowledge, consent: Consent) -> Result:
    """The whole way for one call. Raises Refused, Declined, NotAccepted or a TransactionFailed."""
    draft = prepare(node, signer.account.address, call, consent.gas_limit)
    confirm(session, [sentence(draft, known)], consent)
    return sign_and_send(session, node, signer.key(), draft, known, consent)


def prepare(node: Node, sender: bytes, call: Call, gas_limit: int | None = None) -> Draft:
    """Everything there is to know, in one round trip, the simulation included."""
    return _prepared(node, sender, call, gas_limit)[0]


def prepare_replacement(
    node: Node, sender: bytes, call: Call, nonce: int, waiting: Offer | None, gas_limit: int | None
) -> Draft:
    """Like `prepare`, under a nonce in use; `waiting` is what must be outbid, None if the node does not tell."""
    draft, block_gas_limit = _prepared(node, sender, call, None)
    # Without knowing the offer, twice what this wallet would have offered itself.
    offer = waiting or Offer(draft.fees.tip, draft.fees.cap, 2 * draft.gas_limit)
    fees, enough = outbid(offer, draft.fees, draft.gas_limit, block_gas_limit)
    return replace(draft, nonce=nonce, fees=fees, gas_limit=gas_limit or enough)


def confirm(session: Session, sentences: list[str], consent: Consent) -> None:
    for words in sentences:
        session.console.tell(words)
    if not consent.yes and not session.console.confirms("Sign and send?"):
        raise Declined


def sign_and_send(
    session: Session, node: Node, key: bytes, draft: Draft, known: Knowledge, consent: Consent
) -> Result:
    from eth_account import Account

    signed = Account.sign_transaction(fields(draft), key)
    sent = Sent(bytes(signed.hash), draft)
    _send(node, bytes(signed.raw_transaction), sent)
    session.console.tell(f"Sent as 0x{sent.hash.hex()}.")
    if not consent.wait:
        return Result(sent.document("sent"), f"sent 0x{sent.hash.hex()}, not waited for")
    receipt = _wait(session, node, sent)
    return _told(node, sent, receipt, known)


def _prepared(node: Node, sender: bytes, call: Call, gas_limit: int | None) -> tuple[Draft, int]:
    chain_id, nonce, block, gas_price, tip, estimate = node.try_batch(
        Request("eth_chainId"),
        Request("eth_getTransactionCount", (checksummed(sender), "pending")),
        Request("eth_getBlockByNumber", ("latest", False)),
        Request("eth_gasPrice"),
        Request("eth_maxPriorityFeePerGas"),
        Request("eth_estimateGas", (simulated(sender, call),)),
    )
    if isinstance(estimate, NodeRefused):
        raise Refused(why_refused(estimate))
    for needed in (chain_id, nonce, block, gas_price):
        if isinstance(needed, NodeRefused):
            raise needed
    base_fee, block_gas_limit = _block_fees(block, node.url)
    if isinstance(tip, NodeRefused) and base_fee is not None:
        raise tip
    draft = Draft(
        sender=sender,
        chain_id=quantity(chain_id, node.url),
        nonce=quantity(nonce, node.url),
        gas_limit=gas_limit or gas_limit_for(quantity(estimate, node.url), block_gas_limit),
        fees=fees_for(
            base_fee, 0 if isinstance(tip, NodeRefused) else quantity(tip, node.url), quantity(gas_price, node.url)
        ),
        call=call,
    )
    return draft, block_gas_limit


def _block_fees(block: Any, url: str) -> tuple[int | None, int]:
    if not isinstance(block, Mapping) or "gasLimit" not in block:
        raise BadAnswer(url, "its latest block has no gas limit")
    base_fee = block.get("baseFeePerGas")  # absent where there is no EIP-1559
    return None if base_fee is None else quantity(base_fee, url), quantity(block["gasLimit"], url)


def _send(node: Node, raw: bytes, sent: Sent) -> None:
    try:
        answered = octets(node.ask("eth_sendRawTransaction", f"0x{raw.hex()}"), node.url)
    except NodeUnreachable as error:
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
    started = session.clock.monotonic_s()
    missing = 0
    while (waited := session.clock.monotonic_s() - started) < session.settings.timeout_s:
        session.console.progress(f"waiting for a block, {waited:.0f} s")
        nonce, receipt = _poll(node, sent)
        if receipt is not None:
            session.console.progress_over()
            return _receipt(receipt, node.url)
        # The nonce was read first: if it is used up and there is no receipt after that, somebody else used it.
        # Twice in a row, because the two answers may come from two machines behind one address.
        missing = missing + 1 if nonce > sent.draft.nonce else 0
        if missing > 1:
            raise Replaced(
                f"another transaction took nonce {sent.draft.nonce}, so 0x{sent.hash.hex()} will never be in a block",
                sent.document("replaced"),
            )
        session.clock.sleep_s(POLL_S)
    raise StillWaiting(
        f"0x{sent.hash.hex()} is in no block after {session.settings.timeout_s} s; it may still come, "
        f"or take it back with `jiaozi-wallet cancel {sent.draft.nonce}`",
        sent.document("waiting"),
    )


def _poll(node: Node, sent: Sent) -> tuple[int, Any]:
    """The sender's next nonce and the receipt, if there is one. A node that is away for a moment may come back."""
    try:
        nonce, receipt = node.batch(
            Request("eth_getTransactionCount", (checksummed(sent.draft.sender), "latest")),
            Request("eth_getTransactionReceipt", (f"0x{sent.hash.hex()}",)),
        )
    except NodeUnreachable:
        return 0, None
    return quantity(nonce, node.url), receipt


def _told(node: Node, sent: Sent, receipt: Receipt, known: Knowledge) -> Result:
    events = [decode_log(log, known) for log in receipt.logs]
    document = {**sent.document("done" if receipt.succeeded else "reverted"), **_receipt_document(receipt, events)}
    if not receipt.succeeded:
        reason = _why_reverted(node, sent.draft, receipt)
        raise Reverted(
            f"0x{sent.hash.hex()} is in block {receipt.block_number:,} but changed nothing: {reason}",
            {**document, "reason": reason},
        )
    lines = [f"done in block {receipt.block_number:,}, transaction 0x{sent.hash.hex()}"]
    if receipt.contract is not None:
        lines.append(f"contract {checksummed(receipt.contract)}")
    return Result(document, "\n".join(lines + [f"  {as_text(event, known)}" for event in events]))


def _receipt_document(receipt: Receipt, events: list[Logged]) -> dict[str, object]:
    return {
        "block_number": receipt.block_number,
        "block_hash": f"0x{receipt.block_hash.hex()}",
        "gas_used": receipt.gas_used,
        "contract_address": None if receipt.contract is None else checksummed(receipt.contract),
        "events": [as_json(event) for event in events],
    }


def _why_reverted(node: Node, draft: Draft, receipt: Receipt) -> str:
    if receipt.revert_data:
        return explain_revert(receipt.revert_data)
    if receipt.gas_used == draft.gas_limit:
        return "it ran out of gas; send it again with a higher --gas-limit"
    # The state just before its block: close to what it saw, though not after the transactions ahead of it.
    before = hex(receipt.block_number - 1)
    try:
        node.ask("eth_call", simulated(draft.sender, draft.call), before)
    except NodeRefused as refusal:
        return why_refused(refusal)
    except NodeError:
        return "the contract refused, and the node cannot say why"
    return "what it met in the block differed from the simulation; look at the state and send it again"


def _receipt(answer: Any, url: str) -> Receipt:
    try:
        contract, revert_data = answer.get("contractAddress"), answer.get("revertReason")  # absent on some nodes
        return Receipt(
            succeeded=quantity(answer["status"], url) == 1,
            block_number=quantity(answer["blockNumber"], url),
            block_hash=octets(answer["blockHash"], url),
            gas_used=quantity(answer["gasUsed"], url),
            contract=None if contract is None else parse_address(contract.lower()),
            logs=tuple(_raw_log(log, url) for log in answer["logs"]),
            revert_data=None if revert_data is None else octets(revert_data, url),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise BadAnswer(url, f"a receipt lacks or garbles {error}") from error


def _raw_log(log: Mapping[str, Any], url: str) -> RawLog:
    return RawLog(
        contract=parse_address(log["address"].lower()),
        topics=tuple(octets(topic, url) for topic in log["topics"]),
        data=octets(log["data"], url),
    )


def check_network(draft: Draft, expected: int | None) -> None:
    """The network is part of what is signed; the pin is checked against that very number."""
    if expected is not None and draft.chain_id != expected:
        raise WrongChain(expected, draft.chain_id)
