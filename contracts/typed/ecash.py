"""ECash: The digital currency.

Written by scripts/generate from ecash.vy.
"""

from dataclasses import dataclass
from typing import cast

from contracts.chain import Bound, Sent, record


@dataclass(frozen=True, slots=True)
class Order:
    kind: int
    account: bytes
    receiver: bytes
    amount: int
    case_hash: bytes
    proposer: bytes
    ready_at: int
    lapses_at: int
    state: int


class ECash(Bound):
    """Money issued by licensed issuers within quotas that the central bank grants. An ERC-20 token whose payments may
    carry a reference and may be signed off chain, whose pauses end by themselves, whose freezes name a case and an
    amount, and whose seizures take two keys and a week. None of it reaches money held in custody for others: custody
    is what the directory lists. Before each payment the same question is asked that `check` answers: pause, payee,
    balance, freezes, and then the policy, if there is one. A refusal reverts with Refused(code, rule, version), the
    three that `check` gave; modules/reasons has the words. A payment out of listed custody goes on in a pause; to a
    party whose claims are frozen it is refused, and becomes a claim in the custody contract. The parties: the
    central bank (administrator) grants quotas and appoints; issuers mint and redeem; pausers, freezers, proposers,
    executors and vetoers have one power each. If the central bank's key is lost, money goes on being paid and
    redeemed, and a pause ends by itself; no power can be given anew."""

    NAME = "ecash"

    def name(self) -> str:
        return cast(str, self._read("name", []))

    def symbol(self) -> str:
        return cast(str, self._read("symbol", []))

    def decimals(self) -> int:
        return cast(int, self._read("decimals", []))

    def balanceOf(self, account: bytes) -> int:
        return cast(int, self._read("balanceOf", [account]))

    def allowance(self, owner: bytes, spender: bytes) -> int:
        return cast(int, self._read("allowance", [owner, spender]))

    def totalSupply(self) -> int:
        """What is in circulation: everything minted less everything burned.

        Answers: The supply in minor units.
        """
        return cast(int, self._read("totalSupply", []))

    def total_minted(self) -> int:
        return cast(int, self._read("total_minted", []))

    def total_burned(self) -> int:
        return cast(int, self._read("total_burned", []))

    def admin(self) -> bytes:
        return cast(bytes, self._read("admin", []))

    def proposed_admin(self) -> bytes:
        return cast(bytes, self._read("proposed_admin", []))

    def propose_admin(self, successor: bytes) -> Sent:
        """Names a successor, who must accept. The zero address withdraws the proposal. Administrator only.

        successor: The next administrator.
        """
        return self._send("propose_admin", [successor])

    def accept_admin(self) -> Sent:
        """Takes over as administrator. Only the proposed successor."""
        return self._send("accept_admin", [])

    def directory(self) -> bytes:
        return cast(bytes, self._read("directory", []))

    def is_custodian(self, account: bytes) -> bool:
        """Whether an account is listed as custody now.

        account: The account.

        Answers: True if the directory lists it.
        """
        return cast(bool, self._read("is_custodian", [account]))

    def was_custodian(self, account: bytes) -> bool:
        """Whether an account is, or once was, listed as custody.

        account: The account.

        Answers: True if the directory ever listed it.
        """
        return cast(bool, self._read("was_custodian", [account]))

    def quota(self, issuer: bytes) -> int:
        return cast(int, self._read("quota", [issuer]))

    def may_mint(self, account: bytes) -> bool:
        return cast(bool, self._read("may_mint", [account]))

    def is_issuer(self, account: bytes) -> bool:
        return cast(bool, self._read("is_issuer", [account]))

    def minted_by(self, issuer: bytes) -> int:
        return cast(int, self._read("minted_by", [issuer]))

    def burned_by(self, issuer: bytes) -> int:
        return cast(int, self._read("burned_by", [issuer]))

    def set_quota(self, issuer: bytes, amount: int) -> Sent:
        """Licenses an issuer to have up to `amount` issued and not redeemed. Central bank only.

        issuer: A bank.
        amount: Minor units.
        """
        return self._send("set_quota", [issuer, amount])

    def stop_issuer(self, issuer: bytes) -> Sent:
        """Halts an issuer's minting until a quota is granted anew. It can still redeem. Central bank only.

        issuer: A bank that may mint.
        """
        return self._send("stop_issuer", [issuer])

    def issuers(self) -> tuple[bytes, ...]:
        """Every issuer that ever had a quota, so that an auditor can add up without reading logs.

        Answers: Their addresses, in the order they were licensed.
        """
        return cast(tuple[bytes, ...], self._read("issuers", []))

    def headroom(self, issuer: bytes) -> int:
        """What an issuer may still mint.

        issuer: A bank.

        Answers: Minor units; zero for one that may not mint.
        """
        return cast(int, self._read("headroom", [issuer]))

    def is_freezer(self, account: bytes) -> bool:
        return cast(bool, self._read("is_freezer", [account]))

    def frozen(self, account: bytes) -> int:
        return cast(int, self._read("frozen", [account]))

    def frozen_in_case(self, case_id: bytes, account: bytes) -> int:
        return cast(int, self._read("frozen_in_case", [case_id, account]))

    def claims_frozen(self, account: bytes) -> int:
        return cast(int, self._read("claims_frozen", [account]))

    def claims_frozen_in_case(self, case_id: bytes, account: bytes) -> bool:
        return cast(bool, self._read("claims_frozen_in_case", [case_id, account]))

    def freeze(self, account: bytes, amount: int, case_id: bytes) -> Sent:
        """Freezes part of an account's money under a case. More than the balance also binds what arrives. Freezers
        only.

        account: Whose money; never a custody contract, which holds the money of others.
        amount: Minor units, added to what is frozen already.
        case_id: The order or court case this rests on.
        """
        return self._send("freeze", [account, amount, case_id])

    def unfreeze(self, account: bytes, amount: int, case_id: bytes) -> Sent:
        """Frees what was frozen under a case, in part or in full. Freezers only.

        account: Whose money.
        amount: Minor units, at most what this case froze.
        case_id: The case.
        """
        return self._send("unfreeze", [account, amount, case_id])

    def freeze_claims(self, party: bytes, case_id: bytes) -> Sent:
        """Binds what custody contracts owe a party: payments out of them to it are refused, and wait there as claims.
        Freezers only.

        party: Whose claims; no custody contract.
        case_id: The case.
        """
        return self._send("freeze_claims", [party, case_id])

    def unfreeze_claims(self, party: bytes, case_id: bytes) -> Sent:
        """Lifts one case from a party's claims; they can be claimed when no other stands. Freezers only.

        party: Whose claims.
        case_id: The case.
        """
        return self._send("unfreeze_claims", [party, case_id])

    def set_freezer(self, account: bytes, allowed: bool) -> Sent:
        """Appoints or dismisses a freezer. Central bank only.

        account: Who.
        allowed: True to appoint.
        """
        return self._send("set_freezer", [account, allowed])

    def available(self, account: bytes) -> int:
        """What an account can pay now, were there neither pause nor policy.

        account: Whose money.

        Answers: Its balance less what is frozen, never below zero.
        """
        return cast(int, self._read("available", [account]))

    def order_role(self, account: bytes) -> int:
        return cast(int, self._read("order_role", [account]))

    def set_order_role(self, account: bytes, role: int) -> Sent:
        """Gives an account its role in seizures and recoveries, in place of any that it had. Central bank only.

        account: Who.
        role: 0 none, 1 proposer, 2 executor, 3 vetoer.
        """
        return self._send("set_order_role", [account, role])

    def propose_seizure(self, account: bytes, receiver: bytes, amount: int, case_hash: bytes) -> Sent:
        """Proposes to take money from an account. Proposers only.

        account: Whose money; never a custody contract's.
        receiver: Who is to have it.
        amount: At most how much, in minor units.
        case_hash: The case; what was frozen under it counts as takeable.

        Answers: The order's id.
        """
        return self._send("propose_seizure", [account, receiver, amount, case_hash])

    def propose_recovery(self, account: bytes, receiver: bytes, case_hash: bytes) -> Sent:
        """Proposes to move what is free in a wallet whose key is lost to its owner's new wallet. Proposers only.

        account: The wallet that is lost.
        receiver: The new one.
        case_hash: Hash of the file in which the owner proved it.

        Answers: The order's id.
        """
        return self._send("propose_recovery", [account, receiver, case_hash])

    def veto_order(self, id: bytes) -> Sent:
        """Ends an order before it is carried out: vetoers, and for a recovery the account itself.

        id: The order.
        """
        return self._send("veto_order", [id])

    def execute_order(self, id: bytes) -> Sent:
        """Carries an order out, from 7 to 37 days after it was proposed. Executors only.

        id: The order.
        """
        return self._send("execute_order", [id])

    def order(self, id: bytes) -> Order:
        """Everything about a seizure or recovery.

        id: The order.

        Answers: Its record; kind 1 seizure, 2 recovery; state 0 unknown, 1 proposed, 2 vetoed, 3 executed.
        """
        return record(Order, self._read("order", [id]))

    def nonces(self, account: bytes) -> int:
        return cast(int, self._read("nonces", [account]))

    def authorizationState(self, authorizer: bytes, nonce: bytes) -> bool:
        return cast(bool, self._read("authorizationState", [authorizer, nonce]))

    def cancelAuthorization(self, authorizer: bytes, nonce: bytes, v: int, r: bytes, s: bytes) -> Sent:
        """Makes a signed payment void before it is used.

        authorizer: Who signed the payment, and this.
        nonce: The payment's.
        v: Recovery id, 27 or 28.
        r: First half of the signature.
        s: Second half, in its lower form.
        """
        return self._send("cancelAuthorization", [authorizer, nonce, v, r, s])

    def cancel_authorization(self, authorizer: bytes, nonce: bytes, signature: bytes) -> Sent:
        """As `cancelAuthorization`, also for an account that is a contract.

        authorizer: Who signed the payment, and this.
        nonce: The payment's.
        signature: A key's 65 bytes (r, s, v), or whatever the contract takes.
        """
        return self._send("cancel_authorization", [authorizer, nonce, signature])

    def DOMAIN_SEPARATOR(self) -> bytes:
        """The EIP-712 domain of all that is signed for this currency on this chain.

        Answers: The hash that every signed message starts from.
        """
        return cast(bytes, self._read("DOMAIN_SEPARATOR", []))

    def eip712Domain(self) -> tuple[bytes, str, str, int, bytes, bytes, tuple[int, ...]]:
        """The same domain in words, for wallets (https://eips.ethereum.org/EIPS/eip-5267).

        Answers: Fields in use, name, version, chain id, contract, salt, extensions.
        """
        return cast(tuple[bytes, str, str, int, bytes, bytes, tuple[int, ...]], self._read("eip712Domain", []))

    def transfer(self, receiver: bytes, amount: int) -> Sent:
        """Pays `amount` of the caller's free money to `receiver`.

        receiver: Who is paid.
        amount: Minor units; zero is allowed, as ERC-20 asks.

        Answers: Always true: a refusal reverts with a reason.
        """
        return self._send("transfer", [receiver, amount])

    def transferFrom(self, owner: bytes, receiver: bytes, amount: int) -> Sent:
        """Pays from `owner` within what the owner allowed the caller.

        owner: Whose money moves.
        receiver: Who is paid.
        amount: Minor units.

        Answers: Always true: a refusal reverts with a reason.
        """
        return self._send("transferFrom", [owner, receiver, amount])

    def transfer_with_memo(self, receiver: bytes, amount: int, memo: bytes) -> Sent:
        """Pays like `transfer`, and records the payment reference so that it can be searched.

        receiver: Who is paid.
        amount: Minor units.
        memo: The payment reference, travelling unchanged from order to bank statement.

        Answers: Always true: a refusal reverts with a reason.
        """
        return self._send("transfer_with_memo", [receiver, amount, memo])

    def check(self, payer: bytes, payee: bytes, amount: int, context: bytes) -> tuple[int, int, int]:
        """What a payment would come to now: exactly what a transfer does.

        payer: Whose money would move.
        payee: Who would be paid.
        amount: Minor units.
        context: The payment reference; zero for a transfer without.

        Answers: Code (0: permitted, else of modules/reasons), the policy's rule (0: none), the rules' version.
        """
        return cast(tuple[int, int, int], self._read("check", [payer, payee, amount, context]))

    def detectTransferRestriction(self, payer: bytes, payee: bytes, amount: int) -> int:
        """As `check` without reference, in the manner of ERC-1404.

        payer: Whose money would move.
        payee: Who would be paid.
        amount: Minor units.

        Answers: 0 if permitted, else the code of the refusal.
        """
        return cast(int, self._read("detectTransferRestriction", [payer, payee, amount]))

    def messageForTransferRestriction(self, code: int) -> str:
        """The words for a code, in the manner of ERC-1404.

        code: What `detectTransferRestriction` answered.

        Answers: Words for a person.
        """
        return cast(str, self._read("messageForTransferRestriction", [code]))

    def approve(self, spender: bytes, amount: int) -> Sent:
        """Allows `spender` to pay up to `amount` from the caller. Zero withdraws, and works in a pause too.

        spender: Who may spend.
        amount: Minor units; the largest number means without limit.

        Answers: Always true: a refusal reverts with a reason.
        """
        return self._send("approve", [spender, amount])

    def permit(self, owner: bytes, spender: bytes, amount: int, deadline: int, v: int, r: bytes, s: bytes) -> Sent:
        """Sets an allowance that `owner` signed off chain, so the owner needs no transaction of its own.

        owner: Who signed.
        spender: Who may spend.
        amount: Minor units.
        deadline: Last second at which the signature counts.
        v: Recovery id, 27 or 28.
        r: First half of the signature.
        s: Second half, in its lower form.
        """
        return self._send("permit", [owner, spender, amount, deadline, v, r, s])

    def permit_with_signature(self, owner: bytes, spender: bytes, amount: int, deadline: int, signature: bytes) -> Sent:
        """As `permit`, also for an owner that is a contract.

        owner: Who signed.
        spender: Who may spend.
        amount: Minor units.
        deadline: Last second at which the signature counts.
        signature: A key's 65 bytes (r, s, v), or whatever the contract takes.
        """
        return self._send("permit_with_signature", [owner, spender, amount, deadline, signature])

    def transferWithAuthorization(
        self,
        payer: bytes,
        payee: bytes,
        amount: int,
        valid_after: int,
        valid_before: int,
        nonce: bytes,
        v: int,
        r: bytes,
        s: bytes,
    ) -> Sent:
        """Makes a payment that `payer` signed off chain. Anyone may bring it.

        payer: Who signed, and pays.
        payee: Who is paid.
        amount: Minor units.
        valid_after: The second after which it counts.
        valid_before: The second from which it no longer counts.
        nonce: Random; counts once for this payer.
        v: Recovery id, 27 or 28.
        r: First half of the signature.
        s: Second half, in its lower form.
        """
        return self._send(
            "transferWithAuthorization", [payer, payee, amount, valid_after, valid_before, nonce, v, r, s]
        )

    def transfer_with_authorization(
        self,
        payer: bytes,
        payee: bytes,
        amount: int,
        valid_after: int,
        valid_before: int,
        nonce: bytes,
        signature: bytes,
    ) -> Sent:
        """As `transferWithAuthorization`, also for a payer that is a contract.

        payer: Who signed, and pays.
        payee: Who is paid.
        amount: Minor units.
        valid_after: The second after which it counts.
        valid_before: The second from which it no longer counts.
        nonce: Random; counts once for this payer.
        signature: A key's 65 bytes (r, s, v), or whatever the contract takes.
        """
        return self._send(
            "transfer_with_authorization", [payer, payee, amount, valid_after, valid_before, nonce, signature]
        )

    def receiveWithAuthorization(
        self,
        payer: bytes,
        payee: bytes,
        amount: int,
        valid_after: int,
        valid_before: int,
        nonce: bytes,
        v: int,
        r: bytes,
        s: bytes,
    ) -> Sent:
        """As `transferWithAuthorization`, but only the payee may bring it, so that nobody else can make the payment
        without what the payee does along with it.

        payer: Who signed, and pays.
        payee: Who is paid: the caller.
        amount: Minor units.
        valid_after: The second after which it counts.
        valid_before: The second from which it no longer counts.
        nonce: Random; counts once for this payer.
        v: Recovery id, 27 or 28.
        r: First half of the signature.
        s: Second half, in its lower form.
        """
        return self._send("receiveWithAuthorization", [payer, payee, amount, valid_after, valid_before, nonce, v, r, s])

    def receive_with_authorization(
        self,
        payer: bytes,
        payee: bytes,
        amount: int,
        valid_after: int,
        valid_before: int,
        nonce: bytes,
        signature: bytes,
    ) -> Sent:
        """As `receiveWithAuthorization`, also for a payer that is a contract.

        payer: Who signed, and pays.
        payee: Who is paid: the caller.
        amount: Minor units.
        valid_after: The second after which it counts.
        valid_before: The second from which it no longer counts.
        nonce: Random; counts once for this payer.
        signature: A key's 65 bytes (r, s, v), or whatever the contract takes.
        """
        return self._send(
            "receive_with_authorization", [payer, payee, amount, valid_after, valid_before, nonce, signature]
        )

    def mint(self, receiver: bytes, amount: int) -> Sent:
        """Issues money within the caller's quota. The policy is asked as of a payment by the issuer.

        receiver: Who gets it.
        amount: Minor units, more than zero.
        """
        return self._send("mint", [receiver, amount])

    def burn(self, amount: int) -> Sent:
        """Redeems: destroys the calling issuer's own money and frees as much of its quota. Works in a pause.

        amount: Minor units, more than zero.
        """
        return self._send("burn", [amount])

    def pause(self) -> Sent:
        """Halts payments and issue for 72 hours at most; then nobody can for the next 72. A pause that was lifted can
        be taken up again until its own 72 hours end. Redemption, withdrawing allowances and payments out of custody
        contracts go on. Pausers only.
        """
        return self._send("pause", [])

    def unpause(self) -> Sent:
        """Ends a pause early. Pausers and the central bank."""
        return self._send("unpause", [])

    def set_pauser(self, account: bytes, allowed: bool) -> Sent:
        """Appoints or dismisses a pauser. Central bank only.

        account: Who.
        allowed: True to appoint.
        """
        return self._send("set_pauser", [account, allowed])

    def set_policy(self, policy: bytes) -> Sent:
        """Says which policy is asked before each payment; zero for none. Central bank only.

        policy: A policy made for this currency.
        """
        return self._send("set_policy", [policy])

    def paused(self) -> bool:
        """Whether payments are halted now.

        Answers: True until the pause is lifted or ends by itself.
        """
        return cast(bool, self._read("paused", []))

    def paused_until(self) -> int:
        """When the last pause ends or ended by itself.

        Answers: Seconds since 1970; zero if it was lifted, or there was none.
        """
        return cast(int, self._read("paused_until", []))

    def policy(self) -> bytes:
        """Who is asked before each payment.

        Answers: The policy, or zero for none.
        """
        return cast(bytes, self._read("policy", []))

    def is_pauser(self, account: bytes) -> bool:
        return cast(bool, self._read("is_pauser", [account]))
