# pragma version 0.4.3
# pragma evm-version prague
"""
@title Embedded compliance: which payments the currency makes
@license Apache-2.0
@notice Up to 16 numbered rules, asked in order before each payment; the first that objects names the refusal:
        (code, rule, version). The version counts every change of rules, limits and lists, so that a refusal can be
        replayed. Beside the rules, an account can be held under a case: it is paid, and does not pay.

        Each account has an identity tier. The development table follows the four tiers of the e-CNY wallet, in major
        units (a payment, a day, a balance):
            tier 0, nobody known:           2,000 |   5,000 |  10,000
            tier 1, name and telephone:     5,000 |  10,000 |  20,000
            tier 2, seen from afar:        50,000 | 100,000 | 500,000
            tier 3, seen in person:        without limit
        Limits bind only while their rule stands in the table of rules. A day is a day of UTC; what was paid before
        the rule on days was set does not count, nor what an account paid while it had no limit. A payment to oneself
        uses up the day, and no balance.

        Custody contracts and issuers have no tier limits: their money is that of others, or not issued yet. Custody
        is also never held and needs no listing: a payee that a list refuses becomes a claim in the custody contract.
        A payment out of custody still respects what its payee may hold, and the lists it is on.

        The parties: the administrator sets rules and limits and appoints; registrars set tiers; each list has an
        owner, who alone changes it; officers hold and release under a case; the appeal board upholds or releases.
        Whoever disappears: a held account appeals, and if the board is silent for 14 days, anybody may release it. A
        list whose owner is gone gets another from the administrator. A rule contract is asked with 20,000 gas; one
        that fails or is gone closes: it refuses with its own code until the administrator replaces it.
@dev    Truths that hold after every transaction:
        what `check` says of a payment is what the currency does with it;
        for an account without exemption, what it spent today under a limit is never above its tier's limit for a day
        at the time of its payments, while the rule on days stands;
        the version never decreases.
        This contract holds no money. `check` never reverts, and `note` calls nobody. What an account spent has no event
        of its own: it is the sum of the Transfer events of the day, which would only be told twice.
"""

from ethereum.ercs import IERC20
from .interfaces import IECash
from .interfaces import IPolicy
from .modules import reasons
from .modules import roles

implements: IPolicy

initializes: roles

exports: (
    roles.admin,
    roles.proposed_admin,
    roles.propose_admin,
    roles.accept_admin,
)

struct Rule:
    kind: uint256
    subject: bytes32

struct Limits:
    per_payment: uint256
    per_day: uint256
    balance: uint256

struct Account:
    tier: uint256
    holds: uint256
    day: uint256
    spent: uint256

struct Hold:
    account: address
    officer: address
    held_at: uint256
    appealed_at: uint256
    upheld: bool

NO_RULE: constant(uint256) = 0
PER_PAYMENT: constant(uint256) = 1
PER_DAY: constant(uint256) = 2
BALANCE: constant(uint256) = 3
DENY: constant(uint256) = 4
ALLOW: constant(uint256) = 5
CONTRACT: constant(uint256) = 6

MAX_RULES: constant(uint256) = 16
KIND_BITS: constant(uint256) = 8
TIERS: constant(uint256) = 4
DAY_SECONDS: constant(uint256) = 24 * 60 * 60
APPEAL_SECONDS: constant(uint256) = 14 * DAY_SECONDS
MAX_HOLDS: constant(uint256) = 255
MAX_DECIMALS: constant(uint256) = 18
# Sixteen rule contracts that use all of it, and the payment itself, stay under what custody gives a payment
# (claims.PUSH_GAS): what `check` permits reaches the payee.
RULE_GAS: constant(uint256) = 20_000

# A tier's limits are one slot: 80 bits each, all ones for "without limit".
LIMIT_BITS: constant(uint256) = 80
NO_LIMIT: constant(uint256) = 2**80 - 1
# An account is one slot: spent (80 bits) | day (32) | tier (8) | holds (8).
DAY_AT: constant(uint256) = 80
TIER_AT: constant(uint256) = 112
HOLDS_AT: constant(uint256) = 120
DAY_MASK: constant(uint256) = 2**32 - 1
BYTE_MASK: constant(uint256) = 2**8 - 1
# Rules are one slot: whether any is on days (1 bit), the version (64 bits), the 16 kinds (8 bits each, rule 1 lowest).
VERSION_AT: constant(uint256) = MAX_RULES * KIND_BITS
DAYS_AT: constant(uint256) = VERSION_AT + 64
KINDS_MASK: constant(uint256) = 2**128 - 1
VERSION_MASK: constant(uint256) = 2**64 - 1

