"""The addresses of the door for programs, below a co-op's name."""

from django.urls import path, re_path

from marke.doors.api.problems import in_words, nothing_here
from marke.doors.api.v1 import api

steps = api.urls
for step in steps[0]:
    if step.callback is not None:
        step.callback = in_words(step.callback)

urlpatterns = [
    path("api/v1/", steps),
    # Without a place for the rest of the address: whatever stands there, it is no page of ours.
    re_path("^api/v1/", nothing_here, name="api_nothing"),
]
