"""A trial that is shown tells no program, not even one that was subscribed before it was shown."""

from __future__ import annotations

from datetime import datetime

from booking.mails.webhooks.rules import DeliveryState
from booking.mails.webhooks.tables import WebhookDelivery


async def drop_waiting(*, now: datetime) -> None:
    """What waits ends here, as what invented people subscribed does where there is no trial: it never leaves later."""
    over = WebhookDelivery.update({WebhookDelivery.state: DeliveryState.DROPPED, WebhookDelivery.done_at: now})
    await over.where(WebhookDelivery.state == DeliveryState.WAITING)
