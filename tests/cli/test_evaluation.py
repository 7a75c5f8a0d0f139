from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Ibid

TEXTS = {
    "moon": "The moon is the only natural satellite of the earth. Its diameter is 3,474 km.",
    "mars": "Mars is the fourth planet from the sun. Its moons are called Phobos and Deimos.",
}
QUESTIONS: list[dict[str, object]] = [
    {
        "id": "diameter",
        "question": "What is the diameter of the moon?",
        "answers": ["3,474 km"],
        "evidence": [{"doc_id": "moon", "text": "Its diameter is 3,474 km."}],
        "type": "figure",
    },
    {
        "id": "moons",
        "question": "What are the moons of Mars called?",
        "answers": ["Phobos and Deimos"],
        "evidence": [{"doc_id": "mars", "text": "Its moons are called Phobos and Deimos."}],
        "type": "name",
    },
    {"id": "cup", "question": "Who won the football cup of 1998?", "answerable": False},
]


@pytest.fixture(autouse=True)
def built(data_dir: Path, models: Path) -> None:
    (data_dir / "models").symlink_to(models)


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    folder = tmp_path / "planets"
    folder.mkdir()
    corpus = [{"doc_id": name, "title": name, "text": text} for name, text in TEXTS.items()]
    _write(folder / "corpus.jsonl", corpus)
    _write(folder / "questions.jsonl", QUESTIONS)
    return folder


