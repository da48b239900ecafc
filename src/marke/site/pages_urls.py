"""Pages of the installation: what this is, and starting a co-op."""

from django.urls import path

from marke.site import founding_views, views

app_name = "front"
urlpatterns = [
    path("", views.front, name="front"),
    path("start/", founding_views.about_you_all, name="start"),
    path("start/rules/", founding_views.your_rules, name="start_rules"),
    path("start/plan/", founding_views.plan, name="start_plan"),
    path("start/plan/plan.csv", founding_views.plan_csv, name="start_plan_csv"),
    path("start/plan/plan.pdf", founding_views.plan_paper, name="start_plan_paper"),
    path("start/check/", founding_views.check, name="start_check"),
]
