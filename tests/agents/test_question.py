"""A question travels through a checkpoint and comes back as it was."""

from __future__ import annotations

import pytest

from dashboard.judging.evidence import Answer
from dashboard.judging.question import Obstacle, Question, question_from, question_to_json
from dashboard.judging.rubric import load
from jobs.agents.strict import StrictSerializer


def test_an_obstacle_comes_back_from_a_checkpoint(caplog: pytest.LogCaptureFixture) -> None:
    criterion = load("ml_code_completeness").criteria[0]
    question = Question(criterion, obstacle=Obstacle(Answer.NOT_ASSESSED, "The PDF has no text."))
    serializer = StrictSerializer()
    record = serializer.loads_typed(serializer.dumps_typed(question_to_json(question)))
    assert question_from(record, criterion) == question
    assert "Blocked" not in caplog.text