def _write(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def _rows(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_a_suite_is_asked_scored_and_reported(ibid: Ibid, suite: Path) -> None:
    result = ibid("eval", "run", str(suite), "--out", "run", "--json")

    assert result.exit_code == 0, result.stderr
    found = json.loads(result.stdout)
    means = {row["name"]: row["figure"]["value"] for row in found["report"]["metrics"]}
    assert means["recall@1"] == 1
    assert means["citation_recall"] == 1
    assert means["fabricated_quote_rate"] == 0
    assert means["numeric_match"] == 1
    assert means["abstention_recall"] == 1
    assert [row["id"] for row in _rows(Path("run/cases.jsonl"))] == ["diameter", "moons", "cup"]
    left = {path.name for path in Path("run").iterdir()}
    assert left == {
        *("run.json", "answers.jsonl", "found.jsonl", "cases.jsonl"),
        *("report.html", "report.json", "report.md"),
    }


def test_a_run_again_asks_nothing_and_scores_the_same(ibid: Ibid, suite: Path) -> None:
    ibid("eval", "run", str(suite), "--out", "run")
    answers, cases = Path("run/answers.jsonl").read_bytes(), Path("run/cases.jsonl").read_bytes()

    result = ibid("eval", "run", str(suite), "--out", "run")

    assert result.exit_code == 0
    assert Path("run/answers.jsonl").read_bytes() == answers
    assert Path("run/cases.jsonl").read_bytes() == cases


def test_another_suite_does_not_go_where_a_run_lies(ibid: Ibid, suite: Path) -> None:
    ibid("eval", "run", str(suite), "--out", "run")
    _write(suite / "questions.jsonl", QUESTIONS[:1])

    result = ibid("eval", "run", str(suite), "--out", "run")

    assert result.exit_code == 1
    assert "has another run (suite_hash differ)" in result.stderr


def test_a_gate_decides_the_exit_code_and_names_what_fails(ibid: Ibid, suite: Path) -> None:
    gates = ["--gate", "recall@1>=0.9", "--gate", "exact_match>=0.99"]

    result = ibid("eval", "run", str(suite), "--out", "run", *gates)

    assert result.exit_code == 1
    assert "gate recall@1>=0.9: met" in result.stderr
    assert "gate exact_match>=0.99: NOT met" in result.stderr
    told = "  diameter 'What is the diameter of the moon?': 0.0 %, 99.0 points off"
    assert told in result.stderr
    assert "  cup " not in result.stderr


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--gate", "nonsense>=1"], "there is no metric 'nonsense'"),
        (["--baseline", "nowhere"], "no run 'nowhere'"),
        (["--closed-book"], "none is set up"),
        (["--recorded", "nowhere.jsonl"], "cannot be read"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_run_is_refused_in_one_line(
    ibid: Ibid, suite: Path, options: list[str], told: str
) -> None:
    result = ibid("eval", "run", str(suite), *options)

    assert result.exit_code in {1, 2}
    assert told in result.stderr
    assert "Traceback" not in result.stderr


def test_a_suite_without_documents_is_asked_of_a_collection(
    ibid: Ibid, suite: Path, tmp_path: Path
) -> None:
    (tmp_path / "moon.txt").write_text(TEXTS["moon"])
    ibid("ingest", "moon.txt", "-c", "sky")
    evidence = [{"doc_id": "moon.txt", "text": "Its diameter is 3,474 km."}]
    _write(Path("mine.jsonl"), [{"question": "How wide is the moon?", "evidence": evidence}])

    result = ibid("eval", "run", "mine.jsonl", "-c", "sky", "--out", "run", "--json")

    assert result.exit_code == 0, result.stderr
    [row] = _rows(Path("run/cases.jsonl"))
    assert row["scores"]["recall@1"] == 1  # pyright: ignore[reportIndexIssue] - JSON


def test_evidence_that_the_collection_lacks_is_named_with_its_question(
    ibid: Ibid, tmp_path: Path
) -> None:
    (tmp_path / "moon.txt").write_text(TEXTS["moon"])
    ibid("ingest", "moon.txt")
    evidence = [{"doc_id": "moon.txt", "text": "It is made of cheese."}]
    _write(Path("mine.jsonl"), [{"id": "q7", "question": "?!", "evidence": evidence}])

    result = ibid("eval", "run", "mine.jsonl")

    assert result.exit_code == 2
    assert "question 'q7': evidence does not stand in 'moon.txt'" in result.stderr


def test_a_document_that_left_the_suite_leaves_its_collection(ibid: Ibid, suite: Path) -> None:
    ibid("eval", "run", str(suite))
    _write(suite / "corpus.jsonl", [{"doc_id": "moon", "title": "moon", "text": TEXTS["moon"]}])
    _write(suite / "questions.jsonl", QUESTIONS[:1])

    assert ibid("eval", "run", str(suite)).exit_code == 0

    listed = json.loads(ibid("documents", "list", "-c", "eval-planets", "--json").stdout)
    assert [each["source"] for each in listed["documents"]] == ["moon"]


def test_recorded_answers_score_as_they_did_and_compare_without_a_difference(
    ibid: Ibid, suite: Path
) -> None:
    ibid("eval", "run", str(suite), "--out", "live")

    recorded = ibid(
        "eval", "run", str(suite), "--recorded", "live/answers.jsonl", "--out", "recorded"
    )
    compared = ibid("eval", "compare", "recorded", "live", "--json")

    assert (recorded.exit_code, compared.exit_code) == (0, 0)
    rows = {row["name"]: row for row in json.loads(compared.stdout)["report"]["metrics"]}
    for name in ("citation_recall", "token_f1", "recall@1", "abstention_recall"):
        assert rows[name]["change"]["difference"] == 0, name
        assert rows[name]["figure"]["n"], name


def test_a_drafted_suite_has_verbatim_evidence_says_so_and_runs(
    ibid: Ibid, suite: Path, tmp_path: Path
) -> None:
    (tmp_path / "moon.txt").write_text(f"{TEXTS['moon']} Nobody lives on the moon.")
    ibid("ingest", "moon.txt")

    first = ibid("eval", "make", "drafted.jsonl", "--json")
    again = ibid("eval", "make", "again.jsonl")
    over = ibid("eval", "make", "again.jsonl")

    assert (first.exit_code, again.exit_code, over.exit_code) == (0, 0, 2)
    lines = _rows(Path("drafted.jsonl"))
    assert Path("again.jsonl").read_bytes() == Path("drafted.jsonl").read_bytes()
    assert [line["question"] for line in lines] == ["What is the moon?"]
    assert all(line["drafted"] for line in lines)
    assert ibid("eval", "run", "drafted.jsonl", "--out", "run").exit_code == 0
    assert "1 of 1 questions were drafted" in Path("run/run.json").read_text()


def test_calibration_stands_beside_what_the_judge_says_afterwards(ibid: Ibid, suite: Path) -> None:
    claims = [("The moon is small.", "supported"), ("The sun is 17 km wide.", "not_supported")]
    (labels := Path("data/wice")).mkdir(parents=True)
    _write(
        labels / "dev.jsonl",
        [
            {"claim": claim, "label": label, "evidence_sentences": ["The moon is small."]}
            for claim, label in claims * 5
        ],
    )

    result = ibid("eval", "calibrate", "--data", "data", "--json")
    ibid("eval", "run", str(suite), "--out", "run")

    [[found]] = json.loads(result.stdout).values()
    assert (found["data"], found["n"], found["agreement"]["value"]) == ("wice", 10, 1.0)
    [judge] = json.loads(Path("run/run.json").read_text())["judges"]
    assert [each["data"] for each in judge["calibrations"]] == ["wice"]


def test_nothing_to_calibrate_on_is_a_failure(ibid: Ibid, tmp_path: Path) -> None:
    result = ibid("eval", "calibrate", "--data", str(tmp_path))

    assert result.exit_code == 1
    assert "has none of wice/dev.jsonl, " in result.stderr


def test_labels_that_only_a_model_can_be_measured_on_are_said_to_need_one(
    ibid: Ibid, tmp_path: Path
) -> None:
    (labels := tmp_path / "labels" / "judge_calibration").mkdir(parents=True)
    (labels / "financebench_human_labels.jsonl").write_text("")

    plain = ibid("eval", "calibrate", "--data", "labels")
    unasked = ibid("eval", "calibrate", "--data", "labels", "--no-judge")

    assert (plain.exit_code, unasked.exit_code) == (1, 1)
    assert "only a model judges, and none is asked; set NVIDIA_API_KEY" in plain.stderr
    assert "leave out --no-judge" in unasked.stderr
    assert "has none of" not in plain.stderr


def test_models_that_are_down_leave_questions_without_a_result(
    ibid: Ibid, suite: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NVIDIA_API_KEY", "nvapi-1")
    monkeypatch.setenv("NVIDIA_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("IBID_EMBEDDER", "all-MiniLM-L6-v2")
    monkeypatch.setenv("IBID_TIMEOUT_S", "3")

    down = ibid("eval", "run", str(suite), "--out", "run", "--no-judge", "--json")

    assert down.exit_code == 3, down.stderr
    counts = json.loads(down.stdout)["report"]["counts"]
    assert counts == {"answered": 0, "abstained": 0, "failed": 3}
    assert "3 questions without a result, which scores 0" in down.stderr


def test_a_comparison_has_a_page_of_its_own_beside_the_runs(ibid: Ibid, suite: Path) -> None:
    ibid("eval", "run", str(suite), "--out", "one")
    ibid("eval", "run", str(suite), "--out", "two")
    page = Path("one/report.html").read_bytes()

    result = ibid("eval", "compare", "one", "two")

    assert Path("one/report.html").read_bytes() == page
    assert "What changed" in Path("one/compare-two.html").read_text("utf-8")
    assert "report: one/compare-two.html" in result.stdout


@pytest.mark.parametrize(("gate", "code"), [("recall@1>=0", 0), ("recall@1>1", 1)])
def test_the_gates_decide_though_nobody_reads_the_report(
    ibid: Ibid, suite: Path, gate: str, code: int
) -> None:
    ibid("eval", "run", str(suite), "--out", "one")
    command = [sys.executable, "-c", "from cli.main import app; app()"]
    command += ["eval", "compare", "one", "one", "--gate", gate]
    reading, writing = os.pipe()
    os.close(reading)

    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, check=False)  # noqa: S603
    os.close(writing)

    assert done.returncode == code, done.stderr
    assert b"Broken" not in done.stderr


def test_a_killed_run_repeats_nothing(ibid: Ibid, suite: Path) -> None:
    many = [{"id": f"q{n}", "question": f"What is the diameter of moon {n}?"} for n in range(60)]
    _write(suite / "questions.jsonl", many)
    ibid("eval", "run", str(suite), "--limit", "1")  # so that the documents are read
    command = [sys.executable, "-c", "from cli.main import app; app()", "eval", "run", str(suite)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)  # noqa: S603
    runs = Path(os.environ["IBID_DATA_DIR"]) / "evals"  # noqa: TID251 - the test has set it
    answers = _answers(runs, process, at_least=5)
    process.send_signal(signal.SIGKILL)
    process.wait()
    before = answers.read_bytes().splitlines(keepends=True)
    whole = [line for line in before if line.endswith(b"\n")]

    result = ibid("eval", "run", str(suite), "--json")

    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["directory"] == str(answers.parent)
    after = answers.read_bytes().splitlines(keepends=True)
    assert after[: len(whole)] == whole, "what was answered was asked again"
    assert sorted(json.loads(line)["id"] for line in after) == sorted(f"q{n}" for n in range(60))


def _answers(runs: Path, process: subprocess.Popen[bytes], *, at_least: int) -> Path:
    """Return the answers of the run under way, once there are some, but not all."""
    while process.poll() is None:
        for path in runs.glob("planets-*/answers.jsonl"):
            is_over = (path.parent / "cases.jsonl").exists()
            if not is_over and path.read_bytes().count(b"\n") >= at_least:
                return path
        time.sleep(0.02)
    raise AssertionError("the run was over too soon")
