"""Starting a co-op: three short pages, then a QR code for the others."""

from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from marke.common import clock
from marke.common.refusal import Refused
from marke.common.views import csv_response, pdf_response, render
from marke.packs.registry import packs
from marke.parties.http import CoopRequest
from marke.parties.models import Party
from marke.parties.permissions import office_only
from marke.parties.queries import party_of
from marke.parties.services import create_party, declare_founded, give_sign_in
from marke.plan.pages import csv_of_plan, page_of_plan, page_or_answer, values_of
from marke.plan.paper import plan_pdf
from marke.plan.queries import Start, start_of_new
from marke.plan.services import rules_of
from marke.site.countries import country_choices
from marke.site.forms import FounderForm, RulesForm, TogetherForm, preview_coop
from marke.site.queries import founding_of
from marke.site.services import Plan, found_coop
from marke.statutes.sentences import label_of
from marke_core.statutes import regime

SESSION = "founding"
STEPS = (gettext_lazy("Who you are"), gettext_lazy("Your rules"), gettext_lazy("Check"))


class FoundingIsClosed(Refused):
    """Whoever runs this installation starts the co-ops on it."""

    status = 403


def check_open() -> None:
    if not settings.OPEN_FOUNDING:
        raise FoundingIsClosed(_("Co-ops are started here by whoever runs this site. Ask them to start yours."))


@require_http_methods(["GET", "POST"])
def about_you_all(request: HttpRequest) -> HttpResponse:
    """Step 1: name, sector, country, legal form; and who starts it."""
    check_open()
    kept: dict[str, Any] = request.session.get(SESSION, {})
    data = request.POST if request.method == "POST" else None
    initial = {"legal_form": "none", "country": _likely_country(request), **kept}
    together = TogetherForm(data, initial=initial)
    founder = None if party_of(request.user) else FounderForm(data, initial=kept)
    if data is not None and together.is_valid() and (founder is None or founder.is_valid()):
        answers = {**together.cleaned_data, **(founder.cleaned_data if founder else {})}
        if answers["pack"] != kept.get("pack"):
            kept.pop("rules", None)  # another sector has other defaults
        if (answers["country"], answers["legal_form"]) != (kept.get("country"), kept.get("legal_form")):
            kept.pop("regime", None)
        request.session[SESSION] = {**kept, **answers}
        return redirect("front:start_rules")
    return render(request, "site/start.html", {"together": together, "founder": founder, "steps": STEPS, "step": 1})


def _likely_country(request: HttpRequest) -> str:
    """The region of the browser's first language, e.g. BE of nl-BE; where it has none, a country of the page's language."""
    first = request.headers.get("Accept-Language", "").split(",")[0].split(";")[0]
    region = first.partition("-")[2].upper()
    return region if len(region) == 2 else {"nl": "NL"}.get(get_language() or "", "BE")


@require_http_methods(["GET", "POST"])
def your_rules(request: HttpRequest) -> HttpResponse:
    """Step 2: the seven rules as sentences, with the sector's defaults in them."""
    check_open()
    kept = request.session.get(SESSION)
    if not kept:
        return redirect("front:start")
    coop = preview_coop(kept, get_language() or "en")
    form = RulesForm(request.POST or None, coop=coop, values=kept.get("rules", {}), regime=kept.get("regime", ""), at=clock.now())
    if request.method == "POST" and form.is_valid():
        # What the plan chose of the other rules stays.
        request.session[SESSION] = {
            **kept,
            "rules": {**kept.get("rules", {}), **form.chosen},
            "regime": form.cleaned_data.get("regime", ""),
        }
        return redirect("front:start_check")
    return render(request, "site/start_rules.html", {"form": form, "name": kept["name"], "steps": STEPS, "step": 2})


