# pragma version 0.4.3
# pragma evm-version prague
# pragma nonreentrancy on
"""
@title The digital currency
@license Apache-2.0
@notice Money issued by licensed issuers within quotas that the central bank grants. An ERC-20 token whose payments
        may carry a reference and may be signed off chain, whose pauses end by themselves, whose freezes name a case
        and an amount, and whose seizures take two keys and a week. None of it reaches money held in custody for
        others: custody is what the directory lists.

        Before each payment the same question is asked that `check` answers: pause, payee, balance, freezes, and then
        the policy, if there is one. A refusal reverts with Refused(code, rule, version), the three that `check` gave;
        modules/reasons has the words. A payment out of listed custody goes on in a pause; to a party whose claims are
        frozen it is refused, and becomes a claim in the custody contract.

        The parties: the central bank (administrator) grants quotas and appoints; issuers mint and redeem; pausers,
        freezers, proposers, executors and vetoers have one power each. If the central bank's key is lost, money goes
        on being paid and redeemed, and a pause ends by itself; no power can be given anew.
@dev    Truths that hold after every transaction:
        sum of balances = totalSupply = total_minted - total_burned;
        for each issuer, minted_by <= quota + burned_by;
        total_minted and total_burned are the sums of minted_by and burned_by over issuers();
        what `check` says of a payment is what a transfer does.
        The one call that may change another contract's state is `note` of the policy, after all books are closed.
        Views carry no lock, so that a rule contract reads the same in a transfer as in `check`.
"""

from ethereum.ercs import IERC20
from ethereum.ercs import IERC20Detailed
from .interfaces import IECash
from .interfaces import IPolicy
from .modules import authorisations
from .modules import custody
from .modules import erc20_core
from .modules import freezes
from .modules import ids
from .modules import quotas
from .modules import reasons
from .modules import roles
from .modules import seizures
from .modules import signatures

implements: IERC20
implements: IERC20Detailed
implements: IECash

initializes: erc20_core
initializes: roles
initializes: custody
initializes: ids
initializes: quotas[roles := roles]
initializes: freezes[custody := custody, erc20_core := erc20_core, roles := roles]
initializes: seizures[
    custody := custody, erc20_core := erc20_core, freezes := freezes, ids := ids, roles := roles
]
initializes: authorisations[erc20_core := erc20_core]

exports: (
    erc20_core.name,
    erc20_core.symbol,
    erc20_core.decimals,
    erc20_core.balanceOf,
    erc20_core.allowance,
    erc20_core.totalSupply,
    erc20_core.total_minted,
    erc20_core.total_burned,
    roles.admin,
    roles.proposed_admin,
    roles.propose_admin,
    roles.accept_admin,
    custody.directory,
    custody.is_custodian,
    custody.was_custodian,
    quotas.quota,
    quotas.may_mint,
    quotas.is_issuer,
    quotas.minted_by,
    quotas.burned_by,
    quotas.set_quota,
    quotas.stop_issuer,
    quotas.issuers,
    quotas.headroom,
    freezes.is_freezer,
    freezes.frozen,
    freezes.frozen_in_case,
    freezes.claims_frozen,
    freezes.claims_frozen_in_case,
    freezes.freeze,
    freezes.unfreeze,
    freezes.freeze_claims,
    freezes.unfreeze_claims,
    freezes.set_freezer,
    freezes.available,
    seizures.order_role,
    seizures.set_order_role,
    seizures.propose_seizure,
    seizures.propose_recovery,
    seizures.veto_order,
    seizures.execute_order,
    seizures.order,
    authorisations.nonces,
    authorisations.authorizationState,
    authorisations.cancelAuthorization,
    authorisations.cancel_authorization,
    authorisations.DOMAIN_SEPARATOR,
    authorisations.eip712Domain,
)

MAX_DECIMALS: constant(uint8) = 18
PAUSE_SECONDS: constant(uint256) = 72 * 60 * 60
# Between two pauses payments go on for at least as long.
OPEN_SECONDS: constant(uint256) = 72 * 60 * 60
# One slot, read by every payment: the pause's end (64 bits) above the policy's address (160).
PAUSE_AT: constant(uint256) = 160
POLICY_MASK: constant(uint256) = 2**160 - 1

is_pauser: public(HashMap[address, bool])
# When the last 72 hours in which pausers could halt payments end or ended, lifted or not.
last_pause_ends: uint256
pause_and_policy: uint256

