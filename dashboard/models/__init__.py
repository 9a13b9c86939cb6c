"""The tables, one noun a file. Importing this package makes them all known to the metadata."""

from dashboard.models.artifact import NodeArtifact
from dashboard.models.attempt import NodeAttempt
from dashboard.models.audit import AuditEvent
from dashboard.models.bulk import BulkAction, BulkItem
from dashboard.models.checkpoint import LangGraphCheckpoint, LangGraphWrite
from dashboard.models.cohort import Cohort, CohortPaper
from dashboard.models.credentials import ApiToken, Identity, OpenSession, RecoveryCode
from dashboard.models.definition import WorkflowDefinition
from dashboard.models.delivery import DeliveredNotice, Delivery, Webhook
from dashboard.models.gate import ConcurrencyGate
from dashboard.models.imported_run import ImportedRun
from dashboard.models.kept_answer import KeptAnswer
from dashboard.models.log import NodeLog
from dashboard.models.loose_file import LooseFile
from dashboard.models.model_call import ModelCall
from dashboard.models.node import WorkflowEdge, WorkflowNode
from dashboard.models.notice import Awaited, Notice, NoticePreference
from dashboard.models.paper import Paper
from dashboard.models.pause import WorkflowPause
from dashboard.models.question import NodeQuestion
from dashboard.models.rubric import Rescore, TeamRubric
from dashboard.models.ruling import Ruling
from dashboard.models.run import WorkflowRun
from dashboard.models.saved_view import SavedView
from dashboard.models.schedule import Recheck, RecheckChange, RecheckedRun, Schedule
from dashboard.models.sweeper import SweeperReport
from dashboard.models.tally import Tally
from dashboard.models.team import Membership, Team
from dashboard.models.team_limit import TeamLimit
from dashboard.models.team_model import TeamModel
from dashboard.models.team_retention import TeamRetention
from dashboard.models.upload import Upload, UploadedFile
from dashboard.models.user import SignInLink, User
from dashboard.models.worker import WorkerReport

__all__ = [
    "ApiToken",
    "AuditEvent",
    "Awaited",
    "BulkAction",
    "BulkItem",
    "Cohort",
    "CohortPaper",
    "ConcurrencyGate",
    "DeliveredNotice",
    "Delivery",
    "Identity",
    "ImportedRun",
    "KeptAnswer",
    "LangGraphCheckpoint",
    "LangGraphWrite",
    "LooseFile",
    "Membership",
    "ModelCall",
    "NodeArtifact",
    "NodeAttempt",
    "NodeLog",
    "NodeQuestion",
    "Notice",
    "NoticePreference",
    "OpenSession",
    "Paper",
    "Recheck",
    "RecheckChange",
    "RecheckedRun",
    "RecoveryCode",
    "Rescore",
    "Ruling",
    "SavedView",
    "Schedule",
    "SignInLink",
    "SweeperReport",
    "Tally",
    "Team",
    "TeamLimit",
    "TeamModel",
    "TeamRetention",
    "TeamRubric",
    "Upload",
    "UploadedFile",
    "User",
    "Webhook",
    "WorkerReport",
    "WorkflowDefinition",
    "WorkflowEdge",
    "WorkflowNode",
    "WorkflowPause",
    "WorkflowRun",
]
