"""Which page of a list is asked for. Odd numbers are the first."""

from django.http import HttpRequest

MOST_DIGITS = 6


def page_of(request: HttpRequest) -> int:
    number = request.GET.get("page", "1")
    return max(int(number), 1) if number.isdecimal() and len(number) <= MOST_DIGITS else 1
