from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from core.errors import RequestError
from serve.answer_lines import answer_lines

ROOT = Path(__file__).parents[2]
ASKED = {"a": "1", "b": "2"}
ANSWER = {"id": "ans_1", "abstained": None}


def line(identity: str, **said: object) -> str:
    return json.dumps({"id": identity, **said}, separators=(",", ":")) + "\n"


def fill(out: Path, asked: dict[str, str], **said: object) -> None:
    with answer_lines(out, asked) as answers:
        for identity in asked:
            answers.add(identity, **said)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "answers.jsonl"


@pytest.mark.parametrize(
    "theirs",
    [
        "my notes\n",
        "my notes",
        "\n",
        line("a", question="How high is it?"),
        line("a", question="How high is it?").strip(),
        line("a", question="How high is it?")[:-5],
        line("a", answer="330 m"),
        line("a", answer={"text": "330 m"}),
        line("a", answer=ANSWER, note="mine"),
        line("a", error="down"),
        line("a", answer=ANSWER, error={}),
        json.dumps({"id": 7, "answer": ANSWER}) + "\n",
        json.dumps({"answer": ANSWER}) + "\n",
        "[]\n",
    ],
)
def test_a_file_that_no_run_has_left_is_refused_and_not_touched(out: Path, theirs: str) -> None:
    whole = line("b", answer=ANSWER) + theirs
    for text in (theirs, whole):
        out.write_text(text)
        with pytest.raises(RequestError, match="name another file"), answer_lines(out, ASKED):
            pass
        assert out.read_text() == text
    assert list(out.parent.iterdir()) == [out]


@pytest.mark.parametrize("asked", ["1", None])
def test_half_a_line_is_cut_off_wherever_it_ends(out: Path, asked: str | None) -> None:
    before = line("b", answer=ANSWER)
    said = {"answer": ANSWER} if asked is None else {"asked": asked, "answer": ANSWER}
    last = line('a "quoted" \\', **said)
    for cut in range(1, len(last) - 1):
        out.write_text(before + last[:cut])
        with answer_lines(out, ASKED) as answers:
            assert answers.known() == {"b"}
        assert out.read_text() == before


def test_a_line_that_lacks_only_its_end_is_kept(out: Path) -> None:
    out.write_text(line("a", answer=ANSWER).strip())
    with answer_lines(out, ASKED) as answers:
        assert answers.known() == {"a"}
        answers.add("b", answer=ANSWER)
    assert out.read_text() == line("a", answer=ANSWER) + line("b", asked="2", answer=ANSWER)


def test_two_runs_do_not_write_to_one_file(out: Path) -> None:
    with answer_lines(out, ASKED) as answers:
        with pytest.raises(RequestError, match="another run writes to"), answer_lines(out, ASKED):
            pass
        answers.add("a", answer=ANSWER)
    with answer_lines(out, ASKED) as answers:
        assert answers.known() == {"a"}


def test_a_link_stays_one_and_leads_to_the_same_lock(out: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(out)
    fill(link, ASKED, error={})
    with answer_lines(out, ASKED), pytest.raises(RequestError), answer_lines(link, ASKED):
        pass
    out.chmod(0o640)
    fill(link, ASKED, answer=ANSWER)
    assert link.is_symlink()
    assert len(out.read_text().splitlines()) == 2
    assert out.stat().st_mode & 0o777 == 0o640


def test_what_cannot_be_written_is_told(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "none" / "out", Path("/dev/null")):
        with pytest.raises(RequestError), answer_lines(place, ASKED):
            pass


def test_an_answer_stays_until_another_one_comes(out: Path) -> None:
    fill(out, {"a": "old"}, answer=ANSWER)
    fill(out, {"a": "new"}, error={})
    assert [json.loads(left)["asked"] for left in out.read_text().splitlines()] == ["old", "new"]
    fill(out, {"a": "new"}, answer=ANSWER)
    assert out.read_text() == line("a", asked="new", answer=ANSWER)


def test_a_failure_goes_once_the_answer_holds_again(out: Path) -> None:
    fill(out, {"a": "old"}, answer=ANSWER)
    fill(out, {"a": "new"}, error={})
    with answer_lines(out, {"a": "old"}) as answers:
        assert answers.known() == {"a"}
    assert out.read_text() == line("a", asked="old", answer=ANSWER)


def test_lines_of_other_questions_stay(out: Path) -> None:
    fill(out, {"c": "3"}, answer=ANSWER)
    fill(out, {"d": "4"}, error={})
    fill(out, ASKED, error={})
    fill(out, ASKED, answer=ANSWER)
    assert [json.loads(left)["id"] for left in out.read_text().splitlines()] == [*"cdab"]


KILLED = """
import os, signal, sys
from pathlib import Path
from serve.answer_lines import answer_lines
if sys.argv[2] == "tidying":
    die = lambda event, _: event == "os.rename" and os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(die)
with answer_lines(Path(sys.argv[1]), {"a": "9", "b": "2"}) as answers:
    answers.add("a", answer={"id": "ans_2", "abstained": None})
    if sys.argv[2] == "asking":
        os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("moment", ["asking", "tidying"])
def test_a_run_that_is_killed_loses_no_answer_and_the_next_one_tidies(
    out: Path, moment: str
) -> None:
    fill(out, ASKED, answer=ANSWER)
    command = [sys.executable, "-c", KILLED, str(out), moment]
    killed = subprocess.run(command, cwd=ROOT, check=False)  # noqa: S603 - our own
    assert killed.returncode == -signal.SIGKILL
    assert [json.loads(left)["id"] for left in out.read_text().splitlines()] == [*"aba"]
    with answer_lines(out, {"a": "9", "b": "2"}) as answers:
        assert answers.known() == {"a", "b"}
    found = [json.loads(left) for left in out.read_text().splitlines()]
    assert [(each["id"], each["asked"]) for each in found] == [("b", "2"), ("a", "9")]
    assert list(out.parent.iterdir()) == [out]
