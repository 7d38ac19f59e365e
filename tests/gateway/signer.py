"""Signs requests as clients do, by itself: it shares nothing with what checks them."""

import hashlib
import hmac
import time
import uuid

from tests.gateway.conftest import ACCOUNT, BASE


def signed(
    target, *, base=BASE, at=None, sender="Test client", transaction=None, algorithm="HMACSHA256"
):
    """Return the headers of a request of now, as WSGI hands them on."""
    unix = str(int(time.time() if at is None else at))
    transaction = transaction or uuid.uuid4().hex
    stamp = time.strftime("%Y-%m-%d %H:%M:%S.000", time.gmtime(int(unix)))
    customer, company = ACCOUNT["customer_id"], ACCOUNT["organisation_id"]
    keys = f"{ACCOUNT['customer_key']}&{ACCOUNT['partner_key']}"
    told = [base + target, sender, customer, stamp, "EN", company, transaction]
    prefix = "HTTP_X_NETVISOR_AUTHENTICATION_"
    return {
        f"{prefix}SENDER": sender,
        f"{prefix}CUSTOMERID": customer,
        f"{prefix}PARTNERID": ACCOUNT["partner_id"],
        f"{prefix}TIMESTAMP": stamp,
        f"{prefix}TIMESTAMPUNIX": unix,
        f"{prefix}TRANSACTIONID": transaction,
        f"{prefix}MAC": mac(algorithm, told, unix, keys),
        f"{prefix}MACHASHCALCULATIONALGORITHM": algorithm,
        "HTTP_X_NETVISOR_INTERFACE_LANGUAGE": "EN",
        "HTTP_X_NETVISOR_ORGANISATION_ID": company,
    }


def mac(algorithm, told, unix, keys):
    """Return the signature of what a request tells; only the newest way signs the Unix time."""
    if algorithm == "HMACSHA256":
        text = "&".join([*told, unix, keys]).encode("iso-8859-1")
        return hmac.new(keys.encode(), text, hashlib.sha256).hexdigest()
    return hashlib.new(algorithm, "&".join([*told, keys]).encode("iso-8859-1")).hexdigest()
