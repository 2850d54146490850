"""The words of decisions: the same for the same figures, wherever and by whomever they are read."""

from __future__ import annotations

from decimal import Decimal, localcontext

import pytest

from stvcount.record.wording import text_of

OF_NEXT_TO_NOTHING = {
    "value-kept": (
        {"papers": 3, "value": Decimal("0.000000001"), "surplus": Decimal("0.000000004")},
        "3 transferable papers worth 0.000000003 do not exceed the surplus 0.000000004: "
        "each keeps its value, 0.000000001",
    ),
    "transfer-value": (
        {
            "papers": 2,
            "value_before": Decimal("0.000000002"),
            "surplus": Decimal("0.000000001"),
            "value": Decimal("0.000000000"),
        },
        "2 transferable papers worth 0.000000004 exceed the surplus 0.000000001: "
        "transfer value 0.000000001 / 2 = 0.000000000",
    ),
}


@pytest.mark.parametrize("code", OF_NEXT_TO_NOTHING)
def test_what_papers_are_worth_is_said_without_an_exponent(code: str) -> None:
    figures, said = OF_NEXT_TO_NOTHING[code]
    assert text_of(code, ("A",), figures) == said


def test_an_exponent_is_left_out_whatever_letter_the_context_of_the_reader_has_for_it() -> None:
    figures, said = OF_NEXT_TO_NOTHING["transfer-value"]
    with localcontext() as context:
        context.capitals = 0
        assert text_of("transfer-value", ("Anne-Marie",), figures) == said


def test_whether_a_quota_is_exact_does_not_depend_on_the_context_of_the_reader() -> None:
    figures = {"valid": 100_001, "divisor": 3, "quota": Decimal("33333.67")}
    with localcontext() as context:
        context.prec = 2
        assert text_of("quota", (), figures) == (
            "Quota 100001 / 3 = 33333.67 (not exact: remainder dropped, 0.01 added)"
        )
