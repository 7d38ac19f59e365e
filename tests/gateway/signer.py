"""Signs requests as clients do, by itself: it shares nothing with what checks them."""

import hashlib
import hmac
import time
import uuid

from tests.gateway.conftest import ACCOUNT, BASE


def signed(
    target,
    *,
    base=BASE,
    at=None,
    sender="Test client",
    algorithm="HMACSHA256",
    encodings=("ascii", "utf-8"),
):
    """Return the headers of a request of now, as WSGI hands them on.

    The text is signed in the first encoding, and the sender's name is sent in the second.
    """
    unix = str(int(time.time() if at is None else at))
    transaction = uuid.uuid4().hex
    stamp = time.strftime("%Y-%m-%d %H:%M:%S.000", time.gmtime(int(unix)))
    customer, company = ACCOUNT["customer_id"], ACCOUNT["organisation_id"]
    keys = f"{ACCOUNT['customer_key']}&{ACCOUNT['partner_key']}"
    told = [base + target, sender, customer, stamp, "EN", company, transaction]
    text = "&".join([*told, *([unix] if algorithm == "HMACSHA256" else []), keys])
    prefix = "HTTP_X_NETVISOR_AUTHENTICATION_"
    return {
        f"{prefix}SENDER": sender.encode(encodings[1]).decode("latin-1"),
        f"{prefix}CUSTOMERID": customer,
        f"{prefix}PARTNERID": ACCOUNT["partner_id"],
        f"{prefix}TIMESTAMP": stamp,
        f"{prefix}TIMESTAMPUNIX": unix,
        f"{prefix}TRANSACTIONID": transaction,
        f"{prefix}MAC": mac(algorithm, text.encode(encodings[0]), keys),
        f"{prefix}MACHASHCALCULATIONALGORITHM": algorithm,
        "HTTP_X_NETVISOR_INTERFACE_LANGUAGE": "EN",
        "HTTP_X_NETVISOR_ORGANISATION_ID": company,
    }


def mac(algorithm, text, keys):
    """Return the signature of a text, which ends with the keys whatever signs it."""
    if algorithm == "HMACSHA256":
        return hmac.new(keys.encode(), text, hashlib.sha256).hexdigest()
    return hashlib.new(algorithm, text).hexdigest()
