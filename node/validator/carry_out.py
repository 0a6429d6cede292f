"""Does the validator's jobs: for a worker thread of the shell, or for the simulation."""

import logging

from node.builder.build import build_block
from node.chain.chain import Chain
from node.chain.errors import ChainError
from node.execution.errors import ExecutionError
from node.primitives.errors import PrimitiveError
from node.primitives.transaction import decode_transaction
from node.validator.jobs import (
    BuildDone,
    BuildJob,
    CheckDone,
    CheckJob,
    CommitDone,
    CommitJob,
    DecodeDone,
    DecodeJob,
    MonotonicMs,
)
from node.validator.offers import MAX_HASHES, decode_transactions

log = logging.getLogger("jiaozi.validator")


def build(chain: Chain, job: BuildJob, clock: MonotonicMs) -> BuildDone:
    """No block where the head moved on, or where it would be empty and may not be."""
    if chain.head.hash != job.parent:
        return BuildDone(job, None, ())
    try:
        built = build_block(
            chain,
            job.candidates,
            author=job.author,
            timestamp=job.timestamp,
            clock_ms=clock,
            deadline_ms=clock() + job.budget_ms,
        )
    except (ChainError, ExecutionError) as error:
        log.error("no block can be built on block %d: %s", job.height - 1, error)
        return BuildDone(job, None, ())
    block = built.executed.block
    return BuildDone(job, block if block.transactions or job.allow_empty else None, built.left_out)


def check(chain: Chain, job: CheckJob) -> CheckDone:
    try:
        chain.execute(job.block)
    except (ChainError, ExecutionError) as error:
        return CheckDone(job.block.hash, str(error))
    return CheckDone(job.block.hash, None)


def commit(chain: Chain, job: CommitJob) -> CommitDone:
    try:
        chain.execute(job.block)  # at hand but after a restart between Prepares and Commits
        chain.commit(job.block.hash, job.certificate)
    except (ChainError, ExecutionError) as error:
        return CommitDone(job.block.hash, str(error))
    return CommitDone(job.block.hash, None)


def decode(job: DecodeJob) -> DecodeDone:
    try:
        raws = decode_transactions(job.payload)
        if len(raws) > MAX_HASHES:
            return DecodeDone(job, (), f"{len(raws)} transactions, at most {MAX_HASHES} are offered at once")
        transactions = tuple(decode_transaction(raw) for raw in raws)
    except PrimitiveError as error:
        return DecodeDone(job, (), str(error))
    return DecodeDone(job, transactions, None)
