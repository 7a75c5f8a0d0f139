"""The options of `ibid ask`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

FIELDS = (
    *("collection", "top_k", "strategy", "max_context_tokens", "max_cost_usd", "task"),
    *("language", "reasoning", "model", "max_tokens", "temperature"),
)
"""Those that are fields of a request as they are."""


class Strategies(StrEnum):
    """How an answer is found."""

    AUTO = "auto"
    RETRIEVAL = "retrieval"
    LONG_CONTEXT = "long_context"
    AGENTIC = "agentic"


class Tasks(StrEnum):
    """What kind of answer is wanted."""

    QA = "qa"
    SUMMARIZE = "summarize"
    CODE = "code"
    REASONING = "reasoning"


class Reasonings(StrEnum):
    """Whether the model thinks first."""

    AUTO = "auto"
    ON = "on"
    OFF = "off"


QuestionText = Annotated[
    str | None, typer.Argument(metavar="QUESTION", help="In words, in quotes.")
]
Strategy = Annotated[
    Strategies,
    typer.Option(
        help="From passages, from whole documents, or as a model searches; auto: as needed."
    ),
]
MaxContextTokens = Annotated[
    int | None,
    typer.Option(min=1, metavar="N", help="The most that is read."),
]
MaxCost = Annotated[
    float | None,
    typer.Option("--max-cost", min=0, metavar="USD", help="The most it may cost."),
]
Plan = Annotated[
    bool,
    typer.Option("--plan", help="Say how it would be answered; spend nothing."),
]
Task = Annotated[Tasks, typer.Option(help="Chooses the model.")]
Language = Annotated[
    str | None,
    typer.Option(metavar="CODE", help="Of the answer: de, ja, …"),
]
Reasoning = Annotated[Reasonings, typer.Option(help="Think first.")]
Schema = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="JSON Schema of the answer's data."),
]
Model = Annotated[str | None, typer.Option(metavar="ID", help="Who is to answer.")]
MaxTokens = Annotated[int | None, typer.Option(min=1, metavar="N", help="Of the answer.")]
Temperature = Annotated[float | None, typer.Option(min=0, max=2, metavar="T")]
Batch = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Questions, a JSON line each."),
]
Out = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help="Their answers, a JSON line each; what is there is not asked again."
    ),
]
Concurrency = Annotated[int, typer.Option(min=1, max=64, metavar="N", help="At once.")]