currency: public(immutable(address))

rules_word: uint256
# number -> list id, or rule contract
subject_of: HashMap[uint256, bytes32]
tier_limits: HashMap[uint256, uint256]
account_words: HashMap[address, uint256]
list_owner: public(HashMap[bytes32, address])
on_list: public(HashMap[bytes32, HashMap[address, bool]])
is_registrar: public(HashMap[address, bool])
is_officer: public(HashMap[address, bool])
is_board: public(HashMap[address, bool])
# case -> hold
hold_in_case: public(HashMap[bytes32, Hold])

event RuleSet:
    rule: indexed(uint256)
    version: indexed(uint256)
    kind_before: uint256
    kind_after: uint256
    subject_before: bytes32
    subject_after: bytes32

event LimitsSet:
    tier: indexed(uint256)
    version: indexed(uint256)
    per_payment: uint256
    per_day: uint256
    balance: uint256

event TierSet:
    account: indexed(address)
    by: indexed(address)
    tier_before: uint256
    tier_after: uint256

event ListOpened:
    list_id: indexed(bytes32)
    owner: indexed(address)
    owner_before: address

event Listed:
    list_id: indexed(bytes32)
    account: indexed(address)
    version: indexed(uint256)
    listed: bool

event Held:
    case_id: indexed(bytes32)
    account: indexed(address)
    officer: indexed(address)
    holds_before: uint256
    holds_after: uint256

event Released:
    case_id: indexed(bytes32)
    account: indexed(address)
    by: indexed(address)
    holds_before: uint256
    holds_after: uint256

event Appealed:
    case_id: indexed(bytes32)
    account: indexed(address)
    decide_by: uint256

event Upheld:
    case_id: indexed(bytes32)
    account: indexed(address)
    by: indexed(address)

event RegistrarSet:
    account: indexed(address)
    allowed: bool

event OfficerSet:
    account: indexed(address)
    allowed: bool

event BoardSet:
    account: indexed(address)
    allowed: bool


@deploy
def __init__(token: address, admin: address, decimals: uint256):
    """
    @param token The currency that asks this policy; only it may note payments.
    @param admin The central bank, or its timelock. It sets rules and limits and appoints.
    @param decimals The currency's, to write the table of limits in its minor units.
    """
    assert token != empty(address), "policy: no currency"
    assert admin != empty(address), "policy: no admin"
    assert decimals <= MAX_DECIMALS, "policy: too many decimals"
    currency = token
    roles.__init__(admin)
    unit: uint256 = 10**decimals
    self._set_limits(0, Limits(per_payment=2_000 * unit, per_day=5_000 * unit, balance=10_000 * unit))
    self._set_limits(1, Limits(per_payment=5_000 * unit, per_day=10_000 * unit, balance=20_000 * unit))
    self._set_limits(2, Limits(per_payment=50_000 * unit, per_day=100_000 * unit, balance=500_000 * unit))
    self._set_limits(3, Limits(per_payment=NO_LIMIT, per_day=NO_LIMIT, balance=NO_LIMIT))


# What the currency asks


@external
@view
def check(payer: address, payee: address, amount: uint256, context: bytes32) -> (uint256, uint256, uint256):
    """
    @notice Whether a payment is permitted now.
    @param payer Whose money would move; for newly issued money its issuer.
    @param payee Who would be paid.
    @param amount Minor units.
    @param context The payment reference, zero where there is none.
    @return Code (0: permitted, else of modules/reasons), the rule that says so (0: no rule), the rules' version.
    """
    return self._check(payer, payee, amount, context)