event TransferWithMemo:
    sender: indexed(address)
    receiver: indexed(address)
    memo: indexed(bytes32)
    value: uint256

event Paused:
    by: indexed(address)
    until: uint256

event Unpaused:
    by: indexed(address)

event PauserSet:
    account: indexed(address)
    allowed: bool

event PolicySet:
    policy_before: indexed(address)
    policy_after: indexed(address)


@deploy
def __init__(
    name: String[32], symbol: String[16], decimals: uint8, admin: address, directory: address, policy: address
):
    """
    @param name The currency's name; also part of what permits sign.
    @param symbol Its ticker.
    @param decimals How many decimals a major unit has: 2 for most money, 0 or 3 for some.
    @param admin The central bank. It appoints and grants quotas; nobody else has a role at first.
    @param directory Who says which contracts are custody; for good. Zero for a currency without custody.
    @param policy The policy at first, or zero for none.
    """
    assert admin != empty(address), "ecash: no admin"
    assert decimals <= MAX_DECIMALS, "ecash: too many decimals"
    erc20_core.__init__(name, symbol, decimals)
    roles.__init__(admin)
    custody.__init__(directory)
    # In a genesis its code may not stand there yet.
    self.pause_and_policy = convert(policy, uint256)
    log PolicySet(policy_before=empty(address), policy_after=policy)


# Payments


@external
def transfer(receiver: address, amount: uint256) -> bool:
    """
    @notice Pays `amount` of the caller's free money to `receiver`.
    @param receiver Who is paid.
    @param amount Minor units; zero is allowed, as ERC-20 asks.
    @return Always true: a refusal reverts with a reason.
    """
    self._pay(msg.sender, receiver, amount, empty(bytes32))
    return True


@external
def transferFrom(owner: address, receiver: address, amount: uint256) -> bool:
    """
    @notice Pays from `owner` within what the owner allowed the caller.
    @param owner Whose money moves.
    @param receiver Who is paid.
    @param amount Minor units.
    @return Always true: a refusal reverts with a reason.
    """
    assert amount <= erc20_core.allowance[owner][msg.sender], "ecash: more than was allowed"
    erc20_core._spend_allowance(owner, msg.sender, amount)
    self._pay(owner, receiver, amount, empty(bytes32))
    return True


@external
def transfer_with_memo(receiver: address, amount: uint256, memo: bytes32) -> bool:
    """
    @notice Pays like `transfer`, and records the payment reference so that it can be searched.
    @param receiver Who is paid.
    @param amount Minor units.
    @param memo The payment reference, travelling unchanged from order to bank statement.
    @return Always true: a refusal reverts with a reason.
    """
    self._pay(msg.sender, receiver, amount, memo)
    log TransferWithMemo(sender=msg.sender, receiver=receiver, memo=memo, value=amount)
    return True


@external
@view
@reentrant
def check(payer: address, payee: address, amount: uint256, context: bytes32) -> (uint256, uint256, uint256):
    """
    @notice What a payment would come to now: exactly what a transfer does.
    @param payer Whose money would move.
    @param payee Who would be paid.
    @param amount Minor units.
    @param context The payment reference; zero for a transfer without.
    @return Code (0: permitted, else of modules/reasons), the policy's rule (0: none), the rules' version.
    """
    return self._check(payer, payee, amount, context)


@external
@view
@reentrant
def detectTransferRestriction(payer: address, payee: address, amount: uint256) -> uint8:
    """
    @notice As `check` without reference, in the manner of ERC-1404.
    @param payer Whose money would move.
    @param payee Who would be paid.
    @param amount Minor units.
    @return 0 if permitted, else the code of the refusal.
    """
    code: uint256 = 0
    rule: uint256 = 0
    version: uint256 = 0
    code, rule, version = self._check(payer, payee, amount, empty(bytes32))
    return convert(min(code, convert(max_value(uint8), uint256)), uint8)


@external
@pure
@reentrant
def messageForTransferRestriction(code: uint8) -> String[48]:
    """
    @notice The words for a code, in the manner of ERC-1404.
    @param code What `detectTransferRestriction` answered.
    @return Words for a person.
    """
    return reasons._words(convert(code, uint256))


# Allowances, and payments signed off chain


