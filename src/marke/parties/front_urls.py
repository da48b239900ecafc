"""Pages of a person, whatever co-ops they belong to."""

from django.urls import URLPattern, path

app_name = "people"
urlpatterns: list[URLPattern] = []
