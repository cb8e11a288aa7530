"""Plots of what was measured: how many bugs are left over time, each bug's curves, a heat map."""

from __future__ import annotations

from math import ceil, log10
from typing import TYPE_CHECKING, Any, Final

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from fuzz.people.bench.canaries import DETECTED
from fuzz.people.bench.drawing import DPI, figure_of, line_of, png_of
from fuzz.people.bench.statistics import survival

if TYPE_CHECKING:
    from fuzz.people.bench.analysis import Analysis

COLUMNS: Final = 6
"""Curves beside each other in the figure of all bugs."""


def plots(analysis: Analysis) -> dict[str, bytes]:
    """Draw all plots, by the names of their files."""
    return {
        "left.png": png_of(_left(analysis)),
        "heat.png": png_of(_heat(analysis)),
        "survival.png": png_of(_survival(analysis)),
    }


def _left(analysis: Analysis) -> Figure:
    """Draw for each searcher which share of all bugs and trials is detected, over executions."""
    figure, axes = figure_of(8.0, 4.6)
    for number, searcher in enumerate(analysis.searchers):
        cells = [analysis.cells[bug, searcher].times[DETECTED] for bug in analysis.bugs]
        pairs = sum(times.trials for times in cells)
        seen = sorted(moment for times in cells for moment in times.seen)
        moments = [1, *seen, analysis.plan.budget]
        shares = [0.0, *(count / pairs for count in range(1, len(seen) + 1)), len(seen) / pairs]
        axes.step(moments, shares, where="post", label=searcher, **line_of(number))
    axes.set_xscale("log")
    axes.set_ylim(0, 1)
    axes.set_xlim(1, analysis.plan.budget)
    axes.set_xlabel("executions of a trial")
    axes.set_ylabel("share of (bug, trial) detected")
    axes.grid(alpha=0.3)
    axes.legend(fontsize=8, loc="upper left")
    return figure


def _survival(analysis: Analysis) -> Figure:
    """Draw the survival curves of each bug, of all searchers."""
    rows = ceil(len(analysis.bugs) / COLUMNS)
    figure: Any = Figure(figsize=(2.6 * COLUMNS, 1.9 * rows + 0.9), dpi=DPI, layout="constrained")
    grid = figure.subplots(rows, COLUMNS, sharex=True, sharey=True, squeeze=False)
    for place, axes in enumerate(grid.flat):
        if place >= len(analysis.bugs):
            axes.set_axis_off()
            continue
        bug = analysis.bugs[place]
        for number, searcher in enumerate(analysis.searchers):
            moments, shares = survival(analysis.cells[bug, searcher].times[DETECTED])
            moments = [1.0, *moments[1:], float(analysis.plan.budget)]
            axes.step(moments, [*shares, shares[-1]], where="post", **line_of(number))
        axes.set_title(bug, fontsize=7.5)
        axes.set_xscale("log")
        axes.set_xlim(1, analysis.plan.budget)
        axes.set_ylim(-0.03, 1.03)
        axes.grid(alpha=0.3)
    figure.supxlabel("executions of a trial", fontsize=9)
    figure.supylabel("share of trials that have not detected it", fontsize=9)
    lines = [
        Line2D([], [], label=searcher, **line_of(number))
        for number, searcher in enumerate(analysis.searchers)
    ]
    figure.legend(handles=lines, loc="outside upper center", ncols=8, fontsize=8)
    return figure


def _heat(analysis: Analysis) -> Figure:
    """Draw the restricted mean of each bug and searcher as a colour, with its number."""
    bugs = sorted(
        analysis.bugs, key=lambda bug: analysis.cells[bug, analysis.searchers[0]].mean.value
    )
    means = [[analysis.cells[bug, s].mean.value for s in analysis.searchers] for bug in bugs]
    figure, axes = figure_of(3.6 + 0.85 * len(analysis.searchers), 1.7 + 0.19 * len(bugs))
    top = log10(analysis.plan.budget)
    logs = [[log10(value) for value in row] for row in means]
    low = min(top - 1, *map(min, logs))
    axes.imshow(logs, "viridis_r", aspect="auto", vmin=low, vmax=top)
    axes.set_xticks(range(len(analysis.searchers)), analysis.searchers, rotation=40, ha="left")
    axes.xaxis.tick_top()
    axes.set_yticks(range(len(bugs)), bugs, fontsize=7)
    for row, values in enumerate(means):
        for column, value in enumerate(values):
            cell = analysis.cells[bugs[row], analysis.searchers[column]]
            dark = log10(value) > (low + top) / 2
            axes.text(
                column,
                row,
                f"{value:,.0f}" if cell.found else "never",
                color="white" if dark else "black",
                fontsize=6.5,
                ha="center",
                va="center",
            )
    axes.set_xlabel("restricted mean of executions to detection")
    return figure
