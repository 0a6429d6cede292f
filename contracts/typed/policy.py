"""Policy: Embedded compliance: which payments the currency makes.

Written by scripts/generate from policy.vy.
"""

from dataclasses import dataclass
from typing import cast

from contracts.chain import Bound, Sent, record


@dataclass(frozen=True, slots=True)
class Rule:
    kind: int
    subject: bytes


@dataclass(frozen=True, slots=True)
class Limits:
    per_payment: int
    per_day: int
    balance: int


@dataclass(frozen=True, slots=True)
class Account:
    tier: int
    holds: int
    day: int
    spent: int


@dataclass(frozen=True, slots=True)
class Hold:
    account: bytes
    officer: bytes
    held_at: int
    appealed_at: int
    upheld: bool


class Policy(Bound):
    """Up to 16 numbered rules, asked in order before each payment; the first that objects names the refusal: (code,
    rule, version). The version counts every change of rules, limits and lists, so that a refusal can be replayed.
    Beside the rules, an account can be held under a case: it is paid, and does not pay. Each account has an identity
    tier. The development table follows the four tiers of the e-CNY wallet, in major units (a payment, a day, a
    balance): tier 0, nobody known: 2,000 | 5,000 | 10,000 tier 1, name and telephone: 5,000 | 10,000 | 20,000 tier
    2, seen from afar: 50,000 | 100,000 | 500,000 tier 3, seen in person: without limit Limits bind only while their
    rule stands in the table of rules. A day is a day of UTC; what was paid before the rule on days was set does not
    count, nor what an account paid while it had no limit. A payment to oneself uses up the day, and no balance.
    Custody contracts and issuers have no tier limits: their money is that of others, or not issued yet. Custody is
    also never held and needs no listing: a payee that a list refuses becomes a claim in the custody contract. A
    payment out of custody still respects what its payee may hold, and the lists it is on. The parties: the
    administrator sets rules and limits and appoints; registrars set tiers; each list has an owner, who alone changes
    it; officers hold and release under a case; the appeal board upholds or releases. Whoever disappears: a held
    account appeals, and if the board is silent for 14 days, anybody may release it. A list whose owner is gone gets
    another from the administrator. A rule contract is asked with 20,000 gas; one that fails or is gone closes: it
    refuses with its own code until the administrator replaces it."""

    NAME = "policy"

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

    def check(self, payer: bytes, payee: bytes, amount: int, context: bytes) -> tuple[int, int, int]:
        """Whether a payment is permitted now.

        payer: Whose money would move; for newly issued money its issuer.
        payee: Who would be paid.
        amount: Minor units.
        context: The payment reference, zero where there is none.

        Answers: Code (0: permitted, else of modules/reasons), the rule that says so (0: no rule), the rules'
        version.
        """
        return cast(tuple[int, int, int], self._read("check", [payer, payee, amount, context]))

    def note(self, payer: bytes, payee: bytes, amount: int) -> Sent:
        """Counts a payment that was made. The currency only.

        payer: Whose money moved.
        payee: Who was paid.
        amount: Minor units.
        """
        return self._send("note", [payer, payee, amount])

    def set_rule(self, rule: int, kind: int, subject: bytes) -> Sent:
        """Sets, replaces or removes one rule. Administrator only.

        rule: Its number, 1 to 16; the lowest that objects names a refusal.
        kind: 0 none, 1 tier's limit per payment, 2 per day, 3 balance, 4 deny list, 5 allow list, 6 rule contract.
        subject: The list's id, or the rule contract's address; zero for other kinds.
        """
        return self._send("set_rule", [rule, kind, subject])

    def set_limits(self, tier: int, per_payment: int, per_day: int, balance: int) -> Sent:
        """Sets a tier's limits. Administrator only.

        tier: 0 to 3.
        per_payment: Minor units; 2**80 - 1 for without limit, as for the others.
        per_day: Minor units that may be paid in one day of UTC.
        balance: Minor units that a payee may hold after a payment.
        """
        return self._send("set_limits", [tier, per_payment, per_day, balance])

    def set_tier(self, account: bytes, tier: int) -> Sent:
        """Says how well an account's holder is known. Registrars only.

        account: Whose.
        tier: 0 to 3.
        """
        return self._send("set_tier", [account, tier])

    def version(self) -> int:
        """How often rules, limits and lists were changed.

        Answers: The number in every refusal.
        """
        return cast(int, self._read("version", []))

    def rule(self, number: int) -> Rule:
        """One rule.

        number: 1 to 16.

        Answers: Its kind, and its list or contract.
        """
        return record(Rule, self._read("rule", [number]))

    def limits(self, tier: int) -> Limits:
        """A tier's limits.

        tier: 0 to 3.

        Answers: Minor units a payment, a day and a balance; 2**80 - 1 is without limit.
        """
        return record(Limits, self._read("limits", [tier]))

    def account(self, who: bytes) -> Account:
        """What the policy knows of an account.

        who: The account.

        Answers: Tier, how many holds stand, the day it last paid in (since 1970), and what it paid in that day.
        """
        return record(Account, self._read("account", [who]))

    def spent_today(self, who: bytes) -> int:
        """What counts against an account's limit for today.

        who: The account.

        Answers: Minor units.
        """
        return cast(int, self._read("spent_today", [who]))

    def open_list(self, list_id: bytes, owner: bytes) -> Sent:
        """Opens a list, or gives one to another owner. Administrator only.

        list_id: Its name as bytes.
        owner: Who alone changes it from now on.
        """
        return self._send("open_list", [list_id, owner])

    def set_list(self, list_id: bytes, account: bytes, listed: bool) -> Sent:
        """Puts an account on a list or takes it off. The list's owner only.

        list_id: The list.
        account: Who.
        listed: True to put on.
        """
        return self._send("set_list", [list_id, account, listed])

    def hold(self, account: bytes, case_id: bytes) -> Sent:
        """Stops an account from paying, under a case; what it is paid still arrives. Officers only.

        account: Whose payments; never a custody contract's.
        case_id: The case, used once.
        """
        return self._send("hold", [account, case_id])

    def release(self, case_id: bytes) -> Sent:
        """Ends a hold: officers and the board at any time, anybody once an appeal was left undecided for 14 days.

        case_id: The case.
        """
        return self._send("release", [case_id])

    def appeal(self, case_id: bytes) -> Sent:
        """Asks the board to decide on a hold, once. The held account only.

        case_id: The case.
        """
        return self._send("appeal", [case_id])

    def uphold(self, case_id: bytes) -> Sent:
        """Decides an appeal against the held account, within 14 days. The board only.

        case_id: The case.
        """
        return self._send("uphold", [case_id])

    def set_registrar(self, account: bytes, allowed: bool) -> Sent:
        """Appoints or dismisses who sets tiers: a bank that identifies people. Administrator only.

        account: Who.
        allowed: True to appoint.
        """
        return self._send("set_registrar", [account, allowed])

    def set_officer(self, account: bytes, allowed: bool) -> Sent:
        """Appoints or dismisses who holds and releases. Administrator only.

        account: Who; not of the board.
        allowed: True to appoint.
        """
        return self._send("set_officer", [account, allowed])

    def set_board(self, account: bytes, allowed: bool) -> Sent:
        """Appoints or dismisses a member of the appeal board. Administrator only.

        account: Who; no officer.
        allowed: True to appoint.
        """
        return self._send("set_board", [account, allowed])

    def currency(self) -> bytes:
        return cast(bytes, self._read("currency", []))

    def list_owner(self, list_id: bytes) -> bytes:
        return cast(bytes, self._read("list_owner", [list_id]))

    def on_list(self, list_id: bytes, account: bytes) -> bool:
        return cast(bool, self._read("on_list", [list_id, account]))

    def is_registrar(self, account: bytes) -> bool:
        return cast(bool, self._read("is_registrar", [account]))

    def is_officer(self, account: bytes) -> bool:
        return cast(bool, self._read("is_officer", [account]))

    def is_board(self, account: bytes) -> bool:
        return cast(bool, self._read("is_board", [account]))

    def hold_in_case(self, case_id: bytes) -> Hold:
        return record(Hold, self._read("hold_in_case", [case_id]))
