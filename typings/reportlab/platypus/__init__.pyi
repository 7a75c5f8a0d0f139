from collections.abc import Sequence

from reportlab.lib.styles import ParagraphStyle

class Flowable: ...

class Paragraph(Flowable):
    def __init__(self, text: str, style: ParagraphStyle, bulletText: str | None = None) -> None: ...

class Preformatted(Flowable):
    def __init__(self, text: str, style: ParagraphStyle, *, maxLineLength: int | None = None) -> None: ...

class TableStyle:
    def __init__(self, cmds: Sequence[tuple[object, ...]]) -> None: ...

class Table(Flowable):
    def __init__(
        self,
        data: Sequence[Sequence[Flowable]],
        colWidths: Sequence[float] | None = None,
        *,
        style: TableStyle | None = None,
        repeatRows: int = 0,
    ) -> None: ...

class SimpleDocTemplate:
    width: float
    def __init__(
        self, filename: str, *, pagesize: tuple[float, float] = ..., title: str | None = None
    ) -> None: ...
    def build(self, flowables: list[Flowable]) -> None: ...
