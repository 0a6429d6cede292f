"""Directory: The directory of a network.

Written by scripts/generate from directory.vy.
"""

from dataclasses import dataclass
from typing import cast

from contracts.chain import Bound, Sent, record


@dataclass(frozen=True, slots=True)
class Entry:
    wallet: bytes
    successor: bytes
    authorised_by: bytes
    registered_at: int


@dataclass(frozen=True, slots=True)
class Document:
    document_hash: bytes
    version: int
    changed_at: int


class Directory(Bound):
    """Who is meant by a name. People have aliases (a phone number, "alice@bank") that pay into one wallet; the suite's
    contracts have names, so that a replaced one is found; accounts publish the hash of their
    decentralised-identifier document; and contracts that hold money for others are listed as custody. The parties:
    wallets, which register and move their aliases; registrars, which confirm that an alias belongs to its wallet;
    the administrator (the central bank), which appoints registrars and lists custody; and the timelock that is named
    here, through which alone a name comes to mean another contract, so that it is announced and can be vetoed. A
    wallet whose key is lost keeps its alias until the administrator strikes it under a case; then anyone may
    register it anew. Nothing here holds money."""

    NAME = "directory"

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

    def commit(self, commitment: bytes) -> Sent:
        """The first of two steps to an alias: says that the caller knows one, without saying which.

        commitment: keccak256 of alias, wallet and a secret salt, as `commitment_of` makes it.
        """
        return self._send("commit", [commitment])

    def register(self, alias: str, salt: bytes) -> Sent:
        """The second step: reveals the alias, which then pays into the caller. From one minute to one day after the
        commitment.

        alias: 3 to 64 characters of a-z, 0-9, @ . - _ and +.
        salt: The secret of the commitment.
        """
        return self._send("register", [alias, salt])

    def authorise(self, alias: str, wallet: bytes, authorised: bool) -> Sent:
        """Confirms that an alias belongs to its wallet, or withdraws that. Registrars only.

        alias: The alias.
        wallet: The wallet that was seen; refused if the alias has moved since.
        authorised: True to confirm.
        """
        return self._send("authorise", [alias, wallet, authorised])

    def rotate(self, alias: str, successor: bytes) -> Sent:
        """Offers an alias to another wallet, which must accept. Zero withdraws the offer. The alias's wallet only.

        alias: The alias.
        successor: The wallet that is to have it.
        """
        return self._send("rotate", [alias, successor])

    def accept_rotation(self, alias: str) -> Sent:
        """Takes over an alias that was offered. Its confirmation by a registrar does not move along.

        alias: The alias.
        """
        return self._send("accept_rotation", [alias])

    def drop(self, alias: str) -> Sent:
        """Gives an alias up; anyone may register it then. The alias's wallet only.

        alias: The alias.
        """
        return self._send("drop", [alias])

    def strike(self, alias: str, case_id: bytes) -> Sent:
        """Takes an alias away under a case: a squatter's, or one whose key is lost. Administrator only.

        alias: The alias.
        case_id: The case this rests on.
        """
        return self._send("strike", [alias, case_id])

    def resolve(self, alias: str) -> tuple[bytes, bytes]:
        """Where an alias pays into.

        alias: The alias.

        Answers: Its wallet, and the registrar that confirmed it; zero where there is none.
        """
        return cast(tuple[bytes, bytes], self._read("resolve", [alias]))

    def entry(self, alias: str) -> Entry:
        """Everything about an alias.

        alias: The alias.

        Answers: Wallet, offered successor, confirming registrar, and since when.
        """
        return record(Entry, self._read("entry", [alias]))

    def commitment_of(self, alias: str, wallet: bytes, salt: bytes) -> bytes:
        """What to commit to. Ask a node of your own, or work it out: whoever answers learns the alias.

        alias: The alias.
        wallet: The wallet that will register it.
        salt: 32 secret random bytes.

        Answers: keccak256 of chain, directory, alias, wallet and salt.
        """
        return cast(bytes, self._read("commitment_of", [alias, wallet, salt]))

    def set_registrar(self, account: bytes, allowed: bool) -> Sent:
        """Appoints or dismisses a registrar; what it confirmed stays confirmed. Administrator only.

        account: Who.
        allowed: True to appoint.
        """
        return self._send("set_registrar", [account, allowed])

    def set_contract(self, name: str, account: bytes) -> Sent:
        """Says which contract a name means from now on; zero for none. Through the timelock that is named here, and
        where there is none by the administrator.

        name: Such as "escrow".
        account: The contract.
        """
        return self._send("set_contract", [name, account])

    def contract_names(self) -> tuple[str, ...]:
        """Every name that ever meant a contract.

        Answers: The names, in the order they were given.
        """
        return cast(tuple[str, ...], self._read("contract_names", []))

    def set_document(self, document_hash: bytes) -> Sent:
        """Publishes the hash of the caller's decentralised-identifier document; zero withdraws it.

        document_hash: Of the document that did:jiaozi:<chain>:<account> resolves to.
        """
        return self._send("set_document", [document_hash])

    def document(self, account: bytes) -> Document:
        """The hash that an account's document must have.

        account: The account.

        Answers: Hash (zero: none), version counted from one, and when it was set.
        """
        return record(Document, self._read("document", [account]))

    def set_custodian(self, account: bytes, listed: bool) -> Sent:
        """Lists or delists a contract that holds money for others. Listed, it pays its parties in a pause. Delisted, it
        loses that alone: for good it has no limits and is beyond freeze, hold, seizure and recovery, and what it
        pays to a party whose claims are frozen is refused, for the money in it is not its own, whatever is said of
        it later. Administrator only.

        account: The contract.
        listed: True to list.
        """
        return self._send("set_custodian", [account, listed])

    def custodians(self) -> tuple[bytes, ...]:
        """Every contract that ever was listed as custody.

        Answers: Their addresses, in the order they were listed; `is_custodian` tells which still are.
        """
        return cast(tuple[bytes, ...], self._read("custodians", []))

    def committed_at(self, commitment: bytes) -> int:
        return cast(int, self._read("committed_at", [commitment]))

    def alias_of(self, account: bytes) -> str:
        return cast(str, self._read("alias_of", [account]))

    def is_registrar(self, account: bytes) -> bool:
        return cast(bool, self._read("is_registrar", [account]))

    def contract_of(self, name: str) -> bytes:
        return cast(bytes, self._read("contract_of", [name]))

    def is_custodian(self, account: bytes) -> bool:
        return cast(bool, self._read("is_custodian", [account]))

    def was_custodian(self, account: bytes) -> bool:
        return cast(bool, self._read("was_custodian", [account]))
