from __future__ import annotations

from typing import TYPE_CHECKING

import pypdfium2
import pytest

from cli.markdown_pdf import write_pdf

if TYPE_CHECKING:
    from pathlib import Path

MARKDOWN = """
# The moon

It is *small* & **far**, `r < R` → 1,737 km.

- one
  - two
3. three

| unit | value |
| --- | --- |
| km | 384,400 |

```
ibid ask "How far?"
```

> quoted
"""


def read(path: Path) -> list[str]:
    document = pypdfium2.PdfDocument(path)
    try:
        return [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()


@pytest.mark.parametrize(
    "words",
    [
        "The moon",
        "It is small & far, r < R -> 1,737 km.",
        "two",
        "three",
        "384,400",
        'ibid ask "How far?"',
        "quoted",
    ],
)
def test_everything_that_markdown_says_stands_in_the_pdf(tmp_path: Path, words: str) -> None:
    write_pdf(MARKDOWN, tmp_path / "moon.pdf", title="The moon")

    assert words in " ".join(read(tmp_path / "moon.pdf")[0].split())


def test_a_long_text_has_several_pages(tmp_path: Path) -> None:
    write_pdf("A line.\n\n" * 100, tmp_path / "long.pdf", title="Long")

    assert len(read(tmp_path / "long.pdf")) == 3
