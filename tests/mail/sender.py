"""A process that sends the notices that wait, once, as a worker would; `stall`: it stops where the server has taken the
mail and nothing is committed, for a test to kill it there."""

import asyncio
import sys
import time
from datetime import UTC, datetime

import django


async def main(stall: bool) -> None:
    from django.conf import settings

    from crossdock.sync import mails, notices
    from crossdock.sync.db import make_pool
    from crossdock.web.mails import compose

    mail, pool = settings.CROSSDOCK_MAIL, make_pool(settings.CROSSDOCK_DATABASE, size=2)
    await pool.open(wait=True)
    sending = mails.Sending(compose, mail.sender, settings.CROSSDOCK_URL, mail.gather, mail.rate)
    await notices.tell(pool, datetime.now(UTC), hub_url=settings.CROSSDOCK_URL)
    await mails.begin(pool, sending, datetime.now(UTC))
    letters = await mails.due(pool, sending, datetime.now(UTC))

    def clock() -> datetime:
        """Asked when a mail was taken, for the commit that says so."""
        if stall:
            print("taken", flush=True)
            time.sleep(600)
        return datetime.now(UTC)

    print(f"{len(letters)} to send", flush=True)
    await mails.send(pool, sending, letters, clock)
    await pool.close()


if __name__ == "__main__":
    django.setup()
    asyncio.run(main("stall" in sys.argv))