@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest) -> HttpResponse:
    """On the way: 36 months of it, with sliders. POST makes the rules of the plan the rules of the founding."""
    check_open()
    if (start := _start_of_plan(request)) is None:
        return redirect("front:start")
    if request.method == "POST":
        kept = request.session[SESSION]
        rules = {**kept.get("rules", {}), **rules_of(values_of(start, request.POST))}
        request.session[SESSION] = {**kept, "rules": rules}
        return redirect("front:start_rules")
    context = {
        **page_of_plan(start, request.GET),
        "here": request.path,
        "use_url": request.path,
        "csv_url": reverse("front:start_plan_csv"),
        "paper_url": reverse("front:start_plan_paper"),
        "steps": STEPS,
        "step": 2,
    }
    return render(request, page_or_answer(request), context)


@require_safe
def plan_csv(request: HttpRequest) -> HttpResponse:
    check_open()
    if (start := _start_of_plan(request)) is None:
        return redirect("front:start")
    return csv_response("plan.csv", *csv_of_plan(start, request.GET))


@require_safe
def plan_paper(request: HttpRequest) -> HttpResponse:
    """The financial plan that founders hand to the notary, as PDF."""
    check_open()
    if (start := _start_of_plan(request)) is None:
        return redirect("front:start")
    return pdf_response("plan.pdf", plan_pdf(start, values_of(start, request.GET), clock.now()))


def _start_of_plan(request: HttpRequest) -> Start | None:
    """Where the plan begins, once it is known who founds what; None before."""
    if not (kept := request.session.get(SESSION)):
        return None
    coop = preview_coop(kept, get_language() or "en")
    return start_of_new(coop, kept.get("rules", {}), clock.local_date(clock.now(), coop.timezone))


@require_http_methods(["GET", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Step 3: everything once more; the button starts the co-op."""
    check_open()
    kept = request.session.get(SESSION)
    if not kept or "rules" not in kept:
        return redirect("front:start")
    if request.method == "POST":
        return _start(request, kept)
    coop = preview_coop(kept, get_language() or "en")
    context = {
        "kept": kept,
        "coop_preview": coop,
        "country_name": dict(country_choices(get_language() or "en"))[coop.country],
        "pack": packs.get(kept["pack"]),
        "form": RulesForm(coop=coop, values=kept["rules"], at=clock.now()),
        "regime": label_of(regime(kept["regime"])) if kept.get("regime") else "",
        "steps": STEPS,
        "step": 3,
    }
    return render(request, "site/start_check.html", context)


def _start(request: HttpRequest, kept: dict[str, Any]) -> HttpResponse:
    at = clock.now()
    plan = Plan(
        name=kept["name"],
        pack=kept["pack"],
        country=kept["country"],
        legal_form=kept["legal_form"],
        language=get_language() or "en",
        rules=kept["rules"],
        regime=kept.get("regime", ""),
    )
    with transaction.atomic():
        founder = party_of(request.user) or _new_founder(kept, at)
        founded = found_coop(plan=plan, founder=founder, at=at)
    if not request.user.is_authenticated and founder.user is not None:
        login(request, founder.user, backend="django.contrib.auth.backends.ModelBackend")
    request.session.pop(SESSION, None)
    return redirect("site:founding", coop=founded.coop.slug)


def _new_founder(kept: dict[str, Any], at: Any) -> Party:
    """A person with a sign-in of their own, who is signed in at once: the address is proven when they sign in again.

    Raises: AddressBelongsToSignIn when the address signs in here already.
    """
    party = create_party(name=kept["founder"], email=kept["email"], language=get_language() or "en", at=at)
    give_sign_in(party=party, verified=False, at=at)
    return party


@require_http_methods(["GET", "POST"])
@office_only("coordinator")
def founding(request: CoopRequest) -> HttpResponse:
    """The founding while it is open: the QR code for the others, who has agreed, and the button that completes it."""
    if request.method == "POST":
        declare_founded(coop=request.coop, by=request.party, at=clock.now())
        return redirect("site:home", coop=request.coop.slug)
    return render(request, "site/founding.html", founding_of(request.coop, clock.now()))