@external
def note(payer: address, payee: address, amount: uint256):
    """
    @notice Counts a payment that was made. The currency only.
    @param payer Whose money moved.
    @param payee Who was paid.
    @param amount Minor units.
    """
    assert msg.sender == currency, "policy: not the currency"
    if self.rules_word >> DAYS_AT == 0:
        return
    word: uint256 = self.account_words[payer]
    limit: uint256 = (self._limits_word(word) >> LIMIT_BITS) & NO_LIMIT
    spent: uint256 = self._spent(word)
    # What may spend without limit is not counted. What exceeds a limit was exempt: custody, or an issuer.
    if limit == NO_LIMIT or amount > limit - min(limit, spent):
        return
    self.account_words[payer] = (word >> TIER_AT << TIER_AT) | (self._today() << DAY_AT) | (spent + amount)


# Rules and limits


@external
def set_rule(rule: uint256, kind: uint256, subject: bytes32):
    """
    @notice Sets, replaces or removes one rule. Administrator only.
    @param rule Its number, 1 to 16; the lowest that objects names a refusal.
    @param kind 0 none, 1 tier's limit per payment, 2 per day, 3 balance, 4 deny list, 5 allow list, 6 rule contract.
    @param subject The list's id, or the rule contract's address; zero for other kinds.
    """
    roles._check_admin()
    assert rule >= 1 and rule <= MAX_RULES, "policy: no such rule"
    assert kind <= CONTRACT, "policy: no such kind"
    if kind in [DENY, ALLOW]:
        assert self.list_owner[subject] != empty(address), "policy: no such list"
    elif kind == CONTRACT:
        assert convert(subject, uint256) >> 160 == 0, "policy: not a rule contract"
        assert self._rule_contract(subject).is_contract, "policy: not a rule contract"
    else:
        assert subject == empty(bytes32), "policy: takes no subject"
    place: uint256 = (rule - 1) * KIND_BITS
    before: uint256 = (self.rules_word >> place) & BYTE_MASK
    self.rules_word = self._with_days(self.rules_word - (before << place) + (kind << place))
    subject_before: bytes32 = self.subject_of[rule]
    self.subject_of[rule] = subject
    log RuleSet(
        rule=rule,
        version=self._next_version(),
        kind_before=before,
        kind_after=kind,
        subject_before=subject_before,
        subject_after=subject,
    )


@external
def set_limits(tier: uint256, per_payment: uint256, per_day: uint256, balance: uint256):
    """
    @notice Sets a tier's limits. Administrator only.
    @param tier 0 to 3.
    @param per_payment Minor units; 2**80 - 1 for without limit, as for the others.
    @param per_day Minor units that may be paid in one day of UTC.
    @param balance Minor units that a payee may hold after a payment.
    """
    roles._check_admin()
    assert tier < TIERS, "policy: no such tier"
    assert max(per_payment, max(per_day, balance)) <= NO_LIMIT, "policy: limit out of range"
    self._set_limits(tier, Limits(per_payment=per_payment, per_day=per_day, balance=balance))


@external
def set_tier(account: address, tier: uint256):
    """
    @notice Says how well an account's holder is known. Registrars only.
    @param account Whose.
    @param tier 0 to 3.
    """
    assert self.is_registrar[msg.sender], "policy: not a registrar"
    assert account != empty(address), "policy: no account"
    assert tier < TIERS, "policy: no such tier"
    word: uint256 = self.account_words[account]
    before: uint256 = (word >> TIER_AT) & BYTE_MASK
    self.account_words[account] = word - (before << TIER_AT) + (tier << TIER_AT)
    log TierSet(account=account, by=msg.sender, tier_before=before, tier_after=tier)


@external
@view
def version() -> uint256:
    """
    @notice How often rules, limits and lists were changed.
    @return The number in every refusal.
    """
    return self._version(self.rules_word)


@external
@view
def rule(number: uint256) -> Rule:
    """
    @notice One rule.
    @param number 1 to 16.
    @return Its kind, and its list or contract.
    """
    return Rule(kind=self._kind(number), subject=self.subject_of[number])


@external
@view
def limits(tier: uint256) -> Limits:
    """
    @notice A tier's limits.
    @param tier 0 to 3.
    @return Minor units a payment, a day and a balance; 2**80 - 1 is without limit.
    """
    word: uint256 = self.tier_limits[tier]
    return Limits(
        per_payment=word & NO_LIMIT,
        per_day=(word >> LIMIT_BITS) & NO_LIMIT,
        balance=word >> (2 * LIMIT_BITS),
    )


