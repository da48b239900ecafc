from django.urls import path

from marke.bills.views import deciding, inbox

app_name = "bills"
urlpatterns = [
    path("money/bills/", inbox.bills, name="bills"),
    path("money/bills/list.csv", inbox.bills_csv, name="bills_csv"),
    path("money/bills/address/", inbox.address, name="address"),
    path("money/bills/<int:number>/", deciding.bill, name="bill"),
    path("money/bills/<int:number>/fields/", deciding.fields, name="fields"),
    path("money/bills/<int:number>/approval/", deciding.approval, name="approval"),
    path("money/bills/<int:number>/answer/", deciding.answer, name="answer"),
    path("money/bills/<int:number>/resumption/", deciding.resumption, name="resumption"),
    path("money/bills/<int:number>/files/<int:position>/", inbox.file, name="file"),
    path("money/bills/<int:number>/files/<int:position>/shown/", inbox.shown, name="shown"),
    path("money/bills/<int:number>/enclosed/<int:place>/", inbox.enclosed, name="enclosed"),
]
