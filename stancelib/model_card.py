"""The model card: what a model is for, what it was made of, and how well it does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .evaluation import Evaluation, LabelScores

__all__ = ["minimal_card", "model_card", "score_table"]


def minimal_card(name: str, stances: Sequence[str], sentiments: Sequence[str]) -> str:
    """A card for a model about which nothing more is known than its labels.

    Examples
    --------
    >>> print(minimal_card("mine", ["supportive", "opposed"], ["neutral"]).splitlines()[0])
    # Model card: mine
    """
    sections = {
        "Labels": f"Stances: {', '.join(stances)}. Sentiments: {', '.join(sentiments)}.",
        "Scores": "Not measured. `stancelib evaluate EXAMPLES --model FOLDER` measures them.",
    }
    return model_card(name, sections)


def model_card(name: str, sections: Mapping[str, str]) -> str:
    """A card in Markdown.

    Parameters
    ----------
    name : str
        Name of the model.
    sections : mapping of str to str
        Title and text of each section, in order.

    Returns
    -------
    str
    """
    parts = [f"# Model card: {name}", *(f"## {title}\n\n{text.strip()}" for title, text in sections.items())]
    return "\n\n".join(parts) + "\n"


def score_table(evaluations: Mapping[str, Evaluation]) -> str:
    """One Markdown row of scores per evaluation, then each one's confusion matrix.

    Parameters
    ----------
    evaluations : mapping of str to Evaluation
        By the name of what was evaluated on.

    Returns
    -------
    str
    """
    rows = [
        "| measured on | label | passages | accuracy | macro-F1 | F1 per class | calibration error | surest half |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    tables = []
    for name, evaluation in evaluations.items():
        for kind, scores in (("stance", evaluation.stance), ("sentiment", evaluation.sentiment)):
            if scores:
                rows.append(_row(name, kind, scores))
        tables.append(f"Stance on {name}: rows are true, columns given.\n\n" + _confusion(evaluation.stance))
    return "\n".join(rows) + "\n\n" + "\n\n".join(tables)


def _row(name: str, kind: str, scores: LabelScores) -> str:
    per_class = ", ".join(f"{label} {value:.2f}" for label, value in scores.f1.items())
    cells = [
        name,
        kind,
        str(scores.n),
        _with_interval(scores.accuracy, scores.accuracy_interval),
        _with_interval(scores.macro_f1, scores.macro_f1_interval),
        per_class,
        f"{scores.calibration_error:.3f}",
        f"{scores.surest_half:.3f}",
    ]
    return f"| {' | '.join(cells)} |"


def _with_interval(value: float, interval: tuple[float, float]) -> str:
    return f"{value:.3f} ({interval[0]:.3f}–{interval[1]:.3f})"


def _confusion(scores: LabelScores) -> str:
    head = ["| | " + " | ".join(scores.classes) + " |", "| --- " * (len(scores.classes) + 1) + "|"]
    body = [
        f"| {name} | " + " | ".join(map(str, row)) + " |"
        for name, row in zip(scores.classes, scores.confusion, strict=True)
    ]
    return "\n".join(head + body)