@external
@view
def account(who: address) -> Account:
    """
    @notice What the policy knows of an account.
    @param who The account.
    @return Tier, how many holds stand, the day it last paid in (since 1970), and what it paid in that day.
    """
    word: uint256 = self.account_words[who]
    return Account(
        tier=(word >> TIER_AT) & BYTE_MASK,
        holds=word >> HOLDS_AT,
        day=(word >> DAY_AT) & DAY_MASK,
        spent=word & NO_LIMIT,
    )


@external
@view
def spent_today(who: address) -> uint256:
    """
    @notice What counts against an account's limit for today.
    @param who The account.
    @return Minor units.
    """
    return self._spent(self.account_words[who])


# Lists


@external
def open_list(list_id: bytes32, owner: address):
    """
    @notice Opens a list, or gives one to another owner. Administrator only.
    @param list_id Its name as bytes.
    @param owner Who alone changes it from now on.
    """
    roles._check_admin()
    assert list_id != empty(bytes32), "policy: no list"
    assert owner != empty(address), "policy: no owner"
    log ListOpened(list_id=list_id, owner=owner, owner_before=self.list_owner[list_id])
    self.list_owner[list_id] = owner


@external
def set_list(list_id: bytes32, account: address, listed: bool):
    """
    @notice Puts an account on a list or takes it off. The list's owner only.
    @param list_id The list.
    @param account Who.
    @param listed True to put on.
    """
    assert self.list_owner[list_id] == msg.sender, "policy: not the list's owner"
    assert account != empty(address), "policy: no account"
    assert self.on_list[list_id][account] != listed, "policy: is that already"
    self.on_list[list_id][account] = listed
    log Listed(list_id=list_id, account=account, version=self._next_version(), listed=listed)


# Holds


@external
def hold(account: address, case_id: bytes32):
    """
    @notice Stops an account from paying, under a case; what it is paid still arrives. Officers only.
    @param account Whose payments; never a custody contract's.
    @param case_id The case, used once.
    """
    assert self.is_officer[msg.sender], "policy: not an officer"
    assert account != empty(address), "policy: no account"
    assert case_id != empty(bytes32), "policy: no case"
    assert self.hold_in_case[case_id].held_at == 0, "policy: case was used"
    assert not self._is_custody(account), "policy: custody is never held"
    self.hold_in_case[case_id] = Hold(
        account=account, officer=msg.sender, held_at=block.timestamp, appealed_at=0, upheld=False
    )
    before: uint256 = self._holds(account)
    assert before < MAX_HOLDS, "policy: too many holds"
    self._set_holds(account, before + 1)
    log Held(case_id=case_id, account=account, officer=msg.sender, holds_before=before, holds_after=before + 1)


@external
def release(case_id: bytes32):
    """
    @notice Ends a hold: officers and the board at any time, anybody once an appeal was left undecided for 14 days.
    @param case_id The case.
    """
    case: Hold = self.hold_in_case[case_id]
    assert case.account != empty(address), "policy: nothing is held"
    if not (self.is_officer[msg.sender] or self.is_board[msg.sender]):
        assert case.appealed_at > 0 and not case.upheld, "policy: not an officer"
        assert block.timestamp > case.appealed_at + APPEAL_SECONDS, "policy: the board may still decide"
    # The time stays, so that a case is never used again.
    self.hold_in_case[case_id].account = empty(address)
    before: uint256 = self._holds(case.account)
    self._set_holds(case.account, before - 1)
    log Released(
        case_id=case_id, account=case.account, by=msg.sender, holds_before=before, holds_after=before - 1
    )


@external
def appeal(case_id: bytes32):
    """
    @notice Asks the board to decide on a hold, once. The held account only.
    @param case_id The case.
    """
    case: Hold = self.hold_in_case[case_id]
    assert case.account == msg.sender, "policy: not your hold"
    assert case.appealed_at == 0, "policy: appealed already"
    self.hold_in_case[case_id].appealed_at = block.timestamp
    log Appealed(case_id=case_id, account=msg.sender, decide_by=block.timestamp + APPEAL_SECONDS)


