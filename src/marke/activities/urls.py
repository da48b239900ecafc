from django.urls import path

from marke.activities.views import expenses, grants, mine, office, teams

app_name = "activities"
urlpatterns = [
    path("business/", mine.mine, name="mine"),
    path("business/all/", office.every, name="every"),
    path("business/wages/<str:month>/<slug:kind>/", office.payroll_file, name="payroll"),
    path("business/guarantee/", office.guarantee, name="guarantee"),
    path("business/<int:number>/", mine.activity, name="activity"),
    path("business/<int:number>/statement.csv", mine.statement_csv, name="statement_csv"),
    path("business/<int:number>/part/", mine.part, name="part"),
    path("business/<int:number>/wages/", mine.wages, name="wages"),
    path("business/<int:number>/exemptions/", mine.exemption, name="exemption"),
    path("business/<int:number>/ending/", mine.ending, name="ending"),
    path("business/<int:number>/sharing/", teams.sharing, name="sharing"),
    path("business/<int:number>/expenses/", expenses.expenses, name="expenses"),
    path("business/<int:number>/expenses/<int:expense>/answer/", expenses.answer, name="answer"),
    path("business/<int:number>/expenses/<int:expense>/withdrawal/", expenses.withdrawal, name="withdrawal"),
    path("business/<int:number>/expenses/<int:expense>/receipt/", expenses.receipt, name="receipt"),
    path("business/<int:number>/grants/", grants.grants, name="grants"),
    path("business/<int:number>/grants/<int:grant>/return/", grants.grant_return, name="grant_return"),
    path("business/<int:number>/papers/<int:entry>/loss/", office.write_off, name="write_off"),
]
