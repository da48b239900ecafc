"""Registries let a lower app call on a higher one without knowing it: the higher app registers in `AppConfig.ready`."""

from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar


class Named(Protocol):
    @property
    def kind(self) -> str: ...


T = TypeVar("T", bound=Named)


class UnknownKind(LookupError):
    """Nothing of this kind has been registered."""


class Registry(Generic[T]):
    """The things of one sort, by their `kind`.

    Raises: ValueError when a kind is registered twice; UnknownKind when it is asked for and not there.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._entries: dict[str, T] = {}

    def register(self, entry: T) -> T:
        if entry.kind in self._entries:
            raise ValueError(f"{self.name} '{entry.kind}' is registered twice")
        self._entries[entry.kind] = entry
        return entry

    def get(self, kind: str) -> T:
        try:
            return self._entries[kind]
        except KeyError:
            raise UnknownKind(f"There is no {self.name} '{kind}'; known are: {', '.join(sorted(self._entries))}") from None

    def __contains__(self, kind: object) -> bool:
        return kind in self._entries

    def __iter__(self) -> Iterator[T]:
        return iter(self._entries.values())