@external
def uphold(case_id: bytes32):
    """
    @notice Decides an appeal against the held account, within 14 days. The board only.
    @param case_id The case.
    """
    case: Hold = self.hold_in_case[case_id]
    assert self.is_board[msg.sender], "policy: not the board"
    assert case.account != empty(address) and case.appealed_at > 0, "policy: no appeal"
    assert not case.upheld, "policy: decided already"
    assert block.timestamp <= case.appealed_at + APPEAL_SECONDS, "policy: too late to decide"
    self.hold_in_case[case_id].upheld = True
    log Upheld(case_id=case_id, account=case.account, by=msg.sender)


# Roles


@external
def set_registrar(account: address, allowed: bool):
    """
    @notice Appoints or dismisses who sets tiers: a bank that identifies people. Administrator only.
    @param account Who.
    @param allowed True to appoint.
    """
    self._check_appointing(account)
    self.is_registrar[account] = allowed
    log RegistrarSet(account=account, allowed=allowed)


@external
def set_officer(account: address, allowed: bool):
    """
    @notice Appoints or dismisses who holds and releases. Administrator only.
    @param account Who; not of the board.
    @param allowed True to appoint.
    """
    self._check_appointing(account)
    assert not (allowed and self.is_board[account]), "policy: is of the board"
    self.is_officer[account] = allowed
    log OfficerSet(account=account, allowed=allowed)


@external
def set_board(account: address, allowed: bool):
    """
    @notice Appoints or dismisses a member of the appeal board. Administrator only.
    @param account Who; no officer.
    @param allowed True to appoint.
    """
    self._check_appointing(account)
    assert not (allowed and self.is_officer[account]), "policy: is an officer"
    self.is_board[account] = allowed
    log BoardSet(account=account, allowed=allowed)


@internal
@view
def _check(payer: address, payee: address, amount: uint256, context: bytes32) -> (uint256, uint256, uint256):
    rules: uint256 = self.rules_word
    version: uint256 = self._version(rules)
    word: uint256 = self.account_words[payer]
    if word >> HOLDS_AT > 0 and not self._is_custody(payer):
        return reasons.ON_HOLD, 0, version
    kinds: uint256 = rules & KINDS_MASK
    limits: uint256 = 0
    for place: uint256 in range(MAX_RULES):
        if kinds == 0:
            break
        kind: uint256 = kinds & BYTE_MASK
        code: uint256 = reasons.PERMITTED
        # The tier's three are written out here, and not called: they are what most payments meet.
        if kind == PER_PAYMENT:
            limits = self._limits_word(word)
            if amount > limits & NO_LIMIT and not self._is_exempt(payer):
                code = reasons.PAYMENT_LIMIT
        elif kind == PER_DAY:
            if limits == 0:
                limits = self._limits_word(word)
            limit: uint256 = (limits >> LIMIT_BITS) & NO_LIMIT
            if limit != NO_LIMIT and amount > limit - min(limit, self._spent(word)) and not self._is_exempt(payer):
                code = reasons.DAY_LIMIT
        elif kind == BALANCE:
            if self._is_above_balance(payer, payee, amount) and not self._is_exempt(payee):
                code = reasons.BALANCE_LIMIT
        elif kind != NO_RULE:
            code = self._objection(kind, self.subject_of[place + 1], payer, payee, amount, context)
        if code != reasons.PERMITTED:
            return code, place + 1, version
        kinds >>= KIND_BITS
    return reasons.PERMITTED, 0, version


@internal
@view
def _objection(
    kind: uint256, subject: bytes32, payer: address, payee: address, amount: uint256, context: bytes32
) -> uint256:
    if kind == DENY:
        return self._denied(subject, payer, payee)
    if kind == ALLOW:
        return self._not_allowed(subject, payer, payee)
    return self._ask(self._rule_contract(subject), payer, payee, amount, context)


@internal
@view
def _is_above_balance(payer: address, payee: address, amount: uint256) -> bool:
    if payer == payee or amount == 0:
        return False
    limit: uint256 = self._limits_word(self.account_words[payee]) >> (2 * LIMIT_BITS)
    if limit == NO_LIMIT:
        return False
    return amount > limit - min(limit, staticcall IERC20(currency).balanceOf(payee))


