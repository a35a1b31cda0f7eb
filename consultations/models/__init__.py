from consultations.models.ask import Ask
from consultations.models.attachment import Attachment
from consultations.models.case import Case, CaseNumber
from consultations.models.entry import Entry, EntryKind
from consultations.models.intake import Intake, IntakeFile
from consultations.models.support import Support

__all__ = ["Ask", "Attachment", "Case", "CaseNumber", "Entry", "EntryKind", "Intake", "IntakeFile", "Support"]
