"""Whether a certificate makes a block final: a quorum of its height's validators, for this chain and one round."""

from collections.abc import Collection

from node.chain.errors import CertificateRefused
from node.primitives.block import Header
from node.primitives.certificate import CommitCertificate, Recover, quorum, seal_digest
from node.primitives.errors import InvalidSignature
from node.primitives.keys import recover_address
from node.primitives.types import Address, Hash32


def check_certificate(
    certificate: CommitCertificate | None,
    header: Header,
    validators: Collection[Address],
    chain_id: int,
    genesis_hash: Hash32,
    recover: Recover = recover_address,
) -> None:
    """Every seal must count: a stranger's or a second one of the same validator is refused, not passed over.

    Raises CertificateRefused.
    """
    if certificate is None:
        raise CertificateRefused(header.number, "there is none")
    if len(certificate.seals) > len(validators):
        found = f"{len(certificate.seals)} seals, but {len(validators)} validators"
        raise CertificateRefused(header.number, found)
    digest = seal_digest(chain_id, genesis_hash, header.hash, certificate.round)
    sealed: set[Address] = set()
    for seal in certificate.seals:
        try:
            sealer = recover(digest, seal)
        except InvalidSignature as error:
            raise CertificateRefused(header.number, f"a seal is no signature ({error})") from error
        if sealer not in validators:
            problem = (
                f"a seal recovers to 0x{sealer.hex()}, who is no validator of this height; or it was made for another "
                "block, round or chain"
            )
            raise CertificateRefused(header.number, problem)
        if sealer in sealed:
            raise CertificateRefused(header.number, f"validator 0x{sealer.hex()} sealed twice")
        sealed.add(sealer)
    needed = quorum(len(validators))
    if len(sealed) < needed:
        raise CertificateRefused(header.number, f"{len(sealed)} seals, {needed} needed")
