"""What is planted in contracts: one small mistake at a time, under a name that stays with it."""

import pytest

from scripts.mutation.operators import OPERATORS, Mutant, mutants
from scripts.mutation.report import Verdict, page

SOURCE = """# pragma version 0.4.3
struct Deal:
    paid: uint256
    held: uint256

deals: HashMap[bytes32, Deal]
open: public(bool)

event Paid:
    amount: uint256

@external
def pay(id: bytes32, amount: uint256, most: uint256):
    deal: Deal = self.deals[id]
    assert amount > 0 and amount <= most, "no"
    if not self.open:
        self.open = True
    left: uint256 = min(deal.held - amount, most)
    self.deals[id].paid += amount + left
    log Paid(amount=amount)
"""


@pytest.fixture(scope="module")
def found() -> list[Mutant]:
    return mutants("a.vy", SOURCE)


def changed(found: list[Mutant], operator: str) -> set[tuple[str, str]]:
    return {(each.before, each.after) for each in found if each.operator == operator}


def test_every_operator_finds_its_place(found: list[Mutant]) -> None:
    assert {each.operator for each in found} == OPERATORS.keys()
    assert changed(found, "comparison") == {(">", ">="), (">", "<="), ("<=", "<"), ("<=", ">")}
    assert changed(found, "boolean") == {("and", "or")}
    assert changed(found, "bound") == {("min", "max")}
    assert changed(found, "event") == {("log Paid(amount=amount)", "pass")}
    assert changed(found, "field") == {("held", "paid")}
    assert ("+=", "-=") in changed(found, "arithmetic")
    assert ("not self.open", "self.open") in changed(found, "negation")
    assert ("amount", "most") in changed(found, "variable")
    assert changed(found, "constant") == {("0", "1"), ("True", "False")}


def test_a_mutant_differs_from_the_source_at_its_place_only(found: list[Mutant]) -> None:
    for each in found:
        planted = each.apply(SOURCE)
        assert planted != SOURCE
        assert planted[: each.start] == SOURCE[: each.start]
        assert planted[each.start :] == each.after + SOURCE[each.end :]


def test_the_words_of_a_refusal_and_of_an_event_are_left_alone(found: list[Mutant]) -> None:
    assert all('"no"' not in each.before or each.operator == "assertion" for each in found)
    last = SOURCE.splitlines().index("    log Paid(amount=amount)") + 1
    assert [each.operator for each in found if each.line == last] == ["event"]


def test_a_name_stays_while_the_file_changes_elsewhere(found: list[Mutant]) -> None:
    moved = mutants("a.vy", SOURCE.replace("@external", "\n# words\n@external"))
    assert [each.id for each in moved] == [each.id for each in found]
    assert len({each.id for each in found}) == len(found)


def verdict(number: int, outcome: str) -> Verdict:
    return Verdict(str(number), "a.vy", "pay", "comparison", ">", "<", outcome, 1, 0.0)


def test_the_score_leaves_out_what_says_nothing_and_what_is_argued() -> None:
    outcomes = ["killed"] * 8 + ["killed by time", "survived", "survived", "stillborn", "unchanged"]
    verdicts = [verdict(number, outcome) for number, outcome in enumerate(outcomes)]
    text, low = page({"a": verdicts}, {"0", "10"}, {"9": "both are the same"}, OPERATORS)
    assert "| `a` | 11 | 8 | 9 | 1 | 1 | 90.0 % | 1 |" in text
    assert low == []
    assert "`>` became `<`. Equivalent: both are the same" in text
    _, low = page({"a": verdicts[1:], "none": []}, set(), {"9": "both are the same"}, OPERATORS)
    assert low == ["a", "none"], "under nine in ten, or nothing tried"
