# pragma version 0.4.3
# pragma evm-version prague
"""
@title The directory of a network
@license Apache-2.0
@notice Who is meant by a name. People have aliases (a phone number, "alice@bank") that pay into one wallet; the
        suite's contracts have names, so that a replaced one is found; accounts publish the hash of their
        decentralised-identifier document; and contracts that hold money for others are listed as custody.
        The parties: wallets, which register and move their aliases; registrars, which confirm that an alias belongs
        to its wallet; the administrator (the central bank), which appoints registrars and lists custody; and the
        timelock that is named here, through which alone a name comes to mean another contract, so that it is
        announced and can be vetoed. A wallet whose key is lost keeps its alias until the administrator strikes it
        under a case; then anyone may register it anew. Nothing here holds money.
@dev    Truths that hold after every transaction:
        an alias pays into one wallet, and a wallet has one alias: resolve(alias_of[w]) is w;
        once listed as custody, a contract never again counts as an ordinary account;
        while a timelock is named here, no key alone changes what a name means.
"""

from .interfaces import IDirectory
from .modules import roles

implements: IDirectory

initializes: roles

exports: (
    roles.admin,
    roles.proposed_admin,
    roles.propose_admin,
    roles.accept_admin,
)

struct Entry:
    wallet: address
    successor: address
    authorised_by: address
    registered_at: uint256

struct Document:
    document_hash: bytes32
    version: uint256
    changed_at: uint256

MAX_ALIAS: constant(uint256) = 64
MIN_ALIAS: constant(uint256) = 3
MAX_NAME: constant(uint256) = 32
TIMELOCK: constant(String[MAX_NAME]) = "timelock"
MAX_CONTRACTS: constant(uint256) = 256
MAX_GENESIS_CONTRACTS: constant(uint256) = 64
MAX_CUSTODIANS: constant(uint256) = 256
MAX_GENESIS_CUSTODIANS: constant(uint256) = 32
# Whoever sees an alias revealed must commit and wait this long: by then it is registered.
COMMIT_SECONDS: constant(uint256) = 60
REVEAL_SECONDS: constant(uint256) = 24 * 60 * 60
# An account with a delegation (EIP-7702) has code of 23 bytes and still belongs to whoever has its key.
DELEGATION_SIZE: constant(uint256) = 23
# a-z, 0-9 and @ . - _ +, as bits by their ASCII number: look-alikes of other alphabets cannot be registered.
ALLOWED: constant(uint256) = (
    (2**26 - 1) * 2**97 + (2**10 - 1) * 2**48 + 2**64 + 2**46 + 2**45 + 2**95 + 2**43
)

# commitment -> when
committed_at: public(HashMap[bytes32, uint256])
entries: HashMap[bytes32, Entry]
alias_of: public(HashMap[address, String[MAX_ALIAS]])
is_registrar: public(HashMap[address, bool])
contract_of: public(HashMap[String[MAX_NAME], address])
name_list: DynArray[String[MAX_NAME], MAX_CONTRACTS]
is_named: HashMap[String[MAX_NAME], bool]
documents: HashMap[address, Document]
is_custodian: public(HashMap[address, bool])
was_custodian: public(HashMap[address, bool])
custodian_list: DynArray[address, MAX_CUSTODIANS]

event Committed:
    commitment: indexed(bytes32)
    by: indexed(address)

event Registered:
    id: indexed(bytes32)
    wallet: indexed(address)
    alias: String[MAX_ALIAS]

event Authorised:
    id: indexed(bytes32)
    registrar: indexed(address)
    wallet: indexed(address)
    authorised: bool

event RotationProposed:
    id: indexed(bytes32)
    wallet: indexed(address)
    successor: indexed(address)

event Rotated:
    id: indexed(bytes32)
    former: indexed(address)
    wallet: indexed(address)

event Dropped:
    id: indexed(bytes32)
    wallet: indexed(address)
    by: indexed(address)
    case_id: bytes32

event RegistrarSet:
    account: indexed(address)
    allowed: bool

