"""What each fund is called."""

from marke.ledger.chart import detail_name
from marke.ledger.services import Account


def label_of(key: tuple[str, str]) -> str:
    """ "Guarantee fund": kind and detail of its account, as the chart of accounts calls it."""
    kind, detail = key
    return detail_name(Account(kind=kind, detail=detail))
