"""Reads and plays the transcripts in `qbft/`: events in, effects out, one machine seen from inside.

A line that begins with `>` is an event, the indented lines below it are all that the machine answers, everything else
is prose. Messages of other validators are made up on the spot; what the machine sends goes through the wire form and
back, what it persists through the disk form, and `restart` knows nothing but that and the head.

    > 4 validators, we are B          also `5 validators`, `base 400`, `cap 3000`, `period 200`, `empty 9000`
    > start
    > wait 1000                       milliseconds; timers fire in their order
    > block X by A                    `ahead 5`: seconds before our clock; needed only if no event below names it first
    > A proposes X                    `in round 1`, `changes B C:X@0 D`, `prepares A B C @0`, `at height 2`
    > A prepares X                    `in round 1`, `at height 2`
    > A commits X                     `sealed by B`
    > A changes to round 2            `prepared X @0 by A B C`
    > built X / built nothing / X is good / X is bad
    > transactions wait / no transactions wait
    > head X                          X is on disk; `validators A B C` from then on
    > joins P / certificate for 3 / restart / restart at height 0 / permit signing / status
    > we are C                        goes on with another machine of the same network
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from node.consensus import (
    AnswerWithBlock,
    Broadcast,
    BuildBlock,
    CancelTimer,
    CheckBlock,
    Commit,
    CommitBlock,
    Effect,
    HeadView,
    Instant,
    Message,
    Persist,
    Prepare,
    Proposal,
    Qbft,
    RecordEvidence,
    Refused,
    Relay,
    RequestBlock,
    RoundChange,
    Send,
    SetTimer,
    Timer,
    Timing,
    decode_message,
    decode_sign_state,
    encode_message,
    proposer,
)
from node.consensus.messages import Prepared, PreparedCertificate
from node.consensus.signing import Signing
from node.primitives.block import Block
from node.primitives.types import Address, Hash32
from tests.scenarios import cast


class BadTranscript(Exception):
    """A line that the player does not understand."""


@dataclass(slots=True)
class Step:
    event: str
    effects: list[str]
    prose: list[str]


def parse(text: str) -> tuple[list[Step], list[str]]:
    """The steps, each with the prose before it, and the prose after the last."""
    steps: list[Step] = []
    prose: list[str] = []
    for line in text.splitlines():
        if line.startswith(">"):
            steps.append(Step(line[1:].strip(), [], prose))
            prose = []
        elif line.startswith("  ") and steps and not prose:
            steps[-1].effects.append(line.strip())
        else:
            prose.append(line)
    return steps, prose


def render(steps: list[Step], rest: list[str]) -> str:
    lines: list[str] = []
    for step in steps:
        lines += [*step.prose, f"> {step.event}", *(f"  {effect}" for effect in step.effects)]
    return "\n".join([*lines, *rest]) + "\n"


def play(path: Path) -> str:
    """The transcript as it really goes."""
    steps, rest = parse(path.read_text())
    player = Player()
    for step in steps:
        step.effects = list(player.event(step.event))
    return render(steps, rest)


@dataclass(slots=True)
class Machine:
    me: Address
    head: HeadView
    qbft: Qbft
    disk: bytes | None = None
    timers: dict[Timer, int] = field(default_factory=dict)


class Player:
    def __init__(self) -> None:
        self.now_ms = 0
        self.blocks: dict[str, Block] = {}
        self.machines: dict[Address, Machine] = {}
        self.timing = Timing(1_000, 60_000, 1_000, 5_000)
        self.genesis = HeadView(0, cast.GENESIS, None, cast.validators(4))
        self.may_sign = True

    @property
    def now(self) -> Instant:
        return Instant(self.now_ms, cast.WALL_S + self.now_ms // 1_000)

    def event(self, text: str) -> Iterator[str]:
        words = text.replace(",", " ").split()
        match words:
            case [count, "validators", "we", "are", me, *options]:
                self._set_up(int(count), me, options)
            case ["we", "are", me]:
                self._switch(cast.address(me))
            case ["wait", milliseconds]:
                yield from self._wait(int(milliseconds))
            case ["block", name, "by", coinbase, *options]:
                self._new_block(name, cast.address(coinbase), int(_after(options, "ahead", "0")))
            case ["status"]:
                yield from self._status()
            case ["start"]:
                yield from self._carry_out(self.machine.qbft.start(self.now))
            case ["restart"]:
                yield from self._restart()
            case ["restart", "at", "height", "0"]:
                self.machine.head = self.genesis
                yield from self._restart()
            case _:
                yield from self._carry_out(self._input(words))

    def _input(self, words: list[str]) -> tuple[Effect, ...]:
        qbft, number = self.machine.qbft, self.machine.qbft.height.number
        match words:
            case ["transactions", "wait"]:
                return qbft.upon_transactions_waiting(True, self.now)
            case ["no", "transactions", "wait"]:
                return qbft.upon_transactions_waiting(False, self.now)
            case ["built", "nothing"]:
                return qbft.upon_block_built(number, qbft.height.round, None, self.now)
            case ["built", name]:
                block = self._block(name, self.machine.me)
                return qbft.upon_block_built(number, qbft.height.round, block, self.now)
            case [name, "is", "good"]:
                return qbft.upon_block_checked(self.blocks[name].hash, None, self.now)
            case [name, "is", "bad"]:
                return qbft.upon_block_checked(self.blocks[name].hash, "wrong state root", self.now)
            case ["head", name, *options]:
                return self._new_head(self.blocks[name], _list_after(options, "validators"))
            case ["joins", peer]:
                return qbft.upon_peer_joined(peer, self.now)
            case ["certificate", "for", height]:
                return qbft.upon_certificate_seen(int(height), self.now)
            case ["permit", "signing"]:
                return qbft.permit_signing(self.now)
            case [who, *rest]:
                carrier = _after(rest, "carried", who)
                message = self._message(cast.address(who), rest)
                return qbft.upon_message(decode_message(encode_message(message)), carrier, self.now)
            case _:
                raise BadTranscript(f"what is {' '.join(words)!r}?")

    # Making what events need.

    @property
    def machine(self) -> Machine:
        return self.machines[self.me]

    def _set_up(self, count: int, me: str, options: list[str]) -> None:
        self.genesis = HeadView(0, cast.GENESIS, None, cast.validators(count))
        self.timing = Timing(
            int(_after(options, "period", "1000")),
            int(_after(options, "empty", "60000")),
            int(_after(options, "base", "1000")),
            int(_after(options, "cap", "5000")),
        )
        self.may_sign = "wiped" not in options
        self._switch(cast.address(me))

    def _switch(self, me: Address) -> None:
        self.me = me
        if me not in self.machines:
            self.machines[me] = Machine(me, self.genesis, self._new_machine(me, self.genesis, None))

    def _new_machine(self, me: Address, head: HeadView, disk: bytes | None) -> Qbft:
        return Qbft(
            address=me,
            signatures=cast.StubSignatures(me),
            chain_id=cast.CHAIN_ID,
            genesis_hash=cast.GENESIS,
            timing=self.timing,
            head=head,
            sign_state=None if disk is None else decode_sign_state(disk),
            may_sign=self.may_sign,
        )

    def _restart(self) -> Iterator[str]:
        machine = self.machine
        machine.qbft = self._new_machine(machine.me, machine.head, machine.disk)
        machine.timers.clear()
        yield from self._carry_out(machine.qbft.start(self.now))

    def _wait(self, milliseconds: int) -> Iterator[str]:
        until = self.now_ms + milliseconds
        timers = self.machine.timers
        while timers and min(timers.values()) <= until:
            timer = min(timers, key=lambda entry: (timers[entry], entry.value))
            self.now_ms = timers.pop(timer)
            yield f"{self.now_ms} ms: {timer.value} timer"
            yield from self._carry_out(self.machine.qbft.upon_timer(timer, self.now))
        self.now_ms = until

    def _new_block(self, name: str, coinbase: Address, ahead_s: int = 0) -> None:
        head = self.machine.head
        self.blocks[name] = cast.empty_block(
            head.next_number, head.hash, coinbase, name.encode(), self.now.wall_s + ahead_s
        )

    def _block(self, name: str, coinbase: Address) -> Block:
        if name not in self.blocks:
            self._new_block(name, coinbase)
        return self.blocks[name]

    def _new_head(self, block: Block, names: list[str]) -> tuple[Effect, ...]:
        machine = self.machine
        following = tuple(cast.address(name) for name in names) or machine.head.next_validators
        machine.head = HeadView(block.number, block.hash, block.header.coinbase, following)
        return machine.qbft.upon_new_head(machine.head, self.now)

    def _message(self, who: Address, words: list[str]) -> Message:
        height = int(_after(words, "height", str(self.machine.qbft.height.number)))
        round_ = int(_after(words, "round", "0"))
        match words:
            case ["proposes", name, *options]:
                block = self._block(name, who)
                changes = tuple(self._change(entry, height, round_) for entry in _list_after(options, "changes"))
                return cast.proposal(who, round_, block, changes, self._prepares(options, height, block.hash))
            case ["prepares", name, *_]:
                return cast.prepare(who, height, round_, self._block(name, who).hash)
            case ["commits", name, *options]:
                sealer = _after(options, "by", cast.name_of(who))
                return cast.commit(who, height, round_, self._block(name, who).hash, cast.address(sealer))
            case ["changes", "to", "round", _, *options]:
                return cast.round_change(who, height, round_, self._proof(options, height))
            case _:
                raise BadTranscript(f"what is {' '.join(words)!r}?")

    def _change(self, entry: str, height: int, round_: int) -> RoundChange:
        """`B` or `B:X@0`."""
        name, _, claim = entry.partition(":")
        if not claim:
            return cast.round_change(cast.address(name), height, round_)
        block, _, prepared = claim.partition("@")
        return cast.claim_of(cast.address(name), height, round_, Prepared(int(prepared), self.blocks[block].hash))

    def _prepares(self, options: list[str], height: int, digest: Hash32) -> tuple[Prepare, ...]:
        *names, at = _list_after(options, "prepares") or ["@0"]
        return tuple(cast.prepare(cast.address(name), height, int(at[1:]), digest) for name in names)

    def _proof(self, options: list[str], height: int) -> PreparedCertificate | None:
        if "prepared" not in options:
            return None
        block, at = self.blocks[_after(options, "prepared", "")], options[options.index("prepared") + 2]
        names = _list_after(options, "by")
        prepares = tuple(cast.prepare(cast.address(name), height, int(at[1:]), block.hash) for name in names)
        return PreparedCertificate(int(at[1:]), block, prepares)

    # Telling what came out.

    def _carry_out(self, effects: tuple[Effect, ...]) -> Iterator[str]:
        for effect in effects:
            match effect:
                case Persist(data):
                    self.machine.disk = data
                case SetTimer(timer, at_ms):
                    self.machine.timers[timer] = at_ms
                case CancelTimer(timer):
                    del self.machine.timers[timer]
                case Broadcast(message):
                    assert decode_message(encode_message(message)) == message
            yield self._tell(effect)

    def _tell(self, effect: Effect) -> str:
        match effect:
            case Persist(data):
                return self._tell_persisted(data)
            case Broadcast(message):
                return f"broadcast {self._words(message)}"
            case Send(carrier, message):
                return f"send {carrier} {self._words(message)}"
            case Relay(message, carrier):
                return f"relay {cast.name_of(cast.author(message))}'s {self._words(message)} except to {carrier}"
            case SetTimer(timer, at_ms):
                return f"set {timer.value} timer to {at_ms} ms"
            case CancelTimer(timer):
                return f"cancel {timer.value} timer"
            case BuildBlock(height, round_, _, allow_empty):
                return f"build {height}/{round_}, {'empty if need be' if allow_empty else 'not empty'}"
            case CheckBlock(block):
                return f"check {self._name(block.hash)}"
            case CommitBlock(block, certificate):
                sealers = _names(self._sealer(block.hash, certificate.round, seal) for seal in certificate.seals)
                return f"commit {self._name(block.hash)}, sealed in round {certificate.round} by {sealers}"
            case RequestBlock(height, digest, certificate):
                return f"request {self._name(digest)} of height {height}, final in round {certificate.round}"
            case AnswerWithBlock(carrier, height):
                return f"answer {carrier} with block {height}"
            case RecordEvidence(proof):
                who, place = cast.name_of(proof.validator), f"{proof.height}/{proof.round}"
                return f"evidence against {who}: two {proof.kind}s in {place}"
            case Refused(_, error):
                return f"refused: {type(error).__name__}"

    def _tell_persisted(self, data: bytes) -> str:
        state = decode_sign_state(data)
        signed = [self._words(message) for message in state.messages()]
        if state.prepared is not None:
            names = _names(map(cast.author, state.prepared.prepares))
            signed.append(f"prepared {self._name(state.prepared.block.hash)}@{state.prepared.round} by {names}")
        return f"persist {state.height}/{state.round}: {', '.join(signed)}"

    def _words(self, message: Message) -> str:
        place = f"{message.height}/{message.round}"
        match message:
            case Prepare():
                return f"{place} prepare {self._name(message.digest)}"
            case Commit():
                return f"{place} commit {self._name(message.digest)}"
            case RoundChange(prepared=None):
                return f"{place} round change"
            case RoundChange(prepared=Prepared(round_, digest)):
                return f"{place} round change prepared {self._name(digest)}@{round_}"
            case Proposal(round_changes=(), digest=digest):
                return f"{place} proposal {self._name(digest)}"
            case Proposal(round_changes=changes, prepares=prepares, digest=digest):
                why = f"changes {' '.join(map(self._claim, changes))}"
                if prepares:
                    why += f" prepares {_names(map(cast.author, prepares))} @{prepares[0].round}"
                return f"{place} proposal {self._name(digest)} ({why})"
            case _:
                raise BadTranscript(f"no words for {message}")

    def _claim(self, message: RoundChange) -> str:
        name = cast.name_of(cast.author(message))
        prepared = message.prepared
        return name if prepared is None else f"{name}:{self._name(prepared.digest)}@{prepared.round}"

    def _status(self) -> Iterator[str]:
        status = self.machine.qbft.status(self.now)
        assert status.proposer == proposer(status.round, self.machine.head)
        yield f"{status.step}: {self._readable(status.sentence)}"
        yield f"proposer {cast.name_of(status.proposer)}, prepared {_names(status.prepared) or '-'}, " + (
            f"committed {_names(status.committed) or '-'}, round changed {_names(status.round_changed) or '-'}, "
            f"quorum {status.quorum}, missed turns {_names(status.missed_turns) or '-'}"
        )

    def _readable(self, sentence: str) -> str:
        for name, block in self.blocks.items():
            sentence = sentence.replace(f"0x{block.hash.hex()}", name)
        for who in self.machine.head.next_validators:
            sentence = sentence.replace(f"0x{who.hex()}", cast.name_of(who))
        return sentence

    def _name(self, digest: Hash32) -> str:
        return next((name for name, block in self.blocks.items() if block.hash == digest), "?")

    def _sealer(self, digest: Hash32, round_: int, seal: bytes) -> Address:
        return Signing(cast.StubSignatures(self.me), cast.CHAIN_ID, cast.GENESIS).sealer(digest, round_, seal)


def _names(addresses: Iterable[Address]) -> str:
    return " ".join(cast.name_of(who) for who in addresses)


def _after(words: list[str], key: str, default: str) -> str:
    return words[words.index(key) + 1] if key in words else default


_KEYS = frozenset({"changes", "prepares", "prepared", "in", "at", "by", "validators", "carried", "sealed", "round"})


def _list_after(words: list[str], key: str) -> list[str]:
    """All words after `key` up to the next keyword."""
    if key not in words:
        return []
    found = []
    for word in words[words.index(key) + 1 :]:
        if word in _KEYS:
            break
        found.append(word)
    return found
