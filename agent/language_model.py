"""The language model that may propose, where one is declared together with its agreement; a composition root."""

from contextlib import suppress

from agent.model.content import Content
from agent.settings import Settings
from agent.understand.model import ModelProposer, Offers, chat_of
from agent.understand.reply_model import ModelReplier
from agent.understand.wording_model import ModelWording


def get_ready(settings: Settings) -> None:
    """Imports LangChain and the package of the model that is declared, a second or two: done later, the first message
    would find the model's deadline over before it was asked, and webhooks would wait beside it. What is wrong with the
    model, its first call tells."""
    if settings.model and settings.model_agreement.strip():
        with suppress(Exception):
            chat_of(settings.model, settings.model_url, settings.model_seconds, Offers)


def model_of(settings: Settings, content: Content) -> ModelProposer | None:
    """What proposes commands for a message."""
    if not settings.model or not settings.model_agreement.strip():
        return None
    return ModelProposer(content, settings.model, url=settings.model_url, seconds=settings.model_seconds)


def replier_of(settings: Settings) -> ModelReplier | None:
    """What drafts replies for staff."""
    if not settings.model or not settings.model_agreement.strip():
        return None
    return ModelReplier(settings.model, url=settings.model_url, seconds=settings.reply_seconds)


def wording_of(settings: Settings) -> ModelWording | None:
    """What drafts wording for the admins."""
    if not settings.model or not settings.model_agreement.strip():
        return None
    return ModelWording(settings.model, url=settings.model_url, seconds=settings.reply_seconds)
