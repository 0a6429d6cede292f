"""ECash: The digital currency.

Written by scripts/generate from ecash.vy.
"""

from typing import cast

from contracts.chain import Bound, Sent


class ECash(Bound):
    """Money issued by licensed issuers within quotas that the central bank grants. An ERC-20 token whose payments may
    carry a reference, whose pauses end by themselves, and whose freezes name a case and an amount and never reach
    money held in custody for others."""

    NAME = "ecash"

    def name(self) -> str:
        return cast(str, self._read("name", []))

    def symbol(self) -> str:
        return cast(str, self._read("symbol", []))

    def decimals(self) -> int:
        return cast(int, self._read("decimals", []))

    def balanceOf(self, arg0: bytes) -> int:
        return cast(int, self._read("balanceOf", [arg0]))

    def allowance(self, arg0: bytes, arg1: bytes) -> int:
        return cast(int, self._read("allowance", [arg0, arg1]))

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

    def DOMAIN_SEPARATOR(self) -> bytes:
        """The EIP-712 domain of permits on this chain.

        Answers: The hash that every signed permit starts from.
        """
        return cast(bytes, self._read("DOMAIN_SEPARATOR", []))

    def eip712Domain(self) -> tuple[bytes, str, str, int, bytes, bytes, tuple[int, ...]]:
        """The same domain in words, for wallets (https://eips.ethereum.org/EIPS/eip-5267).

        Answers: Fields in use, name, version, chain id, contract, salt, extensions.
        """
        return cast(tuple[bytes, str, str, int, bytes, bytes, tuple[int, ...]], self._read("eip712Domain", []))

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

    def mint(self, receiver: bytes, amount: int) -> Sent:
        """Issues money within the caller's quota.

        receiver: Who gets it.
        amount: Minor units, more than zero.
        """
        return self._send("mint", [receiver, amount])

    def burn(self, amount: int) -> Sent:
        """Redeems: destroys the calling issuer's own money and frees as much of its quota. Works in a pause.

        amount: Minor units, more than zero.
        """
        return self._send("burn", [amount])

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

    def pause(self) -> Sent:
        """Halts payments and issue for 72 hours at most. Redemption, withdrawing allowances and payments out of custody
        contracts go on. Pausers only.
        """
        return self._send("pause", [])

    def unpause(self) -> Sent:
        """Ends a pause early. Pausers and the central bank."""
        return self._send("unpause", [])

    def paused(self) -> bool:
        """Whether payments are halted now.

        Answers: True until the pause is lifted or ends by itself.
        """
        return cast(bool, self._read("paused", []))

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

    def available(self, account: bytes) -> int:
        """What an account can pay now, were the currency not paused.

        account: Whose money.

        Answers: Its balance less what is frozen, never below zero.
        """
        return cast(int, self._read("available", [account]))

    def propose_admin(self, successor: bytes) -> Sent:
        """Names a successor, who must accept. The zero address withdraws the proposal. Central bank only.

        successor: The next admin.
        """
        return self._send("propose_admin", [successor])

    def accept_admin(self) -> Sent:
        """Takes over as admin. Only the proposed successor."""
        return self._send("accept_admin", [])

    def set_pauser(self, account: bytes, allowed: bool) -> Sent:
        """Appoints or dismisses a pauser. Central bank only.

        account: Who.
        allowed: True to appoint.
        """
        return self._send("set_pauser", [account, allowed])

    def set_freezer(self, account: bytes, allowed: bool) -> Sent:
        """Appoints or dismisses a freezer. Central bank only.

        account: Who.
        allowed: True to appoint.
        """
        return self._send("set_freezer", [account, allowed])

    def set_custodian(self, account: bytes, listed: bool) -> Sent:
        """Lists or delists a contract that holds money for others: beyond freezes, and able to pay its rightful parties
        in a pause. Central bank only.

        account: The contract.
        listed: True to list.
        """
        return self._send("set_custodian", [account, listed])

    def nonces(self, arg0: bytes) -> int:
        return cast(int, self._read("nonces", [arg0]))

    def quota(self, arg0: bytes) -> int:
        return cast(int, self._read("quota", [arg0]))

    def may_mint(self, arg0: bytes) -> bool:
        return cast(bool, self._read("may_mint", [arg0]))

    def is_issuer(self, arg0: bytes) -> bool:
        return cast(bool, self._read("is_issuer", [arg0]))

    def minted_by(self, arg0: bytes) -> int:
        return cast(int, self._read("minted_by", [arg0]))

    def burned_by(self, arg0: bytes) -> int:
        return cast(int, self._read("burned_by", [arg0]))

    def is_pauser(self, arg0: bytes) -> bool:
        return cast(bool, self._read("is_pauser", [arg0]))

    def is_freezer(self, arg0: bytes) -> bool:
        return cast(bool, self._read("is_freezer", [arg0]))

    def is_custodian(self, arg0: bytes) -> bool:
        return cast(bool, self._read("is_custodian", [arg0]))

    def paused_until(self) -> int:
        return cast(int, self._read("paused_until", []))

    def frozen(self, arg0: bytes) -> int:
        return cast(int, self._read("frozen", [arg0]))

    def frozen_in_case(self, arg0: bytes, arg1: bytes) -> int:
        return cast(int, self._read("frozen_in_case", [arg0, arg1]))
