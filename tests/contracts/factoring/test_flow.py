"""The figures of the supply-chain flow, to the cent."""

from tests.contracts.factoring.desk import (
    DEBTOR,
    DOCUMENT,
    FACTORING,
    FINANCIER,
    INVOICE,
    MONEY,
    ORDER,
    RECORD,
    SELLER,
    SETTLED,
    SOURCE,
    STRANGER,
    Desk,
)


def test_an_order_is_financed_and_its_lien_paid_from_the_escrow(desk: Desk) -> None:
    id = desk.accepted(ORDER, desk.offer(20_000_00, fee=100))
    advanced = desk.factoring.attempt("advance", id, sender=FINANCIER).event("Advanced")
    assert (advanced["value"], advanced["price"]) == (20_000_00, 200_00)
    assert (desk.gained(SELLER), desk.gained(FINANCIER)) == (20_000_00, -20_000_00)
    assert desk.factoring.read("owed", id) == 20_200_00
    fingerprint = desk.register.read("fingerprint", SELLER, DOCUMENT)
    assert tuple(desk.register.read("lien", fingerprint)) == (FACTORING, id)

    desk.pay(20_200_00)
    outcome = desk.factoring.attempt("waterfall", id, sender=STRANGER)
    assert outcome.result == 20_200_00
    assert outcome.event("Collected").arguments == {
        "id": id,
        "source": SOURCE,
        "record": RECORD,
        "value": 20_200_00,
        "divided_before": 0,
        "divided_after": 20_200_00,
    }
    assert outcome.event("Divided").arguments == {
        "id": id,
        "financier": FINANCIER,
        "seller": SELLER,
        "principal": 20_000_00,
        "price": 200_00,
        "residual": 0,
        "owed_before": 20_200_00,
        "owed_after": 0,
    }
    assert outcome.event("Settled").arguments == {"id": id, "financier": FINANCIER}
    assert (desk.gained(SELLER), desk.gained(FINANCIER)) == (20_000_00, 200_00)
    assert desk.of(id)["state"] == SETTLED
    assert tuple(desk.register.read("lien", fingerprint)) == (bytes(20), bytes(32))


def test_an_invoice_is_sold_at_96_percent_and_the_waterfall_leaves_the_seller_its_residual(desk: Desk) -> None:
    id = desk.accepted(INVOICE, desk.offer(36_668_16, discount=200))
    advanced = desk.factoring.attempt("advance", id, sender=SELLER).event("Advanced")
    assert advanced.arguments == {
        "id": id,
        "financier": FINANCIER,
        "seller": SELLER,
        "value": 36_668_16,
        "price": 763_92,
        "held_back": 1_527_84,
    }
    assert desk.factoring.read("outstanding", FINANCIER, DEBTOR, MONEY) == 36_668_16
    desk.pay(38_196_00)
    divided = desk.factoring.attempt("waterfall", id).event("Divided")
    assert (divided["principal"], divided["price"], divided["residual"]) == (36_668_16, 763_92, 763_92)
    assert desk.gained(FINANCIER) == 763_92
    assert desk.gained(SELLER) == 36_668_16 + 763_92
    assert desk.factoring.read("outstanding", FINANCIER, DEBTOR, MONEY) == 0
    assert desk.money.read("balanceOf", FACTORING) == desk.factoring.read("liabilities", MONEY) == 0


def test_proceeds_in_parts_pay_the_advance_first_then_the_price_then_the_seller(desk: Desk) -> None:
    id = desk.advanced(INVOICE)
    shown = []
    for amount in (36_668_15, 1, 1, 763_91, 763_91, 1):
        desk.pay(amount)
        divided = desk.factoring.attempt("waterfall", id).event("Divided")
        shown.append((divided["principal"], divided["price"], divided["residual"], divided["owed_after"]))
    assert shown == [
        (36_668_15, 0, 0, 763_93),
        (1, 0, 0, 763_92),
        (0, 1, 0, 763_91),
        (0, 763_91, 0, 0),
        (0, 0, 763_91, 0),
        (0, 0, 1, 0),
    ]
    record = desk.of(id)
    assert (record["principal_repaid"], record["price_paid"], record["residual_paid"]) == (36_668_16, 763_92, 763_92)
