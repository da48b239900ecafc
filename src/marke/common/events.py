"""What happened, told to higher apps. Handlers run at once, inside the transaction of the one who announces:

a handler that ran after the commit would be lost by a crash in between, and a share would stay unallotted for ever.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

E = TypeVar("E")
_handlers: dict[type[Any], list[Callable[[Any], None]]] = defaultdict(list)


def subscribe(event_type: type[E], handler: Callable[[E], None]) -> None:
    """Called from `AppConfig.ready` of a higher app."""
    if handler not in _handlers[event_type]:
        _handlers[event_type].append(handler)


def announce(event: object) -> None:
    """Called by a service, inside its transaction."""
    for handler in _handlers[type(event)]:
        handler(event)
