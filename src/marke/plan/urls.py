from django.urls import path

from marke.plan import views

app_name = "plan"
urlpatterns = [
    path("plan/", views.plan, name="plan"),
    path("plan/plan.csv", views.plan_csv, name="csv"),
    path("plan/plan.pdf", views.plan_paper, name="paper"),
    path("plan/proposals/", views.propose, name="propose"),
]
