"""Members, circles, offices, joining and leaving."""

from django.urls import URLPattern, path

app_name = "parties"
urlpatterns: list[URLPattern] = []
