"""Consensus, for operators and auditors."""

import asyncio

from node.primitives.certificate import seal_digest, sealers
from node.primitives.types import Address
from node.rpc.context import Context, find_header
from node.rpc.errors import ServerError
from node.rpc.method import Lane, Method
from node.rpc.parameters import BlockReference, BlockTag, Parameter, block_number, block_reference, hash32, optional
from node.rpc.render import Json, data, quantity


def get_validators(context: Context, reference: BlockReference) -> Json:
    """Who had to seal that block; `pending` is the one that is being agreed on. The genesis, which nobody seals,
    has those of the first."""
    return [data(address) for address in _validators(context, reference)]


def get_commit_certificate(context: Context, reference: BlockReference) -> Json:
    header = find_header(context, reference)
    if header is None:
        return None
    certificate = context.chain.certificate(header.number)
    if certificate is None:
        return None
    digest = seal_digest(context.chain.config.chain_id, context.chain.genesis_hash, header.hash, certificate.round)
    return {
        "blockNumber": quantity(header.number),
        "blockHash": data(header.hash),
        "round": quantity(certificate.round),
        "seals": [data(seal) for seal in certificate.seals],
        "sealers": [data(sealer) for sealer in sorted(sealers(digest, certificate))],
    }


async def status(context: Context) -> Json:
    """In a thread of its own: it must answer when the pool of workers is busy, and may wait for a busy validator."""
    return await asyncio.to_thread(context.node.status)


def evidence(context: Context) -> Json:
    return list(context.node.evidence())


def _validators(context: Context, reference: BlockReference) -> tuple[Address, ...]:
    if reference is BlockTag.PENDING:
        return context.head.next_validators
    header = find_header(context, reference)
    if header is None:
        raise ServerError("header not found")
    return tuple(context.chain.validators(max(header.number, 1)))


_ANY = optional("block", block_reference, default=BlockTag.LATEST)

METHODS = {
    "qbft_getValidatorsByBlockNumber": Method(
        get_validators, (optional("block", block_number, default=BlockTag.LATEST),), Lane.READER
    ),
    "qbft_getValidatorsByBlockHash": Method(get_validators, (Parameter("blockHash", hash32),), Lane.READER),
    "qbft_getCommitCertificate": Method(get_commit_certificate, (_ANY,)),
    "qbft_status": Method(status, lane=Lane.ASYNC),
    "qbft_evidence": Method(evidence),
}
