"""The addresses of the common app alone, as a urlconf, so that its pages are tested without the apps above it."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("", include("marke.common.urls")),
]
