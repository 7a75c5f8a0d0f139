class ParagraphStyle:
    def __init__(
        self,
        name: str,
        parent: ParagraphStyle | None = None,
        *,
        fontName: str = ...,
        fontSize: float = ...,
        leading: float = ...,
        leftIndent: float = ...,
        spaceBefore: float = ...,
        spaceAfter: float = ...,
        keepWithNext: int = ...,
    ) -> None: ...
