"""Eight processes issue invoices at once and some fail: no number is lost, none is given twice."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WRITERS, EACH = 8, 12
# Takes a number, writes the paper's row in the same transaction, and every fourth time changes its mind.
WRITER = """
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
coop = Coop.objects.get(pk=int(sys.argv[2]))
for turn in range(int(sys.argv[4])):
    try:
        with transaction.atomic():
            lock_coop(coop.pk)
            series, number = take_number(coop, date(2026, 3, 2))
            Party.objects.create(name=number, kind="organisation", created_at=coop.created_at)
            if (turn + int(sys.argv[3])) % 4 == 0:
                raise ChangedMind
    except ChangedMind:
        pass
"""


@pytest.mark.long
@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_eight_writing_processes_leave_no_gap_and_no_double() -> None:
    from django.db import connection

    from marke.invoices.models import Series
    from marke.parties.models import Party
    from tests.factories.parties import make_coop

    coop = make_coop()
    command = [sys.executable, "-c", WRITER, str(connection.settings_dict["NAME"]), str(coop.pk)]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    running = [
        subprocess.Popen([*command, str(writer), str(EACH)], env=environment, cwd=ROOT, stderr=subprocess.PIPE)
        for writer in range(WRITERS)
    ]
    errors = [process.communicate(timeout=240)[1].decode() for process in running]
    assert [process.returncode for process in running] == [0] * WRITERS, errors
    kept = WRITERS * EACH * 3 // 4
    assert Series.objects.get().last == kept
    numbers = sorted(Party.objects.filter(name__startswith="2026-").values_list("name", flat=True))
    assert numbers == [f"2026-{serial:04d}" for serial in range(1, kept + 1)]
