# pragma version 0.4.3
# pragma evm-version prague
# pragma nonreentrancy on
"""
@title A prepaid tag for toll roads
@license Apache-2.0
@notice A driver puts money aside for a road's operator and names the key of its tag. At each gantry the tag signs the
        passage; the operator brings it within three days and is paid, at most a cap for each passage and a cap for
        each day. The driver tops up, replaces a lost tag, and closes; what is unused comes back.
        Who disappears: an operator, and nothing is charged; a lost tag spends at most a day's cap a day, nothing
        that happens after the driver replaced it; a driver, and its account ends when agreed. Three days after the
        end anyone can send the rest back. No role can take anything out but by a passage.
@dev    Truths that hold after every transaction, for each account: paid + returned + held = paid in; a passage pays
        once; charged for passages of one day (UTC) <= the day's cap; a closed account holds nothing;
        liabilities(token) = sum of held + sum of claims <= the token's balance of this contract.
        A tag that was replaced still pays for passages before that second, so that nobody passes free; the next
        replacement therefore waits three days.
"""

from .interfaces import ICustody
from .modules import claims
from .modules import deadlines
from .modules import ids
from .modules import signatures

implements: ICustody

initializes: claims
initializes: ids

exports: (
    claims.claim,
    claims.claimable,
    claims.liabilities,
    ids.next_id,
    ids.nonces,
)

struct Account:
    driver: address
    operator: address
    token: address
    # Signs passages later than `replaced_at`; the former one those up to it. Zero: none.
    tag: address
    former_tag: address
    replaced_at: uint256
    passage_cap: uint256
    day_cap: uint256
    # Last second to pass.
    ends: uint256
    held: uint256
    state: uint8

OPEN: constant(uint8) = 1
CLOSED: constant(uint8) = 2

# For the operator to bring what a tag signed.
BRING_SECONDS: constant(uint256) = 3 * deadlines.DAY_SECONDS

NAME: constant(String[32]) = "Jiaozi Toll"
VERSION: constant(String[8]) = "1"
PASSAGE_TYPE: constant(bytes32) = keccak256("Passage(bytes32 id,bytes32 gantry,uint256 amount,uint256 at)")

accounts: HashMap[bytes32, Account]
# account -> day since 1970 -> what its passages paid
charged_on: public(HashMap[bytes32, HashMap[uint256, uint256]])
# account -> gantry -> second -> whether that passage was brought
is_brought: public(HashMap[bytes32, HashMap[bytes32, HashMap[uint256, bool]]])

event Opened:
    id: indexed(bytes32)
    driver: indexed(address)
    operator: indexed(address)
    token: address
    tag: address
    passage_cap: uint256
    day_cap: uint256
    ends: uint256

event ToppedUp:
    id: indexed(bytes32)
    by: indexed(address)
    amount: uint256
    held_before: uint256
    held_after: uint256

event Charged:
    id: indexed(bytes32)
    gantry: indexed(bytes32)
    at: uint256
    asked: uint256
    amount: uint256
    held_before: uint256
    held_after: uint256

event TagReplaced:
    id: indexed(bytes32)
    former: indexed(address)
    tag: indexed(address)

event Ending:
    id: indexed(bytes32)
    driver: indexed(address)
    ends_before: uint256
    ends_after: uint256

event Closed:
    id: indexed(bytes32)
    by: indexed(address)
    to_driver: uint256
    held_before: uint256
    held_after: uint256


@deploy
def __init__():
    pass


@external
def open(
    operator: address,
    token: address,
    tag: address,
    passage_cap: uint256,
    day_cap: uint256,
    ends: uint256,
    deposit: uint256,
) -> bytes32:
    """
    @notice Opens an account with the caller as driver, and pays the first money in from an allowance.
    @param operator Who is paid for passages.
    @param token The ERC-20 token; one that takes a fee is refused.
    @param tag The key that signs passages.
    @param passage_cap The most that one passage may cost.
    @param day_cap The most that all passages of a day may cost.
    @param ends Last second to pass; at most ten years ahead.
    @param deposit Minor units.
    @return The account's id.
    """
    assert operator not in [empty(address), self, msg.sender], "toll: not an operator"
    assert token.is_contract and token != self, "toll: not a token"
    assert tag not in [empty(address), self], "toll: not a tag"
    assert passage_cap > 0 and day_cap >= passage_cap, "toll: caps out of order"
    deadlines._check_ahead(ends)
    id: bytes32 = ids._take_id(msg.sender)
    self.accounts[id] = Account(
        driver=msg.sender,
        operator=operator,
        token=token,
        tag=tag,
        former_tag=empty(address),
        replaced_at=0,
        passage_cap=passage_cap,
        day_cap=day_cap,
        ends=ends,
        held=0,
        state=OPEN,
    )
    log Opened(
        id=id,
        driver=msg.sender,
        operator=operator,
        token=token,
        tag=tag,
        passage_cap=passage_cap,
        day_cap=day_cap,
        ends=ends,
    )
    self._top_up(id, deposit)
    return id


@external
def top_up(id: bytes32, amount: uint256):
    """
    @notice Adds money from the caller's allowance. Anyone, while the account can be used.
    @param id The account.
    @param amount Minor units.
    """
    assert not deadlines._has_passed(self._open(id).ends), "toll: has ended"
    self._top_up(id, amount)


