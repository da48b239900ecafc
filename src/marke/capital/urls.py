from django.urls import path

from marke.capital.views import issues, officers

app_name = "capital"
urlpatterns = [
    path("capital/", issues.capital, name="capital"),
    path("share-issues/<int:number>/", issues.issue, name="issue"),
    path("share-issues/<int:number>/subscription/", issues.subscription, name="subscription"),
    path("share-issues/<int:number>/withdrawal/", issues.withdrawal, name="withdrawal"),
    path("share-issues/<int:number>/subscriptions/", officers.subscriptions, name="subscriptions"),
    path("share-issues/<int:number>/subscriptions.csv", officers.subscriptions_csv, name="subscriptions_csv"),
    path("share-issues/<int:number>/reports/", officers.reports, name="reports"),
    path("share-issues/<int:number>/<slug:state>/", officers.issue_state, name="issue_state"),
]
