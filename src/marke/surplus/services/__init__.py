"""Writes about the year that is closed: preview, propose, close, pay, correct."""

from marke.surplus.services.closing import AnotherResult, close_year
from marke.surplus.services.correcting import CannotCorrect, correct_member_year
from marke.surplus.services.holding import FiguresChanged
from marke.surplus.services.paying import NotPayable, pay_year
from marke.surplus.services.previews import (
    BeingVotedOn,
    ClosedBefore,
    NotOverYet,
    PartsTooLarge,
    drop_year,
    preview_year,
    propose_year,
    reopen_preview,
    start_year,
)
from marke.surplus.services.repaying import repay_kept

__all__ = [
    "AnotherResult",
    "BeingVotedOn",
    "CannotCorrect",
    "ClosedBefore",
    "FiguresChanged",
    "NotOverYet",
    "NotPayable",
    "PartsTooLarge",
    "close_year",
    "correct_member_year",
    "drop_year",
    "pay_year",
    "preview_year",
    "propose_year",
    "reopen_preview",
    "repay_kept",
    "start_year",
]