event ContractSet:
    id: indexed(bytes32)
    account: indexed(address)
    name: String[MAX_NAME]
    account_before: address
    code_hash: bytes32

event DocumentSet:
    account: indexed(address)
    hash_before: bytes32
    hash_after: bytes32
    version: uint256

event CustodianSet:
    account: indexed(address)
    listed: bool


@deploy
def __init__(
    admin: address,
    custodians: DynArray[address, MAX_GENESIS_CUSTODIANS],
    names: DynArray[String[MAX_NAME], MAX_GENESIS_CONTRACTS],
    accounts: DynArray[address, MAX_GENESIS_CONTRACTS],
):
    """
    @param admin Who lists custody and appoints registrars: the central bank.
    @param custodians Contracts known from the start to hold money for others.
    @param names The names of the contracts that a network is born with.
    @param accounts Their addresses, in the same order.
    """
    assert admin != empty(address), "directory: no admin"
    assert len(names) == len(accounts), "directory: names without accounts"
    roles.__init__(admin)
    for account: address in custodians:
        assert account != empty(address), "directory: no custodian"
        self._list(account)
    # In a genesis the code may not stand there yet.
    for place: uint256 in range(len(names), bound=MAX_GENESIS_CONTRACTS):
        assert accounts[place] != empty(address), "directory: no contract"
        self._name(names[place], accounts[place])


# Aliases


@external
def commit(commitment: bytes32):
    """
    @notice The first of two steps to an alias: says that the caller knows one, without saying which.
    @param commitment keccak256 of alias, wallet and a secret salt, as `commitment_of` makes it.
    """
    assert not self._is_open(commitment), "directory: committed already"
    self.committed_at[commitment] = block.timestamp
    log Committed(commitment=commitment, by=msg.sender)


@external
def register(alias: String[MAX_ALIAS], salt: bytes32):
    """
    @notice The second step: reveals the alias, which then pays into the caller. From one minute to one day after
            the commitment.
    @param alias 3 to 64 characters of a-z, 0-9, @ . - _ and +.
    @param salt The secret of the commitment.
    """
    self._check_alias(alias)
    commitment: bytes32 = self._commitment(alias, msg.sender, salt)
    assert self._is_open(commitment), "directory: not committed"
    assert block.timestamp >= self.committed_at[commitment] + COMMIT_SECONDS, "directory: committed too recently"
    id: bytes32 = keccak256(alias)
    assert self.entries[id].wallet == empty(address), "directory: alias is taken"
    self._check_free(msg.sender)
    self.committed_at[commitment] = 0
    self.entries[id] = Entry(
        wallet=msg.sender,
        successor=empty(address),
        authorised_by=empty(address),
        registered_at=block.timestamp,
    )
    self.alias_of[msg.sender] = alias
    log Registered(id=id, wallet=msg.sender, alias=alias)


@external
def authorise(alias: String[MAX_ALIAS], wallet: address, authorised: bool):
    """
    @notice Confirms that an alias belongs to its wallet, or withdraws that. Registrars only.
    @param alias The alias.
    @param wallet The wallet that was seen; refused if the alias has moved since.
    @param authorised True to confirm.
    """
    assert self.is_registrar[msg.sender], "directory: not a registrar"
    id: bytes32 = keccak256(alias)
    assert wallet != empty(address) and self.entries[id].wallet == wallet, "directory: not that wallet's alias"
    if authorised:
        self.entries[id].authorised_by = msg.sender
    else:
        self.entries[id].authorised_by = empty(address)
    log Authorised(id=id, registrar=msg.sender, wallet=wallet, authorised=authorised)


@external
def rotate(alias: String[MAX_ALIAS], successor: address):
    """
    @notice Offers an alias to another wallet, which must accept. Zero withdraws the offer. The alias's wallet only.
    @param alias The alias.
    @param successor The wallet that is to have it.
    """
    id: bytes32 = self._own(alias)
    assert successor != msg.sender, "directory: has it already"
    self.entries[id].successor = successor
    log RotationProposed(id=id, wallet=msg.sender, successor=successor)


