"""Taking blocks that a peer sent and reading those that one asks for: the work of `ImportBlocks` and `AnswerBlocks`,
for a worker thread or the simulation."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass

from node.chain.chain import Chain
from node.chain.errors import ChainError
from node.execution.errors import ExecutionError
from node.network.identity import PeerId
from node.primitives.errors import PrimitiveError
from node.storage.errors import StorageError
from node.sync.core import AnswerBlocks, ImportBlocks
from node.sync.wire import BlockRange, CertifiedBlock, decode_certified, encode_blocks

log = logging.getLogger("jiaozi.sync")


@dataclass(frozen=True, slots=True)
class BlocksAnswered:
    """`payload` is None where a block that we should have cannot be read."""

    peer: PeerId
    payload: bytes | None


@dataclass(frozen=True, slots=True)
class ImportDone:
    """`taken` blocks were new; `refused` says what was wrong with the first that was not taken."""

    peer: PeerId
    taken: int
    refused: str | None


def import_blocks(chain: Chain, job: ImportBlocks) -> ImportDone:
    """Verifies, executes and commits; blocks that the chain has by now are passed over."""
    taken = 0
    for raw in job.raw_blocks:
        try:
            certified = decode_certified(raw)
            if certified.block.number > chain.head.header.number:
                chain.import_block(certified.block, certified.certificate)
                taken += 1
        except (PrimitiveError, ChainError, ExecutionError) as error:
            return ImportDone(job.peer, taken, str(error))
    return ImportDone(job.peer, taken, None)


def answer_blocks(chain: Chain, job: AnswerBlocks) -> BlocksAnswered:
    """An old record that is damaged costs the peer its answer, not us the node."""
    try:
        return BlocksAnswered(job.peer, encode_blocks(_certified(chain, job.range)))
    except (ChainError, PrimitiveError, StorageError) as error:
        log.error("cannot give %s blocks from %d on: %s", job.peer, job.range.first, error)
        return BlocksAnswered(job.peer, None)


def _certified(chain: Chain, asked: BlockRange) -> Iterator[CertifiedBlock]:
    for number in range(asked.first, asked.first + asked.count):
        block, certificate = chain.block(number), chain.certificate(number)
        if block is None or certificate is None:
            return
        yield CertifiedBlock(block, certificate)
