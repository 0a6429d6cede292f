"""The contract suite: Vyper sources, and what the other parts need to deploy, call and read them.

The rule: this package imports none of the others and needs no node; importing it compiles nothing.
"""

from contracts.abi import Call, Event, EventType, Function, Interface, parse_arguments
from contracts.addresses import ADMISSION, DIRECTORY, ECASH, ESCROW, POLICY, TIMELOCK, VALIDATORS
from contracts.artifact import Artifact, CompilerSettings
from contracts.bindings import NO_ARBITER, bytes32, deal_id, permit_message
from contracts.errors import (
    AbiError,
    BadGenesis,
    BadState,
    CallRefused,
    CompilationFailed,
    ContractsError,
    DeploymentError,
    ExportFailed,
    NetworkUnreachable,
    NodeRefused,
    NotFinalYet,
    RecordUnreadable,
    SourceUnreadable,
    Undecodable,
    UnknownContract,
    UnknownEvent,
    UnknownFunction,
    WrongArgument,
    WrongArgumentCount,
    WrongCode,
)
from contracts.genesis_suite import GenesisDeployment, genesis_suite
from contracts.library import compile_file, load, names
from contracts.reasons import REASONS, Reason
from contracts.refusals import advice
from contracts.reverts import CUSTOM_ERRORS, Refusal, decode_refusal, explain_revert
from contracts.values import Parameter

__all__ = [
    "ADMISSION",
    "CUSTOM_ERRORS",
    "DIRECTORY",
    "ECASH",
    "ESCROW",
    "NO_ARBITER",
    "POLICY",
    "REASONS",
    "TIMELOCK",
    "VALIDATORS",
    "AbiError",
    "Artifact",
    "BadGenesis",
    "BadState",
    "Call",
    "CallRefused",
    "CompilationFailed",
    "CompilerSettings",
    "ContractsError",
    "DeploymentError",
    "Event",
    "EventType",
    "ExportFailed",
    "Function",
    "GenesisDeployment",
    "Interface",
    "NetworkUnreachable",
    "NodeRefused",
    "NotFinalYet",
    "Parameter",
    "Reason",
    "RecordUnreadable",
    "Refusal",
    "SourceUnreadable",
    "Undecodable",
    "UnknownContract",
    "UnknownEvent",
    "UnknownFunction",
    "WrongArgument",
    "WrongArgumentCount",
    "WrongCode",
    "advice",
    "bytes32",
    "compile_file",
    "deal_id",
    "decode_refusal",
    "explain_revert",
    "genesis_suite",
    "load",
    "names",
    "parse_arguments",
    "permit_message",
]