@external
def accept_rotation(alias: String[MAX_ALIAS]):
    """
    @notice Takes over an alias that was offered. Its confirmation by a registrar does not move along.
    @param alias The alias.
    """
    id: bytes32 = keccak256(alias)
    entry: Entry = self.entries[id]
    assert entry.successor == msg.sender and msg.sender != empty(address), "directory: not offered"
    self._check_free(msg.sender)
    self.alias_of[entry.wallet] = ""
    self.alias_of[msg.sender] = alias
    self.entries[id] = Entry(
        wallet=msg.sender,
        successor=empty(address),
        authorised_by=empty(address),
        registered_at=block.timestamp,
    )
    log Rotated(id=id, former=entry.wallet, wallet=msg.sender)


@external
def drop(alias: String[MAX_ALIAS]):
    """
    @notice Gives an alias up; anyone may register it then. The alias's wallet only.
    @param alias The alias.
    """
    self._own(alias)
    self._drop(alias, empty(bytes32))


@external
def strike(alias: String[MAX_ALIAS], case_id: bytes32):
    """
    @notice Takes an alias away under a case: a squatter's, or one whose key is lost. Administrator only.
    @param alias The alias.
    @param case_id The case this rests on.
    """
    roles._check_admin()
    assert case_id != empty(bytes32), "directory: no case"
    assert self.entries[keccak256(alias)].wallet != empty(address), "directory: unknown alias"
    self._drop(alias, case_id)


@external
@view
def resolve(alias: String[MAX_ALIAS]) -> (address, address):
    """
    @notice Where an alias pays into.
    @param alias The alias.
    @return Its wallet, and the registrar that confirmed it; zero where there is none.
    """
    entry: Entry = self.entries[keccak256(alias)]
    return entry.wallet, entry.authorised_by


@external
@view
def entry(alias: String[MAX_ALIAS]) -> Entry:
    """
    @notice Everything about an alias.
    @param alias The alias.
    @return Wallet, offered successor, confirming registrar, and since when.
    """
    return self.entries[keccak256(alias)]


@external
@view
def commitment_of(alias: String[MAX_ALIAS], wallet: address, salt: bytes32) -> bytes32:
    """
    @notice What to commit to. Ask a node of your own, or work it out: whoever answers learns the alias.
    @param alias The alias.
    @param wallet The wallet that will register it.
    @param salt 32 secret random bytes.
    @return keccak256 of chain, directory, alias, wallet and salt.
    """
    return self._commitment(alias, wallet, salt)


@external
def set_registrar(account: address, allowed: bool):
    """
    @notice Appoints or dismisses a registrar; what it confirmed stays confirmed. Administrator only.
    @param account Who.
    @param allowed True to appoint.
    """
    roles._check_admin()
    assert account != empty(address), "directory: no account"
    self.is_registrar[account] = allowed
    log RegistrarSet(account=account, allowed=allowed)


# Contracts by name


@external
def set_contract(name: String[MAX_NAME], account: address):
    """
    @notice Says which contract a name means from now on; zero for none. Through the timelock that is named here, and
            where there is none by the administrator.
    @param name Such as "escrow".
    @param account The contract.
    """
    timelock: address = self.contract_of[TIMELOCK]
    if timelock == empty(address):
        roles._check_admin()
    else:
        assert msg.sender == timelock, "directory: only through the timelock"
    assert account == empty(address) or self._is_contract(account), "directory: not a contract"
    self._name(name, account)


@external
@view
def contract_names() -> DynArray[String[MAX_NAME], MAX_CONTRACTS]:
    """
    @notice Every name that ever meant a contract.
    @return The names, in the order they were given.
    """
    return self.name_list


# Documents


@external
def set_document(document_hash: bytes32):
    """
    @notice Publishes the hash of the caller's decentralised-identifier document; zero withdraws it.
    @param document_hash Of the document that did:jiaozi:<chain>:<account> resolves to.
    """
    before: Document = self.documents[msg.sender]
    assert document_hash != before.document_hash, "directory: is that already"
    self.documents[msg.sender] = Document(
        document_hash=document_hash, version=before.version + 1, changed_at=block.timestamp
    )
    log DocumentSet(
        account=msg.sender,
        hash_before=before.document_hash,
        hash_after=document_hash,
        version=before.version + 1,
    )


