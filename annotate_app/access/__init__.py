"""Who is asking, from where, and whether they may: secrets, cookies, sign-ins, the brake, proxies, hosts, headers."""

from annotate_app.access.account_tickets import AccountTickets, account_secrets
from annotate_app.access.allowed_hosts import AllowedHosts
from annotate_app.access.log_masking import PersonMask, mask_persons
from annotate_app.access.request_guard import FrontDoor, RequestGuard
from annotate_app.access.request_origin import from_own_page, is_followed, is_own_page, is_secure
from annotate_app.access.response_headers import NO_STORE, security_headers
from annotate_app.access.sign_in_cookies import SIGN_IN_SECONDS, SignInCookies
from annotate_app.access.sign_in_limiter import SignInLimiter, brake_keys
from annotate_app.access.sign_in_service import SignInService
from annotate_app.access.study_secret import SECRET_FILE, secret_of
from annotate_app.access.trusted_proxies import TrustedProxies

__all__ = [
    "NO_STORE",
    "SECRET_FILE",
    "SIGN_IN_SECONDS",
    "AccountTickets",
    "AllowedHosts",
    "FrontDoor",
    "PersonMask",
    "RequestGuard",
    "SignInCookies",
    "SignInLimiter",
    "SignInService",
    "TrustedProxies",
    "account_secrets",
    "brake_keys",
    "from_own_page",
    "is_followed",
    "is_own_page",
    "is_secure",
    "mask_persons",
    "secret_of",
    "security_headers",
]
