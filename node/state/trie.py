"""The batched Merkle-Patricia updater: many changes, one walk, every changed node hashed once.

`BatchUpdate` works on one trie. Changes descend together as sorted runs; nodes on their way are opened, changed in
memory, and encoded at the very end, bottom up. A node that was opened and comes out as it was is neither added nor
orphaned. Keys are hashes, so no two places of one trie hold the same node and none needs a reference count.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeVar

from node.primitives.hashing import EMPTY_TRIE_ROOT, keccak
from node.primitives.types import Hash32
from node.state.model import NodeKey, NodeReader
from node.state.nodes import (
    DIGITS,
    NIBBLE,
    Child,
    Node,
    empty_branch,
    encode_list,
    encode_path,
    encode_string,
    is_branch,
    parse_node,
)

C = TypeVar("C")
Merge = Callable[[bytes | None, C], bytes | None]
"""The value under a key from what it was (None: absent) and the change; None removes it."""


class BatchUpdate(Generic[C]):
    """Changes to the trie of `owner`; what they add and orphan is collected in `added` and `orphaned`."""

    def __init__(self, nodes: NodeReader, owner: bytes, merge: Merge[C]) -> None:
        self._nodes = nodes
        self._owner = owner
        self._merge = merge
        self._opened: set[Hash32] = set()
        self._made: dict[Hash32, bytes] = {}

    def apply(self, root: Hash32, changes: Sequence[tuple[str, C]]) -> Hash32:
        """The root after `changes`: (path, change), ascending by path, each path once."""
        start: Child = b"" if root == EMPTY_TRIE_ROOT else root
        top = self._update(start, changes, 0) if changes else start
        if isinstance(top, bytes):
            return Hash32(top) if top else EMPTY_TRIE_ROOT
        raw = self._encode(top)
        return self._keep(raw)

    @property
    def added(self) -> dict[NodeKey, bytes]:
        return {(self._owner, key): raw for key, raw in self._made.items() if key not in self._opened}

    @property
    def orphaned(self) -> set[NodeKey]:
        return {(self._owner, key) for key in self._opened if key not in self._made}

    def _open(self, child: Child) -> Node:
        if isinstance(child, list):
            return child
        self._opened.add(child)
        return parse_node(self._nodes.node(self._owner, child))

    def _update(self, child: Child, changes: Sequence[tuple[str, C]], depth: int) -> Child:
        """The subtree `child`, which begins at nibble `depth`, after `changes`."""
        if len(child) == 0:
            return self._build(
                [(path, value) for path, change in changes if (value := self._merge(None, change))], depth
            )
        node = self._open(child)
        if is_branch(node):
            return self._update_branch(node, changes, depth)
        return self._update_leaf(node, changes, depth) if node[2] else self._update_extension(node, changes, depth)

    def _update_branch(self, node: Node, changes: Sequence[tuple[str, C]], depth: int) -> Child:
        for digit, run in _runs(changes, depth):
            node[NIBBLE[digit]] = self._update(node[NIBBLE[digit]], run, depth + 1)
        return self._close(node)

    def _update_extension(self, node: Node, changes: Sequence[tuple[str, C]], depth: int) -> Child:
        path, child, _ = node
        shared = min(_shared(path, changes[0][0], depth), _shared(path, changes[-1][0], depth))
        if shared == len(path):
            return self._prepend(path, self._update(child, changes, depth + shared))
        branch = empty_branch()
        rest = path[shared + 1 :]
        branch[NIBBLE[path[shared]]] = [rest, child, False] if rest else child
        return self._prepend(path[:shared], self._update_branch(branch, changes, depth + shared))

    def _update_leaf(self, node: Node, changes: Sequence[tuple[str, C]], depth: int) -> Child:
        """The leaf joins the changes and the subtree is built anew."""
        whole, old = changes[0][0][:depth] + node[0], node[1]
        values = []
        met = False
        for path, change in changes:
            met = met or path == whole
            value = self._merge(old if path == whole else None, change)
            if value:
                values.append((path, value))
        if not met:
            values.append((whole, old))
            values.sort()
        return self._build(values, depth)

    def _build(self, values: Sequence[tuple[str, bytes]], depth: int) -> Child:
        if not values:
            return b""
        first = values[0][0]
        if len(values) == 1:
            return [first[depth:], values[0][1], True]
        shared = _shared(first[depth:], values[-1][0], depth)
        fork = depth + shared
        branch = empty_branch()
        for digit, run in _runs(values, fork):
            branch[NIBBLE[digit]] = self._build(run, fork + 1)
        return [first[depth:fork], branch, False] if shared else branch

    def _close(self, branch: Node) -> Child:
        """A branch with one child left is no branch."""
        if branch.count(b"") < 16:
            return branch
        for digit, child in zip(DIGITS, branch, strict=False):
            if len(child) > 0:
                return self._prepend(digit, self._open(child))
        return b""

    def _prepend(self, path: str, child: Child) -> Child:
        if not path or len(child) == 0:
            return child
        node = self._open(child)
        return [path, node, False] if is_branch(node) else [path + node[0], node[1], node[2]]

    def _encode(self, node: Node) -> bytes:
        if is_branch(node):
            return encode_list(b"".join([self._reference(child) for child in node]))
        path = encode_string(encode_path(node[0], node[2]))
        return encode_list(path + (encode_string(node[1]) if node[2] else self._reference(node[1])))

    def _reference(self, child: Child) -> bytes:
        """How a parent holds its child: inline below 32 bytes, else by hash (Yellow Paper, appendix D)."""
        if isinstance(child, bytes):
            return b"\xa0" + child if child else b"\x80"
        raw = self._encode(child)
        return raw if len(raw) < 32 else b"\xa0" + self._keep(raw)

    def _keep(self, raw: bytes) -> Hash32:
        key = keccak(raw)
        self._made[key] = raw
        return key


def _shared(path: str, other: str, depth: int) -> int:
    """How many nibbles of `path` are also those of `other` from `depth` on."""
    end = min(len(path), len(other) - depth)
    if path[:end] == other[depth : depth + end]:
        return end
    at = 0
    while path[at] == other[depth + at]:
        at += 1
    return at


T = TypeVar("T")


def _runs(items: Sequence[tuple[str, T]], depth: int) -> Iterator[tuple[str, Sequence[tuple[str, T]]]]:
    """The sorted items in runs of one nibble at `depth`."""
    start = 0
    count = len(items)
    while start < count:
        digit = items[start][0][depth]
        end = start + 1
        while end < count and items[end][0][depth] == digit:
            end += 1
        yield digit, items[start:end]
        start = end


def look_up(nodes: NodeReader, owner: bytes, root: Hash32, path: str) -> tuple[bytes | None, tuple[bytes, ...]]:
    """The value at `path` (None: absent) and the stored nodes on the way: a Merkle proof of either."""
    raws: list[bytes] = []
    child: Child = b"" if root == EMPTY_TRIE_ROOT else root
    depth = 0
    while len(child) > 0:
        if isinstance(child, bytes):
            raws.append(nodes.node(owner, Hash32(child)))
            child = parse_node(raws[-1])
        if is_branch(child):
            child = child[NIBBLE[path[depth]]]
            depth += 1
        elif not path.startswith(child[0], depth):
            break
        elif child[2]:
            return child[1], tuple(raws)
        else:
            depth += len(child[0])
            child = child[1]
    return None, tuple(raws)


def walk(nodes: NodeReader, owner: bytes, root: Hash32) -> Iterator[tuple[Hash32, bytes, Node]]:
    """Every stored node of a trie: hash, bytes, parsed; parents before children."""
    pending: list[Hash32] = [] if root == EMPTY_TRIE_ROOT else [root]
    while pending:
        key = pending.pop()
        raw = nodes.node(owner, key)
        node = parse_node(raw)
        yield key, raw, node
        pending.extend(_hashes_in(node))


def _hashes_in(node: Node) -> Iterator[Hash32]:
    for child in node if is_branch(node) else () if node[2] else (node[1],):
        if isinstance(child, list):
            yield from _hashes_in(child)
        elif child:
            yield Hash32(child)


def leaves_of(node: Node) -> Iterator[bytes]:
    """The values that a stored node holds itself, also in nodes inline in it."""
    if is_branch(node):
        for child in node:
            if isinstance(child, list):
                yield from leaves_of(child)
    elif node[2]:
        yield node[1]
    elif isinstance(node[1], list):
        yield from leaves_of(node[1])
