"""Fingerprints: The register of fingerprints: one lien at a time, one credential ever that came to life.

Written by scripts/generate from fingerprints.vy.
"""

from typing import cast

from contracts.chain import Bound, Sent


class Fingerprints(Bound):
    """Goods are financed as an order, as inventory and as an invoice, and a dishonest seller finances them three times.
    Here they have one fingerprint, made of the seller and of the hash that names the goods in all three. A contract
    that finances takes the lien on it; a contract that issues a claim on the buyer registers the credential. Each
    seller says which contracts may speak for it, so nobody can occupy another's fingerprints. If a seller disappears
    nothing changes: what a contract took, that contract alone gives back."""

    NAME = "fingerprints"

    def authorise(self, registrar: bytes, allowed: bool) -> Sent:
        """Says whether a contract may take liens and register credentials on the caller's goods.

        registrar: The contract, such as `factoring` or `receivable`.
        allowed: Whether it may from now on; what it took before stays.
        """
        return self._send("authorise", [registrar, allowed])

    def take_lien(self, seller: bytes, document: bytes, lien_id: bytes) -> Sent:
        """Takes the one lien on a seller's goods for the calling contract.

        seller: Whose goods; it has authorised the caller.
        document: The hash that names the goods.
        lien_id: The caller's own id of what the lien secures.

        Answers: The fingerprint.
        """
        return self._send("take_lien", [seller, document, lien_id])

    def drop_lien(self, fingerprint: bytes) -> Sent:
        """Gives a lien back. Only the contract that took it.

        fingerprint: Of the goods.
        """
        return self._send("drop_lien", [fingerprint])

    def register(self, seller: bytes, document: bytes, credential_id: bytes) -> Sent:
        """Registers the one credential on a seller's goods, issued by the calling contract.

        seller: Who issued it; it has authorised the caller.
        document: The hash that names the goods.
        credential_id: The caller's own id of the credential.

        Answers: The fingerprint.
        """
        return self._send("register", [seller, document, credential_id])

    def withdraw(self, fingerprint: bytes) -> Sent:
        """Takes back a credential that never came to life. Only the contract that registered it.

        fingerprint: Of the goods.
        """
        return self._send("withdraw", [fingerprint])

    def fingerprint(self, seller: bytes, document: bytes) -> bytes:
        """The fingerprint of a seller's goods: the same in order, inventory and invoice finance, on every chain.

        seller: Whose goods.
        document: The hash that names them.

        Answers: keccak256 of both.
        """
        return cast(bytes, self._read("fingerprint", [seller, document]))

    def lien(self, fingerprint: bytes) -> tuple[bytes, bytes]:
        """The lien on a fingerprint.

        fingerprint: Of the goods.

        Answers: The contract that holds it and its own id for it; zeros where there is none.
        """
        return cast(tuple[bytes, bytes], self._read("lien", [fingerprint]))

    def credential(self, fingerprint: bytes) -> tuple[bytes, bytes]:
        """The credential on a fingerprint.

        fingerprint: Of the goods.

        Answers: The contract that issued it and its own id for it; zeros where there is none.
        """
        return cast(tuple[bytes, bytes], self._read("credential", [fingerprint]))

    def authorised(self, seller: bytes, registrar: bytes) -> bool:
        return cast(bool, self._read("authorised", [seller, registrar]))
