from django.urls import URLPattern

app_name = "surplus"
urlpatterns: list[URLPattern] = []
