"""The PDF of a company's certificate, for whoever prints it or is sent it."""

from __future__ import annotations

import asyncio
from datetime import date

from booking.day.papers.letterhead import letterhead
from booking.programme.company_years.rules import CompanyYear


async def certificate_pdf(filed: CompanyYear, *, on: date) -> bytes:
    """The certificate as it is printed, dated `on`."""
    from booking.programme.company_years.draw_certificate import draw_certificate  # noqa: PLC0415 - reportlab is heavy, and rarely asked for

    return await asyncio.to_thread(draw_certificate, filed, on=on, head=await letterhead())
