from django.urls import path

from marke.surplus.views import lines, mine, officers, years

app_name = "surplus"
urlpatterns = [
    path("years/", years.years, name="years"),
    path("years.csv", years.years_csv, name="years_csv"),
    path("years/<int:number>/", years.year, name="year"),
    path("years/<int:number>/steps.csv", years.steps_csv, name="steps_csv"),
    path("years/<int:number>/mine/", mine.mine, name="mine"),
    path("years/<int:number>/mine.pdf", mine.statement, name="statement"),
    path("years/<int:number>/members/", lines.members, name="members"),
    path("years/<int:number>/members/<int:position>/correction/", lines.correction, name="correction"),
    path("years/<int:number>/members.csv", officers.members_csv, name="members_csv"),
    path("years/<int:number>/statements.zip", officers.statements, name="statements"),
    path("years/<int:number>/preview/", officers.preview, name="preview"),
    path("years/<int:number>/proposal/", officers.proposal, name="proposal"),
    path("years/<int:number>/cancellation/", officers.cancellation, name="cancellation"),
    path("years/<int:number>/payment/", officers.payment, name="payment"),
]
