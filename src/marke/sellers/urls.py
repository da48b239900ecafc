from django.urls import path

from marke.sellers.views import mine, office

app_name = "sellers"
urlpatterns = [
    path("money/tax-office/", mine.mine, name="mine"),
    path("money/sellers/", office.years, name="years"),
    path("money/sellers/platform/", office.platform, name="platform"),
    path("money/sellers/members/<int:number>/", office.seller, name="seller"),
    path("money/sellers/files/<int:number>/report.xml", office.file, name="file"),
    path("money/sellers/<int:year>/", office.year, name="year"),
    path("money/sellers/<int:year>/sellers.csv", office.year_csv, name="year_csv"),
    path("money/sellers/<int:year>/files/", office.reporting, name="reporting"),
]
