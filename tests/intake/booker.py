"""A process that books an import in the test's database, for tests of two at once and of sudden death.

python -m tests.intake.booker DATABASE BATCH: prints the state in which the batch is then.
"""

from __future__ import annotations

import os
import sys


def main(database: str, pk: int) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "marke.site.settings"
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = database
    django.setup()
    from marke.intake.models import Batch
    from marke.intake.services import book_batch
    from tests.factories.parties import T0

    batch = Batch.objects.select_related("coop", "uploaded_by").get(pk=pk)
    print("ready", flush=True)
    sys.stdin.readline()
    booked = book_batch(batch=batch, opening_date=T0.date(), leave_out_faulty=False, by=batch.uploaded_by, at=T0)
    print(booked.state, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