@external
def approve(spender: address, amount: uint256) -> bool:
    """
    @notice Allows `spender` to pay up to `amount` from the caller. Zero withdraws, and works in a pause too.
    @param spender Who may spend.
    @param amount Minor units; the largest number means without limit.
    @return Always true: a refusal reverts with a reason.
    """
    self._allow(msg.sender, spender, amount)
    return True


@external
def permit(owner: address, spender: address, amount: uint256, deadline: uint256, v: uint8, r: bytes32, s: bytes32):
    """
    @notice Sets an allowance that `owner` signed off chain, so the owner needs no transaction of its own.
    @dev    https://eips.ethereum.org/EIPS/eip-2612
    @param owner Who signed.
    @param spender Who may spend.
    @param amount Minor units.
    @param deadline Last second at which the signature counts.
    @param v Recovery id, 27 or 28.
    @param r First half of the signature.
    @param s Second half, in its lower form.
    """
    authorisations._use_permit(owner, spender, amount, deadline, authorisations._joined(v, r, s))
    self._allow(owner, spender, amount)


@external
def permit_with_signature(
    owner: address, spender: address, amount: uint256, deadline: uint256, signature: Bytes[signatures.MAX_SIGNATURE]
):
    """
    @notice As `permit`, also for an owner that is a contract.
    @param owner Who signed.
    @param spender Who may spend.
    @param amount Minor units.
    @param deadline Last second at which the signature counts.
    @param signature A key's 65 bytes (r, s, v), or whatever the contract takes.
    """
    authorisations._use_permit(owner, spender, amount, deadline, signature)
    self._allow(owner, spender, amount)


@external
def transferWithAuthorization(
    payer: address,
    payee: address,
    amount: uint256,
    valid_after: uint256,
    valid_before: uint256,
    nonce: bytes32,
    v: uint8,
    r: bytes32,
    s: bytes32,
):
    """
    @notice Makes a payment that `payer` signed off chain. Anyone may bring it.
    @dev    https://eips.ethereum.org/EIPS/eip-3009
    @param payer Who signed, and pays.
    @param payee Who is paid.
    @param amount Minor units.
    @param valid_after The second after which it counts.
    @param valid_before The second from which it no longer counts.
    @param nonce Random; counts once for this payer.
    @param v Recovery id, 27 or 28.
    @param r First half of the signature.
    @param s Second half, in its lower form.
    """
    self._pay_signed(
        authorisations.TRANSFER_TYPE,
        payer,
        payee,
        amount,
        valid_after,
        valid_before,
        nonce,
        authorisations._joined(v, r, s),
    )


@external
def transfer_with_authorization(
    payer: address,
    payee: address,
    amount: uint256,
    valid_after: uint256,
    valid_before: uint256,
    nonce: bytes32,
    signature: Bytes[signatures.MAX_SIGNATURE],
):
    """
    @notice As `transferWithAuthorization`, also for a payer that is a contract.
    @param payer Who signed, and pays.
    @param payee Who is paid.
    @param amount Minor units.
    @param valid_after The second after which it counts.
    @param valid_before The second from which it no longer counts.
    @param nonce Random; counts once for this payer.
    @param signature A key's 65 bytes (r, s, v), or whatever the contract takes.
    """
    self._pay_signed(
        authorisations.TRANSFER_TYPE, payer, payee, amount, valid_after, valid_before, nonce, signature
    )


@external
def receiveWithAuthorization(
    payer: address,
    payee: address,
    amount: uint256,
    valid_after: uint256,
    valid_before: uint256,
    nonce: bytes32,
    v: uint8,
    r: bytes32,
    s: bytes32,
):
    """
    @notice As `transferWithAuthorization`, but only the payee may bring it, so that nobody else can make the payment
            without what the payee does along with it.
    @param payer Who signed, and pays.
    @param payee Who is paid: the caller.
    @param amount Minor units.
    @param valid_after The second after which it counts.
    @param valid_before The second from which it no longer counts.
    @param nonce Random; counts once for this payer.
    @param v Recovery id, 27 or 28.
    @param r First half of the signature.
    @param s Second half, in its lower form.
    """
    self._check_payee(payee)
    self._pay_signed(
        authorisations.RECEIVE_TYPE,
        payer,
        payee,
        amount,
        valid_after,
        valid_before,
        nonce,
        authorisations._joined(v, r, s),
    )


