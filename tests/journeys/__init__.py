"""People and programs at the whole product, for a day, a rush or five years."""

import pytest

# What it finds is said as a test says it.
pytest.register_assert_rewrite("tests.journeys.recounted")
