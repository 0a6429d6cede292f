"""QBFT as a pure state machine: events in, effects out. `Qbft` is the machine; the other names are what crosses its
border."""

from node.consensus.effects import (
    AnswerWithBlock,
    Broadcast,
    BuildBlock,
    CancelTimer,
    Carrier,
    CheckBlock,
    CommitBlock,
    Effect,
    Effects,
    Persist,
    RecordEvidence,
    Refused,
    Relay,
    RequestBlock,
    Send,
    SetTimer,
)
from node.consensus.errors import (
    ConsensusError,
    MalformedMessage,
    MessageRefused,
    SignStateDamaged,
    SignStateError,
    SignStateMismatch,
)
from node.consensus.evidence import Evidence, encode_evidence
from node.consensus.head import HeadView, proposer
from node.consensus.messages import (
    Commit,
    Message,
    Prepare,
    Proposal,
    RoundChange,
    decode_message,
    encode_message,
)
from node.consensus.qbft import Qbft
from node.consensus.sign_state import SignState, decode_sign_state, encode_sign_state
from node.consensus.signing import Signatures
from node.consensus.status import QbftStatus
from node.consensus.timing import Instant, Timer, Timing

__all__ = [
    "AnswerWithBlock",
    "Broadcast",
    "BuildBlock",
    "CancelTimer",
    "Carrier",
    "CheckBlock",
    "Commit",
    "CommitBlock",
    "ConsensusError",
    "Effect",
    "Effects",
    "Evidence",
    "HeadView",
    "Instant",
    "MalformedMessage",
    "Message",
    "MessageRefused",
    "Persist",
    "Prepare",
    "Proposal",
    "Qbft",
    "QbftStatus",
    "RecordEvidence",
    "Refused",
    "Relay",
    "RequestBlock",
    "RoundChange",
    "Send",
    "SetTimer",
    "SignState",
    "SignStateDamaged",
    "SignStateError",
    "SignStateMismatch",
    "Signatures",
    "Timer",
    "Timing",
    "decode_message",
    "decode_sign_state",
    "encode_evidence",
    "encode_message",
    "encode_sign_state",
    "proposer",
]
