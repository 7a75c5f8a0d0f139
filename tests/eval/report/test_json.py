from pathlib import Path

import jsonschema
import orjson
import pytest

from core.errors import RequestError
from eval.report.build import build_report
from eval.report.json import report_from_json, report_schema, report_to_json
from eval.runner.cases import load_run
from tests.eval.report.made_runs import made_run

_SCHEMA = Path("eval/report/report.schema.json")


def test_a_report_comes_back_equal_from_its_json(tmp_path: Path) -> None:
    baseline = load_run(made_run(tmp_path / "before", 30, seed=1))
    report = build_report(load_run(made_run(tmp_path / "now", 30)), baseline=baseline)
    assert report_from_json(report_to_json(report)) == report


def test_the_schema_that_is_kept_is_that_of_the_values() -> None:
    assert orjson.loads(_SCHEMA.read_bytes()) == orjson.loads(orjson.dumps(report_schema()))


def test_a_report_meets_the_schema_that_is_kept(tmp_path: Path) -> None:
    report = build_report(load_run(made_run(tmp_path, 30)))
    schema = orjson.loads(_SCHEMA.read_bytes())
    jsonschema.validate(orjson.loads(report_to_json(report)), schema)


def test_the_schema_says_what_a_field_means() -> None:
    schema = orjson.loads(_SCHEMA.read_bytes())
    told = schema["$defs"]["Change"]["properties"]["p_adjusted"]["description"]
    assert told == "The same, adjusted for how many metrics are compared (Holm)."


def test_what_is_no_report_is_refused_with_the_place() -> None:
    with pytest.raises(RequestError, match="about"):
        report_from_json(b'{"version": 1}')
