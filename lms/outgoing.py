"""Asking addresses that somebody typed: only over https, never inside our own network, bounded in time and size.

Whoever may type an address would otherwise reach what only this machine can reach (a database's status page, the
cloud's metadata). The name is resolved once and the connection goes to the very address that was checked.
"""

import ipaddress
import socket
import time
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.utils.translation import gettext as _
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util.connection import create_connection

SECONDS, LONGEST_ANSWER = 5, 1_000_000


class NoAnswer(Exception):
    """What was asked for did not come. The message is for the person who typed the address."""


class _Inside(OSError):
    """The name leads into a network that is nobody else's."""


def is_outside(address: str) -> bool:
    """Whether an IP address is one of the open internet."""
    found = ipaddress.ip_address(address.split("%", 1)[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo or (None, None))[1]
        if inner is not None:
            return inner.is_global
        # A translator of networks (RFC 6052) may carry a private address in the last four bytes.
        if found in ipaddress.ip_network("64:ff9b::/96"):
            return ipaddress.IPv4Address(int(found) & 0xFFFFFFFF).is_global
    return found.is_global and not found.is_multicast


def _checked_address(host: str, port: int) -> str:
    found = [each[4][0] for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not settings.IDENTITY_PRIVATE_NETWORK and not all(is_outside(str(each)) for each in found):
        raise _Inside(host)
    return str(found[0])


def _connect(connection: HTTPConnection) -> socket.socket:
    host, port = connection.host, connection.port
    try:
        address = _checked_address(host, port)
        return create_connection((address, port), connection.timeout, socket_options=connection.socket_options)
    except socket.gaierror as error:
        raise NameResolutionError(host, connection, error) from error
    except TimeoutError as error:
        raise ConnectTimeoutError(connection, f"{host} is silent") from error
    except _Inside as error:
        raise NewConnectionError(connection, "inside") from error
    except OSError as error:
        raise NewConnectionError(connection, str(error)) from error


class _Plain(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _connect(self)


class _Secure(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _connect(self)


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


class _Guarded(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}


def check_address(url: str) -> None:
    """Refuse an address that is not to be asked, by its look alone.

    Raises:
        NoAnswer: not https, no host, or a name and password in it.
    """
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        parts, host = urlsplit(""), None
    allowed = ("http", "https") if settings.IDENTITY_PRIVATE_NETWORK else ("https",)
    if not host or parts.scheme not in allowed or parts.username is not None or parts.fragment:
        raise NoAnswer(_("This is not an address that begins with https://."))


def fetch(url: str, *, method: str = "GET", **more: Any) -> bytes:
    """The body of an answer with status 200. Follows no redirect and no proxy of the environment.

    Raises:
        NoAnswer: with what to tell the person who typed the address.
    """
    check_address(url)
    host = urlsplit(url).hostname
    try:
        with requests.Session() as session:
            session.trust_env = False
            session.mount("https://", _Guarded())
            session.mount("http://", _Guarded())
            with session.request(method, url, timeout=SECONDS, allow_redirects=False, stream=True, **more) as answer:
                if answer.status_code != 200:
                    raise NoAnswer(
                        _("%(host)s answered with status %(status)s where a document was expected.")
                        % {"host": host, "status": answer.status_code}
                    )
                return _bounded(answer)
    except requests.exceptions.SSLError as error:
        raise NoAnswer(_("The certificate of %(host)s is not valid.") % {"host": host}) from error
    except (requests.RequestException, ValueError, OSError) as error:
        if "inside" in str(error):
            raise NoAnswer(
                _("%(host)s is on a private network, which this site does not ask. See the setting for that.")
                % {"host": host}
            ) from error
        raise NoAnswer(_("%(host)s does not answer.") % {"host": host}) from error


def _bounded(answer: requests.Response) -> bytes:
    until, body = time.monotonic() + 2 * SECONDS, b""
    for part in answer.iter_content(16_384):
        body += part
        if len(body) > LONGEST_ANSWER or time.monotonic() > until:
            raise NoAnswer(_("The answer is too long or too slow."))
    return body
