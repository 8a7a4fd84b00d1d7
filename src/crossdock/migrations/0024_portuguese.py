"""Who chose Portuguese reads that of Portugal: the language's code says so."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

HAVE_A_LANGUAGE = ("User", "Marketplace")


def rename(apps: Apps, _schema: BaseDatabaseSchemaEditor) -> None:
    for name in HAVE_A_LANGUAGE:
        apps.get_model("crossdock", name).objects.filter(language="pt").update(language="pt-pt")


class Migration(migrations.Migration):
    dependencies = [("crossdock", "0023_settings_history")]

    operations = [migrations.RunPython(rename, migrations.RunPython.noop)]
