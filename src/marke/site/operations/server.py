"""Serving pages with gunicorn, and the clockwork beside it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.wsgi import get_wsgi_application
from gunicorn.app.base import BaseApplication

from marke.common.refusal import Refused


class PortTaken(Refused):
    """Something else listens there."""


def check_port(host: str, port: int) -> None:
    """Raises: PortTaken when nothing can listen on `port` of `host`."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTaken(
                f"Port {port} on {host} cannot be used ({error.strerror}). Stop what listens there, or give another: "
                f"--port {port + 1 if port < 65535 else 8000}"
            ) from None


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn inside this process: threads for waiting, processes for cores."""

    def __init__(self, *, host: str, port: int, workers: int, threads: int, ready: Callable[[], None]) -> None:
        self.options = {
            "bind": [f"[{host}]:{port}" if ":" in host else f"{host}:{port}"],
            "workers": workers,
            "threads": threads,
            "worker_class": "gthread",
            "preload_app": True,
            "timeout": 60,
            "graceful_timeout": 10,
            "max_requests": 20_000,
            "max_requests_jitter": 2_000,
            "loglevel": "warning",
            "control_socket_disable": True,
            "when_ready": lambda _: ready(),
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        from django.db import connections

        application = get_wsgi_application()
        connections.close_all()  # a connection must not be shared by the processes that are made of this one
        return application


@contextmanager
def clockwork_beside() -> Iterator[None]:
    """`marke work` as a process of its own, which ends with this one."""
    worker = subprocess.Popen(
        [sys.executable, "-P", "-m", "marke.site.cli", "work", "--parent", str(os.getpid())],
        stdin=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        worker.terminate()
        try:
            worker.wait(timeout=10)
        except subprocess.TimeoutExpired:
            worker.kill()


def cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
