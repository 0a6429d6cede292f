# pragma version 0.4.3
# pragma evm-version prague
# pragma nonreentrancy on
"""
@title The register of fingerprints: one lien at a time, one credential ever that came to life
@license Apache-2.0
@notice Goods are financed as an order, as inventory and as an invoice, and a dishonest seller finances them three
        times. Here they have one fingerprint, made of the seller and of the hash that names the goods in all three.
        A contract that finances takes the lien on it; a contract that issues a claim on the buyer registers the
        credential. Each seller says which contracts may speak for it, so nobody can occupy another's fingerprints.
        If a seller disappears nothing changes: what a contract took, that contract alone gives back.
@dev    Truths that hold after every transaction, for each fingerprint: at most one lien stands; a credential, once
        registered, is withdrawn only by the contract that registered it; no credential begins under a lien, and no
        lien under a credential (whoever finances a credential locks it there). Holds no money and calls nobody.
"""

from .interfaces import IFingerprints

implements: IFingerprints

struct Entry:
    holder: address
    id: bytes32

# seller -> contract -> whether it may speak for the seller
authorised: public(HashMap[address, HashMap[address, bool]])
liens: HashMap[bytes32, Entry]
credentials: HashMap[bytes32, Entry]

event Authorised:
    seller: indexed(address)
    registrar: indexed(address)
    allowed: bool

event LienTaken:
    fingerprint: indexed(bytes32)
    holder: indexed(address)
    seller: indexed(address)
    document: bytes32
    lien_id: bytes32

event LienDropped:
    fingerprint: indexed(bytes32)
    holder: indexed(address)
    lien_id: bytes32

event CredentialRegistered:
    fingerprint: indexed(bytes32)
    issuer: indexed(address)
    seller: indexed(address)
    document: bytes32
    credential_id: bytes32

event CredentialWithdrawn:
    fingerprint: indexed(bytes32)
    issuer: indexed(address)
    credential_id: bytes32


@deploy
def __init__():
    pass


@external
def authorise(registrar: address, allowed: bool):
    """
    @notice Says whether a contract may take liens and register credentials on the caller's goods.
    @param registrar The contract, such as `factoring` or `receivable`.
    @param allowed Whether it may from now on; what it took before stays.
    """
    self.authorised[msg.sender][registrar] = allowed
    log Authorised(seller=msg.sender, registrar=registrar, allowed=allowed)


@external
def take_lien(seller: address, document: bytes32, lien_id: bytes32) -> bytes32:
    """
    @notice Takes the one lien on a seller's goods for the calling contract.
    @param seller Whose goods; it has authorised the caller.
    @param document The hash that names the goods.
    @param lien_id The caller's own id of what the lien secures.
    @return The fingerprint.
    """
    self._check_speaks_for(seller)
    fingerprint: bytes32 = self._fingerprint(seller, document)
    assert self.liens[fingerprint].holder == empty(address), "fingerprints: has a lien"
    assert self.credentials[fingerprint].holder == empty(address), "fingerprints: has a credential"
    self.liens[fingerprint] = Entry(holder=msg.sender, id=lien_id)
    log LienTaken(
        fingerprint=fingerprint, holder=msg.sender, seller=seller, document=document, lien_id=lien_id
    )
    return fingerprint


@external
def drop_lien(fingerprint: bytes32):
    """
    @notice Gives a lien back. Only the contract that took it.
    @param fingerprint Of the goods.
    """
    entry: Entry = self.liens[fingerprint]
    assert entry.holder == msg.sender, "fingerprints: not the lien's holder"
    self.liens[fingerprint] = empty(Entry)
    log LienDropped(fingerprint=fingerprint, holder=msg.sender, lien_id=entry.id)


@external
def register(seller: address, document: bytes32, credential_id: bytes32) -> bytes32:
    """
    @notice Registers the one credential on a seller's goods, issued by the calling contract.
    @param seller Who issued it; it has authorised the caller.
    @param document The hash that names the goods.
    @param credential_id The caller's own id of the credential.
    @return The fingerprint.
    """
    self._check_speaks_for(seller)
    fingerprint: bytes32 = self._fingerprint(seller, document)
    assert self.credentials[fingerprint].holder == empty(address), "fingerprints: has a credential"
    assert self.liens[fingerprint].holder == empty(address), "fingerprints: has a lien"
    self.credentials[fingerprint] = Entry(holder=msg.sender, id=credential_id)
    log CredentialRegistered(
        fingerprint=fingerprint,
        issuer=msg.sender,
        seller=seller,
        document=document,
        credential_id=credential_id,
    )
    return fingerprint


@external
def withdraw(fingerprint: bytes32):
    """
    @notice Takes back a credential that never came to life. Only the contract that registered it.
    @param fingerprint Of the goods.
    """
    entry: Entry = self.credentials[fingerprint]
    assert entry.holder == msg.sender, "fingerprints: not the issuer"
    self.credentials[fingerprint] = empty(Entry)
    log CredentialWithdrawn(fingerprint=fingerprint, issuer=msg.sender, credential_id=entry.id)


@external
@view
def fingerprint(seller: address, document: bytes32) -> bytes32:
    """
    @notice The fingerprint of a seller's goods: the same in order, inventory and invoice finance, on every chain.
    @param seller Whose goods.
    @param document The hash that names them.
    @return keccak256 of both.
    """
    return self._fingerprint(seller, document)


@external
@view
def lien(fingerprint: bytes32) -> (address, bytes32):
    """
    @notice The lien on a fingerprint.
    @param fingerprint Of the goods.
    @return The contract that holds it and its own id for it; zeros where there is none.
    """
    return (self.liens[fingerprint].holder, self.liens[fingerprint].id)


@external
@view
def credential(fingerprint: bytes32) -> (address, bytes32):
    """
    @notice The credential on a fingerprint.
    @param fingerprint Of the goods.
    @return The contract that issued it and its own id for it; zeros where there is none.
    """
    return (self.credentials[fingerprint].holder, self.credentials[fingerprint].id)


@internal
@view
def _check_speaks_for(seller: address):
    assert self.authorised[seller][msg.sender], "fingerprints: not authorised"


@internal
@pure
def _fingerprint(seller: address, document: bytes32) -> bytes32:
    return keccak256(abi_encode(seller, document))
