"""A process that drops a file in and books it in the test's database, for tests of many at once and of sudden death.

python -m tests.payments.bank_writer DATABASE COOP FILE: prints what came of it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main(database: str, pk: int, path: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "marke.site.settings"
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = database
    django.setup()
    from marke.common.refusal import Refused
    from marke.parties.models import Coop
    from marke.payments.services import book_statement, receive_statement
    from tests.factories.parties import T0

    coop, content = Coop.objects.get(pk=pk), Path(path).read_bytes()
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        statement = receive_statement(coop=coop, filename="bank.xml", content=content, by=None, at=T0)
        print(book_statement(statement=statement, by=None, at=T0).state, flush=True)
    except Refused as refused:
        print(type(refused).__name__, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
