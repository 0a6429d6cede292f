"""Small mistakes that a person could make, put into a Vyper source one at a time.

The rule: a mutant differs from the source at one place inside a function, and its name does not depend on line
numbers, so that what was found of it stays with it while the file changes elsewhere.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

COMPARISONS: Final[Mapping[str, tuple[str, ...]]] = {
    "Lt": ("<=", ">="),
    "LtE": ("<", ">"),
    "Gt": (">=", "<="),
    "GtE": (">", "<"),
    "Eq": ("!=",),
    "NotEq": ("==",),
    "In": ("not in",),
    "NotIn": ("in",),
}
ARITHMETIC: Final[Mapping[str, tuple[str, ...]]] = {
    "Add": ("-",),
    "Sub": ("+",),
    "Mult": ("//",),
    "FloorDiv": ("*",),
    "Mod": ("//",),
}
SPELLED: Final[Mapping[str, str]] = {
    "Lt": "<",
    "LtE": "<=",
    "Gt": ">",
    "GtE": ">=",
    "Eq": "==",
    "NotEq": "!=",
    "In": "in",
    "NotIn": "not in",
    "Add": "+",
    "Sub": "-",
    "Mult": "*",
    "FloorDiv": "//",
    "Mod": "%",
    "And": "and",
    "Or": "or",
}
OPERATORS: Final[Mapping[str, str]] = {
    "comparison": "a comparison at its limit or turned round",
    "arithmetic": "one arithmetic operator for another, also in `+=`",
    "boolean": "`and` for `or`, `or` for `and`",
    "negation": "a condition negated",
    "constant": "a whole number one more or one less, a truth value turned",
    "assertion": "a check left out",
    "event": "an event not logged",
    "statement": "an assignment or a call left out",
    "variable": "another variable of the same type",
    "field": "another field of the same record and type",
    "bound": "`min` for `max`, `max` for `min`",
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """`start` and `end` are offsets in the source at `path` (as the artifact names it)."""

    id: str
    path: str
    operator: str
    function: str
    line: int
    before: str
    after: str
    start: int
    end: int

    def apply(self, source: str) -> str:
        return source[: self.start] + self.after + source[self.end :]


def mutants(path: str, source: str) -> list[Mutant]:
    """All of one source file, in the order of the text."""
    from vyper.ast import parse_to_ast

    module = parse_to_ast(source)
    starts = [0]
    for text in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(text))
    seen: Counter[tuple[str, ...]] = Counter()
    found = []
    for function in module.get_children():
        if type(function).__name__ != "FunctionDef":
            continue
        for operator, node_start, node_end, after in _of_function(function, module, source, starts):
            before = source[node_start:node_end]
            if before == after:
                continue
            key = (path, operator, str(function.name), before, after)
            seen[key] += 1
            name = hashlib.sha256("\n".join([*key, str(seen[key])]).encode()).hexdigest()[:12]
            line = source.count("\n", 0, node_start) + 1
            found.append(Mutant(name, path, operator, str(function.name), line, before, after, node_start, node_end))
    return found


Site = tuple[str, int, int, str]


def _of_function(function: Any, module: Any, source: str, starts: list[int]) -> Iterator[Site]:
    def span(node: Any) -> tuple[int, int]:
        return starts[node.lineno - 1] + node.col_offset, starts[node.end_lineno - 1] + node.end_col_offset

    types = _variables(function)
    fields = _fields(module)
    for statement in function.body:
        yield from _of_node(statement, source, span, types, fields)


def _of_node(node: Any, source: str, span: Any, types: Mapping[str, str], fields: Mapping[str, Any]) -> Iterator[Site]:
    kind = type(node).__name__
    start, end = span(node)
    if kind == "Compare":
        yield from _between("comparison", node.left, node.right, node.op, COMPARISONS, source, span)
    elif kind == "BinOp":
        yield from _between("arithmetic", node.left, node.right, node.op, ARITHMETIC, source, span)
    elif kind == "AugAssign":
        yield from _between("arithmetic", node.target, node.value, node.op, ARITHMETIC, source, span, suffix="=")
        yield "statement", start, end, "pass"
    elif kind == "BoolOp":
        yield from _boolean(node, source, span)
    elif kind == "UnaryOp" and type(node.op).__name__ == "Not":
        yield "negation", start, end, source[span(node.operand)[0] : end]
    elif kind == "Int":
        yield "constant", start, end, str(int(node.value) + 1)
        if int(node.value) > 0:
            yield "constant", start, end, str(int(node.value) - 1)
    elif kind == "NameConstant" and node.value in (True, False):
        yield "constant", start, end, str(not node.value)
    elif kind == "Assert":
        yield "assertion", start, end, "pass"
    elif kind == "Log":
        yield "event", start, end, "pass"
        return  # what an event says is checked by its test; its arguments would drown everything else
    elif kind == "Expr" or kind == "Assign":
        yield "statement", start, end, "pass"
    elif kind == "If":
        test_start, test_end = span(node.test)
        yield "negation", test_start, test_end, f"not ({source[test_start:test_end]})"
    elif kind == "Name" and node.id in types:
        for other, type_ in types.items():
            if other != node.id and type_ == types[node.id]:
                yield "variable", start, end, other
    elif kind == "Attribute":
        yield from _other_fields(node, source, start, end, types, fields)
    elif kind == "Call" and source[start:end].startswith(("min(", "max(")):
        yield "bound", start, start + 3, "max" if source[start:end].startswith("min(") else "min"
    for child in _children(node):
        yield from _of_node(child, source, span, types, fields)


def _children(node: Any) -> Iterator[Any]:
    """Those that are values: not the target of a plain assignment, not a type, not the words of a refusal."""
    kind = type(node).__name__
    for child in node.get_children():
        name = type(child).__name__
        if name in ("Str", "arguments", "DocStr") or (kind == "Assert" and child is node.msg):
            continue
        if kind == "AnnAssign" and child in (node.annotation, node.target):
            continue
        if kind == "For" and child in (node.target,):
            continue
        if kind == "Assign" and child is node.target:
            continue
        yield child


def _between(
    operator: str,
    left: Any,
    right: Any,
    op: Any,
    table: Mapping[str, tuple[str, ...]],
    source: str,
    span: Any,
    suffix: str = "",
) -> Iterator[Site]:
    """The operator's own text, which lies between its sides; parentheses may stand around it."""
    name = type(op).__name__
    if name not in table:
        return
    start, end = span(left)[1], span(right)[0]
    spelled = SPELLED[name] + suffix
    at = source.find(spelled, start, end)
    if at < 0:
        return
    for other in table[name]:
        yield operator, at, at + len(spelled), other + suffix


