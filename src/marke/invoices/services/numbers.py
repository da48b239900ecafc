"""Numbers are given when a paper is issued, in the same transaction, so that none is lost or given twice."""

from datetime import date

from django.db.models import Model
from django.utils.translation import gettext as _

from marke.common.refusal import Refused
from marke.invoices.models import Invoice, Series
from marke.parties.models import Coop
from marke_core.einvoice.series import number_in_series

CREDIT_NOTE = "CN"


class EarlierThanTheLast(Refused):
    """A later number would carry an earlier date."""


def take_number(coop: Coop, day: date, kind: str = "", papers: type[Model] = Invoice) -> tuple[Series, str]:
    """The next number of the year's series; its row stays locked until the transaction ends. `kind` begins the prefix;
    `papers`: the table in which papers of this kind are kept.

    Raises: EarlierThanTheLast.
    """
    prefix = f"{kind}{day.year}-"
    Series.objects.get_or_create(coop=coop, prefix=prefix)
    # The counter row is locked here, because a sequence leaves gaps after a rollback.
    series = Series.objects.select_for_update().get(coop=coop, prefix=prefix)
    last = papers._default_manager.filter(series=series).order_by("-serial").values_list("number", "issue_date").first()
    if last is not None and last[1] > day:
        raise EarlierThanTheLast(
            _("Invoice %(number)s was issued on %(last)s; the next one cannot be dated %(day)s. Check the machine's clock.")
            % {"number": last[0], "last": last[1].isoformat(), "day": day.isoformat()}
        )
    series.last += 1
    series.save(update_fields=["last"])
    return series, number_in_series(prefix, series.last)
