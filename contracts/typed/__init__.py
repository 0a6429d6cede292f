"""Typed bindings of every contract of the suite. Written by scripts/generate."""

from contracts.typed.account import Account
from contracts.typed.admission import Admission
from contracts.typed.channel import Channel
from contracts.typed.claims_desk import ClaimsDesk
from contracts.typed.conditions import Conditions
from contracts.typed.deposit_token import DepositToken
from contracts.typed.directory import Directory
from contracts.typed.disburse import Disburse
from contracts.typed.dvp import Dvp
from contracts.typed.ecash import ECash
from contracts.typed.escrow import Escrow
from contracts.typed.factoring import Factoring
from contracts.typed.fingerprints import Fingerprints
from contracts.typed.fx_desk import FxDesk
from contracts.typed.hotel_deposit import HotelDeposit
from contracts.typed.interbank_swap import InterbankSwap
from contracts.typed.letter_of_credit import LetterOfCredit
from contracts.typed.liquidity_pool import LiquidityPool
from contracts.typed.mandate import Mandate
from contracts.typed.metered_utility import MeteredUtility
from contracts.typed.no_show import NoShow
from contracts.typed.offline_purse import OfflinePurse
from contracts.typed.parametric_premium import ParametricPremium
from contracts.typed.pbm import PBM
from contracts.typed.peer_loan import PeerLoan
from contracts.typed.points import Points
from contracts.typed.policy import Policy
from contracts.typed.receivable import Receivable
from contracts.typed.royalty_sale import RoyaltySale
from contracts.typed.rtgs_desk import RtgsDesk
from contracts.typed.splitter import Splitter
from contracts.typed.tax_ledger import TaxLedger
from contracts.typed.timelock import Timelock
from contracts.typed.toll import Toll
from contracts.typed.trade import Trade
from contracts.typed.validators import Validators

__all__ = [
    "PBM",
    "Account",
    "Admission",
    "Channel",
    "ClaimsDesk",
    "Conditions",
    "DepositToken",
    "Directory",
    "Disburse",
    "Dvp",
    "ECash",
    "Escrow",
    "Factoring",
    "Fingerprints",
    "FxDesk",
    "HotelDeposit",
    "InterbankSwap",
    "LetterOfCredit",
    "LiquidityPool",
    "Mandate",
    "MeteredUtility",
    "NoShow",
    "OfflinePurse",
    "ParametricPremium",
    "PeerLoan",
    "Points",
    "Policy",
    "Receivable",
    "RoyaltySale",
    "RtgsDesk",
    "Splitter",
    "TaxLedger",
    "Timelock",
    "Toll",
    "Trade",
    "Validators",
]