@external
def receive_with_authorization(
    payer: address,
    payee: address,
    amount: uint256,
    valid_after: uint256,
    valid_before: uint256,
    nonce: bytes32,
    signature: Bytes[signatures.MAX_SIGNATURE],
):
    """
    @notice As `receiveWithAuthorization`, also for a payer that is a contract.
    @param payer Who signed, and pays.
    @param payee Who is paid: the caller.
    @param amount Minor units.
    @param valid_after The second after which it counts.
    @param valid_before The second from which it no longer counts.
    @param nonce Random; counts once for this payer.
    @param signature A key's 65 bytes (r, s, v), or whatever the contract takes.
    """
    self._check_payee(payee)
    self._pay_signed(authorisations.RECEIVE_TYPE, payer, payee, amount, valid_after, valid_before, nonce, signature)


# Issue and redemption


@external
def mint(receiver: address, amount: uint256):
    """
    @notice Issues money within the caller's quota. The policy is asked as of a payment by the issuer.
    @param receiver Who gets it.
    @param amount Minor units, more than zero.
    """
    quotas._check_may_mint(msg.sender, amount)
    word: uint256 = self.pause_and_policy
    if self._is_paused(word):
        reasons._refuse(reasons.PAUSED, 0, 0)
    self._check_receiver(receiver)
    code: uint256 = 0
    rule: uint256 = 0
    version: uint256 = 0
    code, rule, version = self._ask_policy(self._policy(word), msg.sender, receiver, amount, empty(bytes32))
    if code != reasons.PERMITTED:
        reasons._refuse(code, rule, version)
    erc20_core._mint(receiver, amount)
    quotas._note_minted(msg.sender, receiver, amount)


@external
def burn(amount: uint256):
    """
    @notice Redeems: destroys the calling issuer's own money and frees as much of its quota. Works in a pause.
    @param amount Minor units, more than zero.
    """
    quotas._note_burned(msg.sender, amount)
    code: uint256 = self._check_free(msg.sender, amount)
    if code != reasons.PERMITTED:
        reasons._refuse(code, 0, 0)
    erc20_core._burn(msg.sender, amount)


# Pause and policy


@external
def pause():
    """
    @notice Halts payments and issue for 72 hours at most; then nobody can for the next 72. A pause that was
            lifted can be taken up again until its own 72 hours end. Redemption, withdrawing allowances and
            payments out of custody contracts go on. Pausers only.
    """
    assert self.is_pauser[msg.sender], "ecash: not a pauser"
    word: uint256 = self.pause_and_policy
    assert not self._is_paused(word), "ecash: already paused"
    until: uint256 = self.last_pause_ends
    if block.timestamp >= until:
        assert block.timestamp >= until + OPEN_SECONDS, "ecash: paused too recently"
        until = block.timestamp + PAUSE_SECONDS
        self.last_pause_ends = until
    self.pause_and_policy = (until << PAUSE_AT) | (word & POLICY_MASK)
    log Paused(by=msg.sender, until=until)


@external
def unpause():
    """
    @notice Ends a pause early. Pausers and the central bank.
    """
    assert self.is_pauser[msg.sender] or roles._is_admin(msg.sender), "ecash: not a pauser"
    word: uint256 = self.pause_and_policy
    assert self._is_paused(word), "ecash: not paused"
    self.pause_and_policy = word & POLICY_MASK
    log Unpaused(by=msg.sender)


@external
def set_pauser(account: address, allowed: bool):
    """
    @notice Appoints or dismisses a pauser. Central bank only.
    @param account Who.
    @param allowed True to appoint.
    """
    roles._check_admin()
    assert account != empty(address), "ecash: no account"
    self.is_pauser[account] = allowed
    log PauserSet(account=account, allowed=allowed)


@external
def set_policy(policy: address):
    """
    @notice Says which policy is asked before each payment; zero for none. Central bank only.
    @param policy A policy made for this currency.
    """
    roles._check_admin()
    if policy != empty(address):
        assert policy.is_contract, "ecash: not a policy"
        assert staticcall IPolicy(policy).currency() == self, "ecash: another currency's policy"
    word: uint256 = self.pause_and_policy
    log PolicySet(policy_before=self._policy(word), policy_after=policy)
    self.pause_and_policy = (word >> PAUSE_AT << PAUSE_AT) | convert(policy, uint256)


@external
@view
@reentrant
def paused() -> bool:
    """
    @notice Whether payments are halted now.
    @return True until the pause is lifted or ends by itself.
    """
    return self._is_paused(self.pause_and_policy)