@internal
@view
def _denied(list_id: bytes32, payer: address, payee: address) -> uint256:
    if self.on_list[list_id][payer] and not self._is_custody(payer):
        return reasons.PAYER_DENIED
    if self.on_list[list_id][payee] and not self._is_custody(payee):
        return reasons.PAYEE_DENIED
    return reasons.PERMITTED


@internal
@view
def _not_allowed(list_id: bytes32, payer: address, payee: address) -> uint256:
    if not self.on_list[list_id][payer] and not self._is_custody(payer):
        return reasons.PAYER_NOT_ALLOWED
    if not self.on_list[list_id][payee] and not self._is_custody(payee):
        return reasons.PAYEE_NOT_ALLOWED
    return reasons.PERMITTED


@internal
@view
def _ask(rule_contract: address, payer: address, payee: address, amount: uint256, context: bytes32) -> uint256:
    answered: bool = False
    answer: Bytes[32] = b""
    answered, answer = raw_call(
        rule_contract,
        abi_encode(
            payer,
            payee,
            amount,
            context,
            method_id=method_id("permits(address,address,uint256,bytes32)"),
        ),
        max_outsize=32,
        gas=RULE_GAS,
        is_static_call=True,
        revert_on_failure=False,
    )
    if not answered or len(answer) != 32:
        return reasons.RULE_FAILED
    if convert(answer, uint256) != 0:
        return reasons.RULE_REFUSED
    return reasons.PERMITTED


@internal
@view
def _is_custody(account: address) -> bool:
    return staticcall IECash(currency).was_custodian(account)


@internal
@view
def _is_exempt(account: address) -> bool:
    return staticcall IECash(currency).is_issuer(account) or self._is_custody(account)


@internal
@view
def _limits_word(word: uint256) -> uint256:
    return self.tier_limits[(word >> TIER_AT) & BYTE_MASK]


@internal
@view
def _spent(word: uint256) -> uint256:
    if (word >> DAY_AT) & DAY_MASK != self._today():
        return 0
    return word & NO_LIMIT


@internal
@view
def _today() -> uint256:
    return block.timestamp // DAY_SECONDS


@internal
@view
def _holds(account: address) -> uint256:
    return self.account_words[account] >> HOLDS_AT


@internal
def _set_holds(account: address, holds: uint256):
    rest: uint256 = self.account_words[account] & (2**HOLDS_AT - 1)
    self.account_words[account] = rest | (holds << HOLDS_AT)


@internal
@view
def _kind(rule: uint256) -> uint256:
    assert rule >= 1 and rule <= MAX_RULES, "policy: no such rule"
    return (self.rules_word >> ((rule - 1) * KIND_BITS)) & BYTE_MASK


@internal
@pure
def _version(rules: uint256) -> uint256:
    return (rules >> VERSION_AT) & VERSION_MASK


@internal
@pure
def _with_days(rules: uint256) -> uint256:
    """
    @dev The word with its mark for a rule on days, so that a payment that needs no count is not counted.
    """
    days: uint256 = 0
    for place: uint256 in range(MAX_RULES):
        if (rules >> (place * KIND_BITS)) & BYTE_MASK == PER_DAY:
            days = 1
    return (rules & (2**DAYS_AT - 1)) | (days << DAYS_AT)


@internal
@pure
def _rule_contract(subject: bytes32) -> address:
    return convert(convert(subject, uint160), address)


@internal
def _set_limits(tier: uint256, limits: Limits):
    self.tier_limits[tier] = (
        limits.per_payment | (limits.per_day << LIMIT_BITS) | (limits.balance << (2 * LIMIT_BITS))
    )
    log LimitsSet(
        tier=tier,
        version=self._next_version(),
        per_payment=limits.per_payment,
        per_day=limits.per_day,
        balance=limits.balance,
    )


@internal
def _next_version() -> uint256:
    word: uint256 = self.rules_word + (1 << VERSION_AT)
    self.rules_word = word
    return self._version(word)


@internal
@view
def _check_appointing(account: address):
    roles._check_admin()
    assert account != empty(address), "policy: no account"
