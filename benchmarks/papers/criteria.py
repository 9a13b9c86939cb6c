"""Which criterion of the shipped rubrics asks nearly what a flag asks, and how the two questions differ."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.judging.evidence import Answer


@dataclass(frozen=True)
class Pair:
    """A flag and the criterion that asks nearly the same; `differs` says where they part. A criterion that
    `wants_more` than the flag says nothing about it by not being met."""

    flag: str
    criterion: str
    differs: str
    wants_more: bool = False

    def heard(self, answer: Answer) -> bool | None:
        """The criterion's answer as one to the flag: yes, no, or None where it is neither."""
        if answer is Answer.MET:
            return True
        return False if answer is Answer.NOT_MET and not self.wants_more else None


# No shipped rubric asks whether a seed is mentioned.
PAIRS = (
    Pair("states_code_available", "neurips/open_access", "it wants the data and instructions too", wants_more=True),
    Pair("mentions_dataset", "pineau/dataset_statistics", "it wants figures on the data too", wants_more=True),
    Pair("reports_hyperparameters", "pineau/hyperparameters", "it also asks how they were chosen"),
    Pair("reports_compute", "neurips/compute", "it asks whether what is told suffices"),
    Pair("has_limitations_section", "neurips/limitations", "a passage is enough for it"),
    Pair("has_ethics_statement", "miccai/ethics_approval", "it asks about approval, not of ethics at large"),
    Pair("has_error_bars_or_std", "pineau/variation", "it asks for the mean as well"),
)
