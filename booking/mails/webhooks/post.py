"""One request to one receiver: its name is resolved first, and the connection made to what was found and allowed.

So no name leads into our own network, not even one that answers otherwise a moment later. Redirects are not followed,
no proxy of the environment is used, and of the answer nothing but its status is read.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property

import httpx

from booking.mails.webhooks.addresses import ReceiverAddress, may_connect, receiver_of
from workshops.refusals import Invalid

# For the name, the connection, the request and the answer together.
ANSWER_SECONDS = 10.0
CONNECT_SECONDS = 4.0
ADDRESSES_TRIED = 2
# A name server that does not answer holds up neither the other receivers nor whatever else this process resolves.
_RESOLVERS = ThreadPoolExecutor(max_workers=64, thread_name_prefix="webhooks")

Resolve = Callable[[str, int], Sequence[str]]


class NotTaken(Exception):
    """The receiver did not take the request; the text says why, in our words."""


class Gone(NotTaken):
    """The receiver wants nothing any more (410)."""


def addresses_of(host: str, port: int) -> list[str]:
    """The IP addresses behind a name, IPv4 first."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    found.sort(key=lambda one: one[0] != socket.AF_INET)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class Post:
    """What takes requests to receivers; in the `trial`, also to those on this machine."""

    def __init__(self, *, trial: bool, resolve: Resolve = addresses_of, tls: ssl.SSLContext | None = None) -> None:
        self._trial = trial
        self._resolve = resolve
        self._given = tls

    async def send(self, url: str, body: bytes, headers: Mapping[str, str]) -> None:
        """Hand over a request; raises NotTaken unless the receiver answers 2xx in time, Gone for a 410."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                status = await self._status(url, body, headers)
        except TimeoutError:
            raise NotTaken(f"Pas de réponse en {ANSWER_SECONDS:.0f} secondes.") from None
        if status == httpx.codes.GONE:
            raise Gone("Le logiciel a répondu 410 : il ne veut plus rien recevoir.")
        if 300 <= status < 400:
            raise NotTaken(f"Le logiciel renvoie à une autre adresse ({status}), qui n'est pas suivie.")
        if not 200 <= status < 300:
            raise NotTaken(f"Le logiciel a répondu {status}.")

    async def _status(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        try:
            receiver = receiver_of(url, trial=self._trial)
        except Invalid as no:
            raise NotTaken(no.sentence) from None
        last = NotTaken("La connexion n'a pas pu être établie.")
        for address in (await self._allowed(receiver))[:ADDRESSES_TRIED]:
            try:
                return await self._post(receiver, address, url, body, headers)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                last = NotTaken(_why(error))
            except httpx.HTTPError as error:
                raise NotTaken(_why(error)) from None
        raise last

    async def _allowed(self, receiver: ReceiverAddress) -> Sequence[str]:
        loop = asyncio.get_running_loop()
        try:
            found = await loop.run_in_executor(_RESOLVERS, self._resolve, receiver.host, receiver.port)
        except (OSError, UnicodeError):
            found = []
        if not found:
            raise NotTaken("Le nom de l'adresse est introuvable.")
        if not all(may_connect(one, trial=self._trial) for one in found):
            raise NotTaken("Le nom mène à une adresse qui n'est pas publique.")
        return found

    async def _post(
        self, receiver: ReceiverAddress, address: str, url: str, body: bytes, headers: Mapping[str, str]
    ) -> int:
        # A client for each request: a connection is of one name, even where several names share an address.
        async with httpx.AsyncClient(
            verify=self._tls,
            trust_env=False,
            follow_redirects=False,
            timeout=httpx.Timeout(None, connect=CONNECT_SECONDS),
        ) as client:
            asked = httpx.URL(url)
            request = client.build_request(
                "POST",
                asked.copy_with(host=address),
                content=body,
                headers={
                    **headers,
                    "Host": asked.netloc.decode("ascii"),
                    "Content-Type": "application/json",
                    "User-Agent": "Technilab",
                    "Accept-Encoding": "identity",
                },
                extensions={"sni_hostname": receiver.host},
            )
            answer = await client.send(request, stream=True)
            await answer.aclose()
            return answer.status_code

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return self._given or httpx.create_ssl_context(trust_env=False)


def _why(error: httpx.HTTPError) -> str:
    if isinstance(error, httpx.ConnectTimeout):
        return f"Pas de connexion en {CONNECT_SECONDS:.0f} secondes."
    if isinstance(error, httpx.ConnectError) and "CERTIFICATE" in str(error).upper():
        return "Le certificat https du logiciel n'est pas accepté."
    if isinstance(error, httpx.ConnectError):
        return "La connexion est refusée."
    return "La connexion a été coupée avant la réponse."
