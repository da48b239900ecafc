"""The share register: classes, requests, and an append-only log of events from which every holding follows."""

from marke.shares.models.exits import (
    ExitInstalment,
    ExitMove,
    ExitPart,
    ExitPayment,
    ExitPrice,
    LiquidityReport,
    ShareExit,
)
from marke.shares.models.register import ORDINARY, NoteAttestation, ShareClass, ShareEvent, ShareRequest
from marke.shares.models.transfers import ShareTransfer, TransferMove

__all__ = [
    "ORDINARY",
    "ExitInstalment",
    "ExitMove",
    "ExitPart",
    "ExitPayment",
    "ExitPrice",
    "LiquidityReport",
    "NoteAttestation",
    "ShareClass",
    "ShareEvent",
    "ShareExit",
    "ShareRequest",
    "ShareTransfer",
    "TransferMove",
]
