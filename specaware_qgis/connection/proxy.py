"""The proxy of QGIS' settings, for programs that QGIS starts."""

from __future__ import annotations

from urllib.parse import quote

from qgis.core import QgsSettings

SCHEMES = {"HttpProxy": "http", "HttpCachingProxy": "http", "Socks5Proxy": "socks5"}


def environment() -> dict[str, str]:
    """Variables that pip and uv follow; none without a proxy, or where QGIS takes the system's own."""
    settings = QgsSettings()
    scheme = SCHEMES.get(str(settings.value("proxy/proxyType", "")))
    host = str(settings.value("proxy/proxyHost", "") or "")
    if str(settings.value("proxy/proxyEnabled", "false")).lower() != "true" or scheme is None or not host:
        return {}
    user, port = str(settings.value("proxy/proxyUser", "") or ""), str(settings.value("proxy/proxyPort", "") or "")
    secret = str(settings.value("proxy/proxyPassword", "") or "")
    who = f"{quote(user, safe='')}:{quote(secret, safe='')}@" if user else ""
    url = f"{scheme}://{who}{host}{':' + port if port else ''}"
    found = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY"), url)
    excluded = settings.value("proxy/noProxyUrls", []) or []
    names = [excluded] if isinstance(excluded, str) else [str(name) for name in excluded]
    return found | ({"NO_PROXY": ",".join(names)} if names else {})
