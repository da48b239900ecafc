"""A process that closes the proposed year of a co-op in the test's database: python -m tests.surplus.closer DATABASE SLUG."""

from __future__ import annotations

import os
import sys


def main(database: str, slug: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "marke.site.settings"
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = database
    django.setup()
    from marke.surplus.models import YearClose
    from marke.surplus.services import close_year
    from tests.surplus.scene import AFTER

    year = YearClose.objects.select_related("round", "coop").get(coop__slug=slug)
    print("ready", flush=True)
    sys.stdin.readline()
    close_year(year=year, digest=year.digest, by=None, at=AFTER)
    print("closed", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
