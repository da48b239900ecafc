"""Eight processes issue invoices at once and some fail: no number is lost, none is given twice."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WRITERS = 8
# Takes a number, writes the paper's row in the same transaction, and every so many times changes its mind. The program is
# loaded once and forked before anybody has asked the database: eight processes, eight connections.
WRITER = """
import os
import sys
from datetime import date
import django
django.setup()
from django.conf import settings
from django.db import connection, transaction
settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = sys.argv[1]
from marke.invoices.services.numbers import take_number
from marke.invoices.models import Series
from marke.parties.models import Coop, Party
from marke.payments.services import lock_coop
class ChangedMind(Exception): pass
def write(writer):
    coop = Coop.objects.get(pk=int(sys.argv[2]))
    for turn in range(int(sys.argv[4])):
        try:
            with transaction.atomic():
                lock_coop(coop.pk)
                series, number = take_number(coop, date(2026, 3, 2))
                Party.objects.create(name=number, kind="organisation", created_at=coop.created_at)
                if (turn + writer) % int(sys.argv[5]) == 0:
                    raise ChangedMind
        except ChangedMind:
            pass
assert connection.connection is None
children = []
for writer in range(int(sys.argv[3])):
    child = os.fork()
    if not child:
        write(writer)
        connection.close()
        os._exit(0)  # an error raised above ends the child with its traceback and 1
    children.append(child)
codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
sys.exit(any(codes))
"""


# A tenth of 11,120 turns is taken back: more than 10,000 numbers are given.
@pytest.mark.long
@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("each", "fails_every"), [(12, 4), (1_390, 10)])
def test_eight_writing_processes_leave_no_gap_and_no_double(each: int, fails_every: int) -> None:
    from django.db import connection

    from marke.invoices.models import Series
    from marke.parties.models import Party
    from tests.factories.parties import make_coop

    coop = make_coop()
    told = [str(connection.settings_dict["NAME"]), *(str(number) for number in (coop.pk, WRITERS, each, fails_every))]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        [sys.executable, "-c", WRITER, *told], env=environment, cwd=ROOT, capture_output=True, timeout=900, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    kept = WRITERS * each - sum((turn + writer) % fails_every == 0 for writer in range(WRITERS) for turn in range(each))
    assert Series.objects.get().last == kept
    numbers = Party.objects.filter(name__startswith="2026-").values_list("name", flat=True)
    # Four digits are the least, not the most: as text 2026-10000 comes before 2026-9999.
    assert sorted(numbers) == sorted(f"2026-{serial:04d}" for serial in range(1, kept + 1))
