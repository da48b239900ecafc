"""Runs in hordak's own environment: DATABASE single|bulk|balances COUNT → {"seconds": …} on the last line.

The same transactions as ours: a client owes 12.50, a worker earned 11.00, the co-op keeps 1.50; 50 workers in turn.
"""

from __future__ import annotations

import json
import sys
import time
from decimal import Decimal
from typing import Any

import dj_database_url  # type: ignore[import-not-found]
import django
from django.conf import settings

WORKERS = 50
BATCH = 5_000


def set_up(address: str) -> None:
    settings.configure(
        DATABASES={"default": dj_database_url.parse(address)},
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "mptt", "hordak"],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
        SECRET_KEY="benchmark",
        CURRENCIES=["EUR"],
        DEFAULT_CURRENCY="EUR",
    )
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def accounts() -> tuple[Any, Any, list[Any]]:
    from hordak.models import Account

    def make(code: str, type_: str) -> Account:
        found = Account.objects.filter(name=code).first()
        return found or Account.objects.create(name=code, code=code, type=type_, currencies=["EUR"])

    kinds = Account.TYPES if hasattr(Account, "TYPES") else None
    asset, liability, income = (kinds.asset, kinds.liability, kinds.income) if kinds else ("AS", "LI", "IN")
    return make("1", asset), make("3", income), [make(str(100 + i), liability) for i in range(WORKERS)]


def single(count: int) -> float:
    """Each transaction committed on its own, through the models as hordak's documentation shows."""
    from django.db import transaction
    from hordak.models import Leg, Transaction

    client, coop, workers = accounts()
    price, share, earned = Decimal("12.50"), Decimal("1.50"), Decimal("11.00")
    started = time.perf_counter()
    for number in range(count):
        with transaction.atomic():
            row = Transaction.objects.create(description=f"job {number}")
            Leg.objects.create(transaction=row, account=client, debit=price)
            Leg.objects.create(transaction=row, account=workers[number % WORKERS], credit=earned)
            Leg.objects.create(transaction=row, account=coop, credit=share)
    return time.perf_counter() - started


def bulk(count: int) -> float:
    """Django's bulk_create of transactions and legs, 5,000 transactions in each database transaction."""
    from django.db import transaction
    from hordak.models import Leg, Transaction

    client, coop, workers = accounts()
    price, share, earned = Decimal("12.50"), Decimal("1.50"), Decimal("11.00")
    started = time.perf_counter()
    for start in range(0, count, BATCH):
        numbers = range(start, min(start + BATCH, count))
        with transaction.atomic():
            rows = Transaction.objects.bulk_create([Transaction(description=f"job {number}") for number in numbers])
            legs = []
            for number, row in zip(numbers, rows, strict=True):
                legs += [
                    Leg(transaction=row, account=client, debit=price),
                    Leg(transaction=row, account=workers[number % WORKERS], credit=earned),
                    Leg(transaction=row, account=coop, credit=share),
                ]
            Leg.objects.bulk_create(legs)
    return time.perf_counter() - started


if __name__ == "__main__":
    set_up(sys.argv[1])
    seconds = {"single": single, "bulk": bulk}[sys.argv[2]](int(sys.argv[3]))
    print(json.dumps({"seconds": seconds}))