@external
@view
@reentrant
def paused_until() -> uint256:
    """
    @notice When the last pause ends or ended by itself.
    @return Seconds since 1970; zero if it was lifted, or there was none.
    """
    return self.pause_and_policy >> PAUSE_AT


@external
@view
@reentrant
def policy() -> address:
    """
    @notice Who is asked before each payment.
    @return The policy, or zero for none.
    """
    return self._policy(self.pause_and_policy)


@internal
def _pay(payer: address, payee: address, amount: uint256, context: bytes32):
    code: uint256 = 0
    rule: uint256 = 0
    version: uint256 = 0
    code, rule, version = self._check(payer, payee, amount, context)
    if code != reasons.PERMITTED:
        reasons._refuse(code, rule, version)
    erc20_core._move(payer, payee, amount)
    policy: address = self._policy(self.pause_and_policy)
    if policy != empty(address):
        # That code stands there is known: it has just answered.
        extcall IPolicy(policy).note(payer, payee, amount, skip_contract_check=True)


@internal
def _pay_signed(
    kind: bytes32,
    payer: address,
    payee: address,
    amount: uint256,
    valid_after: uint256,
    valid_before: uint256,
    nonce: bytes32,
    signature: Bytes[signatures.MAX_SIGNATURE],
):
    authorisations._use(kind, payer, payee, amount, valid_after, valid_before, nonce, signature)
    self._pay(payer, payee, amount, empty(bytes32))


@internal
def _allow(owner: address, spender: address, amount: uint256):
    if amount > 0 and self._is_paused(self.pause_and_policy):
        reasons._refuse(reasons.PAUSED, 0, 0)
    erc20_core._approve(owner, spender, amount)


@internal
@view
def _check(payer: address, payee: address, amount: uint256, context: bytes32) -> (uint256, uint256, uint256):
    word: uint256 = self.pause_and_policy
    if self._is_paused(word) and not custody._is_custodian(payer):
        return reasons.PAUSED, 0, 0
    if not self._can_be_paid(payee):
        return reasons.NOBODY_TO_PAY, 0, 0
    code: uint256 = self._check_free(payer, amount)
    if code != reasons.PERMITTED:
        return code, 0, 0
    # Delisted custody too: else striking it off the list would free what a case binds in it.
    if custody._is_code(payer) and freezes.claims_frozen[payee] > 0 and custody._was_custodian(payer):
        return reasons.CLAIMS_FROZEN, 0, 0
    return self._ask_policy(self._policy(word), payer, payee, amount, context)


@internal
@view
def _ask_policy(
    policy: address, payer: address, payee: address, amount: uint256, context: bytes32
) -> (uint256, uint256, uint256):
    """
    @dev A policy that fails, or is none, refuses: what cannot be asked is not permitted.
    """
    if policy == empty(address):
        return reasons.PERMITTED, 0, 0
    answered: bool = False
    answer: Bytes[96] = b""
    answered, answer = raw_call(
        policy,
        abi_encode(payer, payee, amount, context, method_id=method_id("check(address,address,uint256,bytes32)")),
        max_outsize=96,
        is_static_call=True,
        revert_on_failure=False,
    )
    if not answered or len(answer) != 96:
        return reasons.POLICY_FAILED, 0, 0
    return abi_decode(answer, (uint256, uint256, uint256))


@internal
@view
def _check_free(owner: address, amount: uint256) -> uint256:
    if amount > erc20_core.balanceOf[owner]:
        return reasons.MORE_THAN_BALANCE
    if amount > freezes._available(owner):
        return reasons.FROZEN
    return reasons.PERMITTED


@internal
@view
def _check_receiver(receiver: address):
    if not self._can_be_paid(receiver):
        reasons._refuse(reasons.NOBODY_TO_PAY, 0, 0)


@internal
@view
def _can_be_paid(receiver: address) -> bool:
    # Money sent to the token itself is the commonest way to lose it for good.
    return receiver != empty(address) and receiver != self


@internal
@view
def _check_payee(payee: address):
    assert payee == msg.sender, "ecash: only the payee brings it"


@internal
@view
def _is_paused(word: uint256) -> bool:
    return block.timestamp < word >> PAUSE_AT


@internal
@pure
def _policy(word: uint256) -> address:
    return convert(word & POLICY_MASK, address)
