"""What an address is: a network, this machine, a private one, or what people type to reach a site."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

LOOPBACK = "127.0.0.1"
THIS_MACHINE = (LOOPBACK, "localhost", "::1")
# RFC 1918, RFC 4193 and link-local addresses: not reachable from the internet.
PRIVATE_NETWORKS = tuple(
    map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7", "fe80::/10"))
)
DEFAULT_PORTS = {"https": 443, "http": 80}


def network_of(proxy: str) -> IPv4Network | IPv6Network | None:
    """The network of a proxy given as an IP address or in CIDR notation; None for any other text."""
    try:
        return ip_network(proxy)
    except ValueError:
        return None


def is_private_host(host: str) -> bool:
    """Whether a host is this machine or an IP address of a private network; any other spelling is not."""
    if is_this_machine(host):
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return any(address.version == network.version and address in network for network in PRIVATE_NETWORKS)


def is_this_machine(host: str) -> bool:
    """Whether a host is this machine's own name or a loopback address."""
    try:
        address = ip_address(host)
    except ValueError:
        return host == "localhost"
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback


def is_base_url(url: str) -> bool:
    """Whether it is https:// or http://, a host and perhaps a port, and nothing that could be mistaken for the host."""
    try:
        parts = urlsplit(url)
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        netloc = f"{host}:{parts.port}" if parts.port is not None else host
    except ValueError:
        return False
    return parts.scheme in DEFAULT_PORTS and bool(parts.hostname) and url.lower() == f"{parts.scheme}://{netloc}"


def is_ip_address(host: str) -> bool:
    """Whether a host is an IP address, and no name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
