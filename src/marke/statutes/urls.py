from django.urls import path

from marke.statutes import views

app_name = "statutes"
urlpatterns = [
    path("legal-form/", views.ours, name="ours"),
    path("legal-form/figures.csv", views.figures_csv, name="figures_csv"),
    path("legal-form/figures.json", views.figures_json, name="figures_json"),
    path("legal-form/forms/", views.compare, name="compare"),
    path("legal-form/forms.csv", views.compare_csv, name="compare_csv"),
    path("legal-form/change/", views.choose, name="choose"),
    path("legal-form/change/preview/", views.preview, name="preview"),
    path("legal-form/deed/", views.deed, name="deed"),
]
