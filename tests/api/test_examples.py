"""The examples of the API's document are what their schemas say. Not here: real answers (test_promises.py)."""

import jsonschema
import pytest
from django.test import Client

from crossdock.api.examples import EXAMPLES
from tests.api.calls import ROOT


@pytest.mark.django_db
def test_every_example_is_as_its_schema_says() -> None:
    document = Client().get(f"{ROOT}/openapi.json").json()
    schemas = document["components"]["schemas"]
    for name, example in EXAMPLES.items():
        assert schemas[name]["example"] == example
        assert set(example) == set(schemas[name]["properties"]), name
        jsonschema.validate(example, schemas[name] | {"components": document["components"]})
