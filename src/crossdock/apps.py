"""Crossdock as one Django app. Not here: anything done at start-up; rows are in models."""

from django.apps import AppConfig


class CrossdockConfig(AppConfig):
    name = "crossdock"
    label = "crossdock"
    default_auto_field = "django.db.models.BigAutoField"