def _boolean(node: Any, source: str, span: Any) -> Iterator[Site]:
    spelled = SPELLED[type(node.op).__name__]
    other = "or" if spelled == "and" else "and"
    for left, right in zip(node.values, node.values[1:], strict=False):
        at = source.find(f" {spelled} ", span(left)[1] - 1, span(right)[0] + 1)
        if at >= 0:
            yield "boolean", at + 1, at + 1 + len(spelled), other


def _variables(function: Any) -> dict[str, str]:
    """Parameters and local variables with their types."""
    found = {argument.arg: argument.annotation.node_source_code for argument in function.args.args}
    for node in function.get_descendants():
        if type(node).__name__ == "AnnAssign" and type(node.target).__name__ == "Name":
            found.setdefault(node.target.id, node.annotation.node_source_code)
    return found


def _fields(module: Any) -> dict[str, dict[str, str]]:
    """Of each record type of this file."""
    return {
        struct.name: {field.target.id: field.annotation.node_source_code for field in struct.body}
        for struct in module.get_children()
        if type(struct).__name__ == "StructDef"
    }


def _other_fields(
    node: Any, source: str, start: int, end: int, types: Mapping[str, str], fields: Mapping[str, Mapping[str, str]]
) -> Iterator[Site]:
    owner = node.value
    if type(owner).__name__ != "Name" or owner.id not in types or types[owner.id] not in fields:
        return
    record = fields[types[owner.id]]
    for other, type_ in record.items():
        if other != node.attr and node.attr in record and type_ == record[node.attr]:
            yield "field", end - len(node.attr), end, other
