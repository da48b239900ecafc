"""The addresses of the common app alone, as a urlconf, so that its pages are tested without the apps above it."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from marke.common.refusal import NotAllowed, Refused
from marke.common.views import render


def front(request: HttpRequest) -> HttpResponse:
    return render(request, "refused.html", {"sentence": "front page"})


def refused(request: HttpRequest) -> HttpResponse:
    raise Refused("This invoice of €31.00 is paid. Open a new one.")


def not_allowed(request: HttpRequest) -> HttpResponse:
    raise NotAllowed("Only the treasurer may release a pay run.")


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("broken on purpose")


urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("", include("marke.common.urls")),
    path("", front),
    path("refused/", refused),
    path("not-allowed/", not_allowed),
    path("broken/", broken),
]
