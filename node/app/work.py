"""Does any job of the ledger: what the service calls in a worker thread, and the simulation when it pleases."""

from node.app.ledger import Job, JobDone
from node.chain.chain import Chain
from node.sync.core import AnswerBlocks, ImportBlocks
from node.sync.jobs import answer_blocks, import_blocks
from node.validator import carry_out
from node.validator.jobs import BuildJob, CheckJob, CommitJob, DecodeJob, MonotonicMs


def do_job(chain: Chain, job: Job, clock: MonotonicMs) -> JobDone:
    match job:
        case BuildJob():
            return carry_out.build(chain, job, clock)
        case CheckJob():
            return carry_out.check(chain, job)
        case CommitJob():
            return carry_out.commit(chain, job)
        case DecodeJob():
            return carry_out.decode(job)
        case ImportBlocks():
            return import_blocks(chain, job)
        case AnswerBlocks():
            return answer_blocks(chain, job)
