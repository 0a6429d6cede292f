"""A firm pays three people, and tax and insurance go out in the same moment as the wages.

A scheme says how a gross wage is divided. Paying by it pays everybody or nobody, so the tax office waits for nobody
and the firm owes it nothing afterwards. Parts that do not come out even are divided to the last cent. A wage paid by
mistake comes back in the same proportions.

    python -m contracts.examples.payroll_with_tax_split
"""

from typing import Final

from contracts.addresses import ECASH
from contracts.bindings import bytes32
from contracts.examples.town import DAY_S, Person, Town, money, run
from contracts.typed.splitter import Leg, Splitter

WAGE_TAX: Final = 18_50
INSURANCE: Final = 9_35
"""Basis points of the gross wage: 18.5 % and 9.35 %."""
NET: Final = 100_00 - WAGE_TAX - INSURANCE
WAGES: Final = {"Ada": 4_321_09, "Ben": 3_333_33, "Cleo": 5_000_01}
NOTICE_S: Final = 30 * DAY_S


def story(town: Town) -> None:
    firm, office, insurer = town.person("firm"), town.person("tax office"), town.person("insurer")
    payroll = sum(WAGES.values())
    town.issue(firm, payroll)
    splitter = Splitter(firm.chain, town.deploy(firm, "splitter"))
    town.ecash(firm).approve(splitter.address, payroll)

    def scheme_for(employee: Person) -> bytes:
        legs = [
            Leg(payee=office.address, amount=0, basis_points=WAGE_TAX),
            Leg(payee=insurer.address, amount=0, basis_points=INSURANCE),
            Leg(payee=employee.address, amount=0, basis_points=NET),
        ]
        return splitter.create_scheme(legs, NOTICE_S).id

    schemes = {name: scheme_for(town.person(name)) for name in WAGES}
    town.say(f"Each wage is divided: tax {WAGE_TAX / 100} %, insurance {INSURANCE / 100} %, the rest to the employee")

    payments: dict[str, bytes] = {}
    taxes = 0
    for name, gross in WAGES.items():
        tax, insurance, net = splitter.quote(schemes[name], gross)
        payments[name] = splitter.split(schemes[name], ECASH, gross, 1, bytes32("wages, May")).id
        moved = town.show(f"{name}'s gross wage of {money(gross)} is paid")
        town.expect(
            moved == {"firm": -gross, "tax office": tax, "insurer": insurance, name: net}, "the quote is what was paid"
        )
        town.expect(tax + insurance + net == gross, "the parts are the whole, to the cent")
        taxes += tax
    town.say(f"The tax office has {money(taxes)} on the day the wages are paid, and the firm owes it nothing")

    for party in (office, insurer, town.person("Ben")):
        Splitter(party.chain, splitter.address).set_returns(schemes["Ben"], True)
        town.ecash(party).approve(splitter.address, 333_33)
    splitter.refund_split(payments["Ben"], 333_33, alone=False)
    moved = town.show("Ben was paid 333.33 too much: each gives its part of it back")
    town.expect(moved["firm"] == 333_33 and sum(moved.values()) == 0, "the firm has back exactly what was too much")
    town.expect(splitter.liabilities(ECASH) == 0, "the splitter keeps nothing")


if __name__ == "__main__":
    run(story, __doc__)
