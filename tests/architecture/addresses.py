"""Every address of the installation, and what a visit comes to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from marke.credentials.models import Issued
from marke.doors.models import CalendarFeed, Delivery
from marke.feedback.models import Feedback
from marke.hearings.models import StatementPhoto
from marke.jobs.models import Capability, Contest, Incident, Proof, Series, Service
from marke.parties.models import Circle, Invitation, Mandate, Representation
from marke.payments.models import BankAccount, Payment
from marke.rates.models import ClientFare
from marke.rules.models import Decision
from marke.safety.models import Alarm, SharedTrip
from marke.selfbills.models import SelfBill
from marke.shares.models import ShareRequest
from marke.slots.models import Handover, SignUp
from marke.threads.models import Comment
from tests.factories.scenes import Scene

# Not ours: allauth's own pages, which its own tests look after.
NOT_OURS = ("account_", "socialaccount_")
STATEMENT_PAGES = ("", "_csv", "_columns", "_booking", "_discarding", "_proposals", "_entry")


@dataclass(frozen=True)
class Address:
    name: str
    parameters: tuple[str, ...]


def addresses() -> list[Address]:
    """All that have a name, in the order in which they are tried."""
    return [each for each in _walk(get_resolver(), "", ()) if not each.name.startswith(NOT_OURS)]


def nameless() -> list[str]:
    """Patterns that nobody can name, and so nobody can test."""
    return [str(pattern.pattern) for pattern in _patterns(get_resolver()) if not pattern.name]


def _patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from _patterns(pattern)
        else:
            yield pattern


def _walk(resolver: URLResolver, space: str, outer: tuple[str, ...]) -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        inner = (*outer, *pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, f"{pattern.namespace}:" if pattern.namespace else space, inner)
        elif pattern.name:
            yield Address(space + pattern.name, inner)


QUOTE_PAGES = {
    "quote": "sent", "quote_moves": "sent", "told": "sent", "quote_pdf": "sent", "draft": "draft", "order_invoice": "ordered",
}  # fmt: skip


class Arguments:
    """What stands in the variable places of an address, taken from a scene."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        coop = scene.coop
        share_request = ShareRequest.objects.filter(coop=coop, membership=scene.worker).order_by("number")[0]
        payment = Payment.objects.filter(coop=coop, request=scene.invoice.payment_request).get()
        self._by_name: dict[str, Any] = {
            "coop": coop.slug,
            "parties:number": scene.worker.number,
            "parties:representatives:number": scene.treasurer.number,
            "parties:join_by:token": Invitation.objects.get(coop=coop).token,
            "parties:invitation:token": Invitation.objects.get(coop=coop).token,
            "parties:withdraw_invitation:token": Invitation.objects.get(coop=coop).token,
            "parties:circle:pk": Circle.objects.get(coop=coop).pk,
            "parties:circle_place:pk": Circle.objects.get(coop=coop).pk,
            "parties:close_circle:pk": Circle.objects.get(coop=coop).pk,
            "parties:end_mandate:pk": Mandate.objects.filter(coop=coop).order_by("pk")[0].pk,
            "parties:end_representing:pk": Representation.objects.get(party=scene.client.party).pk,
            "rules:key": "jobs.contribution",
            "rules:number": Decision.objects.filter(coop=coop).order_by("pk")[0].number,
            "ledger:number": 1,
            "ledger:pk": payment.request.account.pk if payment.request else None,
            "ledger:period": "2026",
            "payments:number": payment.number,
            "payments:token": BankAccount.objects.get(coop=coop).token,
            "payments:account": payment.request.account.uid if payment.request else None,
            "payments:state": "settled",
            **{f"payments:statement{page}:number": 1 for page in STATEMENT_PAGES},
            "payments:kind": "xml",
            "payments:position": 1,
            "payments:pay_run:number": scene.pay_run.number,
            "payments:pay_run_sepa:number": scene.pay_run.number,
            "payments:pay_run_csv:number": scene.pay_run.number,
            "payments:pay_run_state:number": scene.pay_run.number,
            "capital:number": scene.issue.round.number,
            "capital:state": "settled",
            "capital:loan:number": 1,
            "capital:loan_csv:number": 1,
            "capital:interest_waiver:number": 1,
            "capital:interest_waiver:year": 2,
            "capital:waiver:number": 1,
            "capital:cancellation:number": 1,
            "decisions:number": scene.adopted.number,
            "decisions:draft:number": scene.drafted.number,
            "decisions:preview_csv:number": scene.drafted.number,
            "decisions:discussion:number": scene.drafted.number,
            "decisions:pk": Comment.objects.get(coop=coop).pk,
            "decisions:application:number": scene.applicant.number,
            "decisions:comment_removal:number": scene.discussed.number,
            "jobs:number": scene.settled.number,
            "jobs:pk": Service.objects.filter(coop=coop)[0].pk,
            "jobs:resolution:number": scene.disputed.number,
            "jobs:give:number": scene.waiting.number,
            "dispatch:year": 2026,
            "jobs:contest:pk": Contest.objects.get(coop=coop).pk,
            "jobs:token": scene.settled.token,
            "jobs:capability:pk": Capability.objects.get(coop=coop).pk,
            "jobs:capability_removal:pk": Capability.objects.get(coop=coop).pk,
            "jobs:key": Series.objects.get(coop=coop).token,
            "jobs:position": 0,
            "jobs:incident:pk": Incident.objects.filter(coop=coop)[0].pk,
            "jobs:photo:pk": Proof.objects.filter(coop=coop, kind="photo")[0].photo_id,
            "jobs:follow_photo:pk": Proof.objects.filter(coop=coop, kind="photo")[0].photo_id,
            "rates:job_kind": "delivery",
            "rates:pk": ClientFare.objects.get(coop=coop).pk,
            "safety:number": scene.settled.number,
            "safety:pk": Alarm.objects.get(coop=coop).pk,
            "safety:trip:token": SharedTrip.objects.get(coop=coop).token,
            "safety:follow_apart:token": scene.settled.token,
            "slots:number": 1,
            "slots:answer:pk": Handover.objects.get(coop=coop).pk,
            "slots:correction:pk": SignUp.objects.get(coop=coop, place=1).pk,
            "shares:number": share_request.number,
            "shares:transfer:number": 1,
            "shares:moves:number": 1,
            "shares:inheritance:number": scene.worker.number,
            "shares:exit:number": 1,
            "shares:exit_cancellation:number": 1,
            "shares:exit_payment:number": 1,
            "shares:exit_statement:number": 1,
            "shares:liquidity_report:number": 1,
            "invoices:number": scene.invoice.number,
            "invoices:token": scene.client.token,
            "invoices:activity": scene.quotes["sent"].activity.number,
            **{f"invoices:{page}:number": scene.quotes[state].number for page, state in QUOTE_PAGES.items()},
            **{f"invoices:{page}:token": scene.quotes["sent"].token for page in ("offer", "offer_answer", "offer_pdf")},
            **{f"invoices:internal_{page}:number": 1 for page in ("order", "moves", "billing")},
            **{f"invoices:internal_{page}:number": "IN2026-0001" for page in ("invoice", "pdf", "credit")},
            "invoices:client": scene.client.number,
            "invoices:check_one:number": scene.client.number,
            "invoices:client_details:number": scene.client.number,
            "invoices:reminder:number": scene.reminded.number,
            "invoices:reminder_pdf:number": scene.reminded.number,
            "surplus:number": 1,
            "surplus:position": 1,
            "treasury:period": "2026-01",
            "treasury:sheet": "result",
            "treasury:vat_csv:sheet": "vat",
            "treasury:folder_csv:sheet": "money",
            "activities:number": 1,
            "activities:sharing:number": 2,
            "activities:expense": 1,
            "activities:grant": 1,
            "activities:entry": 1,
            "activities:month": "2026-01",
            "activities:kind": "table",
            "funds:number": 1,
            "hearings:number": 1,
            "hearings:photo:pk": StatementPhoto.objects.get(coop=coop).pk,
            "feedback:pk": Feedback.objects.filter(coop=coop, about="work").order_by("pk")[0].pk,
            "feedback:circle:pk": Circle.objects.get(coop=coop).pk,
            "feedback:number": scene.settled.number,
            "feedback:token": scene.settled.token,
            **{f"feedback:{page}:token": scene.quotes["ordered"].token for page in ("say_order", "say_order_contest")},
            "intake:number": scene.batch.number,
            "intake:kind": "csv",
            "credentials:number": 1,
            "credentials:kind": "history.json",
            "credentials:token": Issued.objects.get(coop=coop, number=1).token,
            "engagements:number": 1,
            "engagements:member": scene.worker.number,
            "doors:number": 1,
            "doors:pk": Delivery.objects.filter(coop=coop)[0].pk,
            "doors:token": CalendarFeed.objects.get(coop=coop).token,
            "api:number": scene.settled.number,
            "sending:number": scene.invoice.number,
            "sending:recipient:number": 1,
            "sending:member:number": scene.worker.number,
            "common:pk": 1,
            "selfbills:number": SelfBill.objects.filter(coop=coop).order_by("pk")[0].number,
            "selfbills:agreement_moves:number": 1,
            "selfbills:billing:number": 1,
            "sellers:number": scene.worker.number,
            "sellers:file:number": 1,
            "sellers:year": 2026,
            "bills:number": 1,
            "bills:shown:number": 2,
            "bills:position": 1,
            "bills:place": 1,
        }

    def path(self, address: Address) -> str:
        """Raises: KeyError when a new parameter has no value here."""
        space = address.name.split(":")[0]
        values = {}
        for parameter in address.parameters:
            places = (f"{address.name}:{parameter}", f"{space}:{parameter}", parameter)
            values[parameter] = next(self._by_name[place] for place in places if place in self._by_name)
        return reverse(address.name, kwargs=values)


def came_to(client: Client, method: str, path: str) -> str:
    """open, refused (to sign in, forbidden, not found), not so (another method), or broken."""
    response: HttpResponse = getattr(client, method)(path)
    if response.status_code == 405:
        return "not so"
    if response.status_code in (401, 403, 404):
        return "refused"
    if response.status_code == 302 and response["Location"].startswith(str(reverse(settings.LOGIN_URL))):
        return "refused"
    return "broken" if response.status_code >= 500 else "open"
