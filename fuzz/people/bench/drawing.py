"""Drawing with Matplotlib, as all our plots do it."""

from __future__ import annotations

from io import BytesIO
from typing import Any, Final

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

COLOURS: Final = (
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#999999",
)  # fmt: skip
"""Those of Okabe and Ito, which people who see fewer colours tell apart as well."""
DASHES: Final = ("-", "--", ":")
"""For more lines than colours."""
DPI: Final = 110


def figure_of(width: float, height: float, *, columns: int = 1) -> tuple[Any, Any]:
    """Return a figure of so many inches, and what to draw in: several beside each other, or one."""
    figure: Any = Figure(figsize=(width, height), dpi=DPI, layout="constrained")
    return figure, figure.subplots(1, columns)


def line_of(number: int) -> dict[str, Any]:
    """Return how to draw a line, so that it is not taken for another; the first stands out."""
    colours = len(COLOURS)
    return {
        "color": COLOURS[number % colours],
        "linestyle": DASHES[number // colours % len(DASHES)],
        "linewidth": 2.0 if number == 0 else 1.2,
    }


def png_of(figure: Any) -> bytes:
    """Draw a figure; nothing in the file tells of the time."""
    out = BytesIO()
    canvas: Any = FigureCanvasAgg(figure)
    canvas.print_png(out, metadata={"Software": None})
    return out.getvalue()