@external
def charge(
    id: bytes32, gantry: bytes32, amount: uint256, at: uint256, signature: Bytes[signatures.MAX_SIGNATURE]
) -> uint256:
    """
    @notice Pays for a passage that the tag signed (EIP-712 `Passage`), once. Operator only, within three days.
    @param id The account.
    @param gantry Where.
    @param amount The toll; at most the cap of a passage.
    @param at When.
    @param signature Of the tag.
    @return What was paid: the toll, or what is left of the day's cap or of the account.
    """
    account: Account = self._open(id)
    assert msg.sender == account.operator, "toll: not the operator"
    assert at <= block.timestamp, "toll: not passed yet"
    assert at <= account.ends, "toll: passed after the end"
    assert not deadlines._has_passed(at + BRING_SECONDS), "toll: brought too late"
    assert amount <= account.passage_cap, "toll: over the passage cap"
    assert not self.is_brought[id][gantry][at], "toll: brought already"
    tag: address = account.tag if at > account.replaced_at else account.former_tag
    assert signatures._signed_by(tag, self._digest(id, gantry, amount, at), signature), "toll: tag has not signed"
    day: uint256 = at // deadlines.DAY_SECONDS
    charged: uint256 = self.charged_on[id][day]
    paid: uint256 = min(min(amount, account.day_cap - charged), account.held)
    self.is_brought[id][gantry][at] = True
    self.charged_on[id][day] = charged + paid
    self.accounts[id].held = account.held - paid
    log Charged(
        id=id,
        gantry=gantry,
        at=at,
        asked=amount,
        amount=paid,
        held_before=account.held,
        held_after=account.held - paid,
    )
    claims._pay(id, account.token, account.operator, paid)
    return paid


@external
def replace_tag(id: bytes32, tag: address):
    """
    @notice Replaces the tag for passages from the next second on. Driver only, three days after the last time.
    @param id The account.
    @param tag The next key, or zero: none, nothing more can be passed.
    """
    account: Account = self._open(id)
    assert msg.sender == account.driver, "toll: not the driver"
    assert tag != self, "toll: not a tag"
    assert deadlines._has_passed(account.replaced_at + BRING_SECONDS), "toll: replaced just now"
    self.accounts[id].tag = tag
    self.accounts[id].former_tag = account.tag
    self.accounts[id].replaced_at = block.timestamp
    log TagReplaced(id=id, former=account.tag, tag=tag)


@external
def close(id: bytes32):
    """
    @notice Ends the account now; what was passed until now may still be brought for three days. Driver only.
    @param id The account.
    """
    account: Account = self._open(id)
    assert msg.sender == account.driver, "toll: not the driver"
    assert account.ends > block.timestamp, "toll: has ended"
    self.accounts[id].ends = block.timestamp
    log Ending(id=id, driver=msg.sender, ends_before=account.ends, ends_after=block.timestamp)


@external
def exit(id: bytes32):
    """
    @notice Sends the driver what is left. Anyone, three days after the end.
    @param id The account.
    """
    account: Account = self._open(id)
    assert deadlines._has_passed(account.ends + BRING_SECONDS), "toll: has not ended"
    self.accounts[id].state = CLOSED
    self.accounts[id].held = 0
    log Closed(id=id, by=msg.sender, to_driver=account.held, held_before=account.held, held_after=0)
    claims._pay(id, account.token, account.driver, account.held)


@external
@view
def account(id: bytes32) -> Account:
    """
    @notice Everything about an account but its passages.
    @param id The account.
    @return Its record; state 0 unknown, 1 open, 2 closed.
    """
    return self.accounts[id]


@external
@view
def passage_digest(id: bytes32, gantry: bytes32, amount: uint256, at: uint256) -> bytes32:
    """
    @notice What a tag signs.
    @param id The account.
    @param gantry Where.
    @param amount The toll.
    @param at When, in seconds since 1970.
    @return The EIP-712 digest.
    """
    return self._digest(id, gantry, amount, at)


@external
@view
def held(id: bytes32) -> uint256:
    """
    @notice What an account holds.
    @param id The account.
    @return Minor units.
    """
    return self.accounts[id].held


@external
@view
def last_deadline(id: bytes32) -> uint256:
    """
    @notice The last second before anyone may send the rest to the driver.
    @param id The account.
    @return Seconds since 1970; zero for an unknown account.
    """
    return self.accounts[id].ends + BRING_SECONDS if self.accounts[id].state != 0 else 0


@internal
def _top_up(id: bytes32, amount: uint256):
    assert amount > 0, "toll: no amount"
    before: uint256 = self.accounts[id].held
    self.accounts[id].held = before + amount
    log ToppedUp(id=id, by=msg.sender, amount=amount, held_before=before, held_after=before + amount)
    claims._pull_exactly(self.accounts[id].token, msg.sender, amount)


@internal
@view
def _open(id: bytes32) -> Account:
    account: Account = self.accounts[id]
    assert account.state == OPEN, "toll: not open"
    return account


@internal
@view
def _digest(id: bytes32, gantry: bytes32, amount: uint256, at: uint256) -> bytes32:
    message: bytes32 = keccak256(abi_encode(PASSAGE_TYPE, id, gantry, amount, at))
    return signatures._digest(signatures._domain(NAME, VERSION), message)
