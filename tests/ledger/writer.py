"""A process that posts to the ledger of the test's database, for tests of many at once and of sudden death.

python -m tests.ledger.writer DATABASE SEED SECONDS: prints how many transactions it posted and how long each waited.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time


def main(database: str, seed: int, seconds: float) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "marke.site.settings"
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = database
    django.setup()
    from marke.parties.models import Coop, Party

    coop = Coop.objects.get(slug="velo")
    people = list(Party.objects.filter(name__startswith="Worker").order_by("pk"))
    print("ready", flush=True)
    sys.stdin.readline()
    print(json.dumps(_post(coop, people, random.Random(seed), seed, time.monotonic() + seconds)), flush=True)


def _post(coop, people, chance, seed, until):
    """Own facts, facts that every process posts, small batches, and reversals, as they come."""
    from django.db import transaction

    from marke.ledger.services import post_many, reverse
    from tests.factories.ledger import DAY, book_job, new_job
    from tests.factories.parties import T0

    own, waits = 0, []
    while time.monotonic() < until:
        started, worker = time.monotonic(), chance.choice(people)
        number = seed * 1_000_000 + own
        deed = chance.random()
        if deed < 0.2:  # the same fact from everywhere, as a webhook that repeats
            shared = chance.randrange(1, 50)
            book_job(coop, people[shared % len(people)], shared)
        elif deed < 0.3:
            post_many(coop=coop, transactions=[new_job(coop, worker, number + n) for n in range(20)], by=None, at=T0)
            own += 20
        else:
            with transaction.atomic():
                booked = book_job(coop, worker, number)
                own += 1
                if deed > 0.9:
                    reverse(transaction=booked, key=f"job:{number}:1:reversed", date=DAY, by=None, at=T0)
        waits.append(time.monotonic() - started)
        time.sleep(0.002)
    return {"own": own, "deeds": len(waits), "longest": max(waits, default=0.0)}


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))