@external
@view
def document(account: address) -> Document:
    """
    @notice The hash that an account's document must have.
    @param account The account.
    @return Hash (zero: none), version counted from one, and when it was set.
    """
    return self.documents[account]


# Custody


@external
def set_custodian(account: address, listed: bool):
    """
    @notice Lists or delists a contract that holds money for others. Listed, it pays its parties in a pause. Delisted,
            it loses that alone: for good it has no limits and is beyond freeze, hold, seizure and recovery, and what
            it pays to a party whose claims are frozen is refused, for the money in it is not its own, whatever is
            said of it later. Administrator only.
    @param account The contract.
    @param listed True to list.
    """
    roles._check_admin()
    if listed:
        assert self._is_contract(account), "directory: not a contract"
        assert not self.is_custodian[account], "directory: listed already"
        self._list(account)
    else:
        assert self.is_custodian[account], "directory: not listed"
        self.is_custodian[account] = False
        log CustodianSet(account=account, listed=False)


@external
@view
def custodians() -> DynArray[address, MAX_CUSTODIANS]:
    """
    @notice Every contract that ever was listed as custody.
    @return Their addresses, in the order they were listed; `is_custodian` tells which still are.
    """
    return self.custodian_list


@internal
@view
def _own(alias: String[MAX_ALIAS]) -> bytes32:
    id: bytes32 = keccak256(alias)
    wallet: address = self.entries[id].wallet
    assert wallet == msg.sender and wallet != empty(address), "directory: not your alias"
    return id


@internal
def _drop(alias: String[MAX_ALIAS], case_id: bytes32):
    id: bytes32 = keccak256(alias)
    wallet: address = self.entries[id].wallet
    self.alias_of[wallet] = ""
    self.entries[id] = empty(Entry)
    log Dropped(id=id, wallet=wallet, by=msg.sender, case_id=case_id)


@internal
@view
def _check_free(wallet: address):
    assert len(self.alias_of[wallet]) == 0, "directory: has an alias"


@internal
@pure
def _check_alias(alias: String[MAX_ALIAS]):
    assert len(alias) >= MIN_ALIAS, "directory: alias is too short"
    for at: uint256 in range(len(alias), bound=MAX_ALIAS):
        character: uint256 = convert(convert(slice(alias, at, 1), Bytes[1]), uint256)
        assert (ALLOWED >> character) & 1 == 1, "directory: character not allowed"


@internal
@view
def _is_open(commitment: bytes32) -> bool:
    at: uint256 = self.committed_at[commitment]
    return at > 0 and block.timestamp <= at + REVEAL_SECONDS


@internal
@view
def _commitment(alias: String[MAX_ALIAS], wallet: address, salt: bytes32) -> bytes32:
    return keccak256(abi_encode(chain.id, self, keccak256(alias), wallet, salt))


@internal
@view
def _is_contract(account: address) -> bool:
    return account.codesize > DELEGATION_SIZE


@internal
def _name(name: String[MAX_NAME], account: address):
    assert len(name) > 0, "directory: no name"
    if not self.is_named[name]:
        assert len(self.name_list) < MAX_CONTRACTS, "directory: too many names"
        self.is_named[name] = True
        self.name_list.append(name)
    log ContractSet(
        id=keccak256(name),
        account=account,
        name=name,
        account_before=self.contract_of[name],
        code_hash=account.codehash,
    )
    self.contract_of[name] = account


@internal
def _list(account: address):
    if not self.was_custodian[account]:
        assert len(self.custodian_list) < MAX_CUSTODIANS, "directory: too many custodians"
        self.was_custodian[account] = True
        self.custodian_list.append(account)
    self.is_custodian[account] = True
    log CustodianSet(account=account, listed=True)
