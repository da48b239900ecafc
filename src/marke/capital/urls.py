from django.urls import path

from marke.capital.views import issues, loans, officers

app_name = "capital"
urlpatterns = [
    path("capital/", issues.capital, name="capital"),
    path("capital.csv", issues.issues_csv, name="issues_csv"),
    path("loans.csv", loans.loans_csv, name="loans_csv"),
    path("loans/", loans.loans, name="loans"),
    path("loans/<int:number>/", loans.loan, name="loan"),
    path("loans/<int:number>/plan.csv", loans.loan_csv, name="loan_csv"),
    path("loans/<int:number>/interest/<int:year>/waiver/", loans.interest_waiver, name="interest_waiver"),
    path("loans/<int:number>/waiver/", loans.waiver, name="waiver"),
    path("loans/<int:number>/cancellation/", loans.cancellation, name="cancellation"),
    path("share-issues/<int:number>/", issues.issue, name="issue"),
    path("share-issues/<int:number>/subscription/", issues.subscription, name="subscription"),
    path("share-issues/<int:number>/withdrawal/", issues.withdrawal, name="withdrawal"),
    path("share-issues/<int:number>/subscriptions/", officers.subscriptions, name="subscriptions"),
    path("share-issues/<int:number>/subscriptions.csv", officers.subscriptions_csv, name="subscriptions_csv"),
    path("share-issues/<int:number>/reports/", officers.reports, name="reports"),
    path("share-issues/<int:number>/<slug:state>/", officers.issue_state, name="issue_state"),
]
