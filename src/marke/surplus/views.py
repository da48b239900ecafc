from django.http import HttpResponse


def years(request): return HttpResponse()
def year(request, number): return HttpResponse()
def mine(request, number): return HttpResponse()
