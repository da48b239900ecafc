from django.urls import path

from marke.ledger import views

app_name = "ledger"
urlpatterns = [
    path("money/", views.money, name="money"),
    path("money/mine/", views.mine, name="mine"),
    path("money/mine.csv", views.mine_csv, name="mine_csv"),
    path("money/flow/", views.flow, name="flow"),
    path("money/flow/<slug:period>/", views.flow, name="flow_in"),
    path("money/flow/<slug:period>.csv", views.flow_csv, name="flow_csv"),
    path("money/accounts/", views.accounts, name="accounts"),
    path("money/accounts.csv", views.accounts_csv, name="accounts_csv"),
    path("money/accounts/<int:pk>/", views.account, name="account"),
    path("money/accounts/<int:pk>.csv", views.account_csv, name="account_csv"),
    path("money/transactions/<int:number>/", views.transaction, name="transaction"),
    path("money/general-ledger.csv", views.export_general_ledger, name="export_gl"),
    path("money/ledger.beancount", views.export_beancount, name="export_beancount"),
]
