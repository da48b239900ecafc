"""Sending to an address that somebody typed: never into our own network, never for long, never on to another address.

The name is looked up once, what it stands for is judged, and the connection goes to exactly that: a name that changes its
meaning in between leads nowhere.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from django.conf import settings

PATIENCE = 5.0  # seconds without a word
DEADLINE = 10.0  # seconds in all
LONGEST_WORD = 300  # letters of an answer that are kept for a log
# Addresses in which another one is wrapped: they lead where that leads.
WRAPPING = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))


class NotSent(Exception):
    """Nobody took it: why, in words for the log."""


class AddressRefused(NotSent):
    """An address to which nothing is sent."""


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes

    @property
    def text(self) -> str:
        """How it begins, for a log."""
        return self.body[:LONGEST_WORD].decode(errors="replace").replace("\0", "")


@dataclass(frozen=True)
class Target:
    secure: bool
    host: str
    port: int
    path: str


def target_of(url: str) -> Target:
    """What an address says. Raises: AddressRefused."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise AddressRefused(str(error)) from error
    secure = parts.scheme == "https"
    if not secure and not (parts.scheme == "http" and settings.WEBHOOKS_PRIVATE):
        raise AddressRefused("the address does not begin with https://")
    if not host or parts.username or parts.password or any(ord(letter) <= 32 for letter in url):
        raise AddressRefused("the address names no host, or a user")
    if not settings.WEBHOOKS_PRIVATE and not _may_be_public(host):
        raise AddressRefused(f"{host} lies in a private network")
    path = parts.path or "/"
    return Target(secure, host, port or (443 if secure else 80), f"{path}?{parts.query}" if parts.query else path)


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Sends JSON once; of the answer no more is read than a log keeps. Raises: NotSent."""
    return exchange("POST", url, body, headers, most_bytes=LONGEST_WORD)


def exchange(
    method: str,
    url: str,
    body: bytes | None,
    headers: Mapping[str, str],
    *,
    most_bytes: int,
    patience: float = PATIENCE,
    deadline: float | None = None,
) -> Answer:
    """Asks once; an answer that leads elsewhere is not followed, and no more than `most_bytes` of it is read.

    patience: seconds without a word · deadline: seconds in all. Raises: NotSent.
    """
    target = target_of(url)
    where = _look_up(target)
    connection = _connection(target, where, patience)
    watch = threading.Timer(deadline or DEADLINE, _cut, [connection])
    watch.start()
    try:
        connection.request(method, target.path, body, {"Content-Type": "application/json", "User-Agent": "Marke", **headers})
        answer = connection.getresponse()
        return Answer(answer.status, answer.read(most_bytes))
    except (OSError, HTTPException, UnicodeError, ValueError) as error:
        raise NotSent(f"{type(error).__name__}: {error}"[:LONGEST_WORD]) from error
    finally:
        watch.cancel()
        connection.close()


def _look_up(target: Target) -> str:
    """The address of the network behind the name, if it may be reached."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotSent(f"{target.host}: {error}") from error
    addresses = [str(entry[4][0]) for entry in found]
    if not settings.WEBHOOKS_PRIVATE and not all(is_public(address) for address in addresses):
        raise AddressRefused(f"{target.host} lies in a private network")
    return addresses[0]


def _may_be_public(host: str) -> bool:
    """What can be told without asking anybody: addresses in digits, and names that only a local network knows."""
    try:
        return is_public(host)
    except ValueError:
        return "." in host.rstrip(".") and not host.rstrip(".").endswith((".localhost", ".local", ".internal"))


def is_public(address: str) -> bool:
    """Whether this lies on the open internet, not in somebody's own network or on this machine."""
    known: ipaddress.IPv4Address | ipaddress.IPv6Address = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(known, ipaddress.IPv6Address):
        if any(known in network for network in WRAPPING):
            known = ipaddress.IPv4Address(int(known) & 0xFFFFFFFF)
        else:
            known = known.ipv4_mapped or known.sixtofour or (known.teredo[1] if known.teredo else known)
    return known.is_global and not known.is_multicast


def _connection(target: Target, where: str, patience: float) -> HTTPConnection:
    """To `where`, by the name that stands in the address: the certificate has to be the name's."""
    kind = HTTPSConnection if target.secure else HTTPConnection
    connection = kind(target.host, target.port, timeout=patience)
    try:
        opened = socket.create_connection((where, target.port), patience)
        if target.secure:
            opened = ssl.create_default_context().wrap_socket(opened, server_hostname=target.host)
    except (OSError, ValueError) as error:
        raise NotSent(f"{type(error).__name__}: {error}"[:LONGEST_WORD]) from error
    connection.sock = opened
    return connection


def _cut(connection: HTTPConnection) -> None:
    """Whoever answers a letter at a time is not waited for."""
    if connection.sock is not None:
        try:
            connection.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return
