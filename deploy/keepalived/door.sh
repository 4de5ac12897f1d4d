#!/bin/sh
# Whether nginx serves the site: by TLS, as people ask, and with Technilab's own answer, which nginx alone has not.
#
#     technilab-door 127.0.0.1:443
#
# keepalived asks each second. Nothing of the certificate is looked at: the other machine has the same.
printf 'GET /health/live HTTP/1.0\r\nHost: localhost\r\n\r\n' |
    timeout 4 openssl s_client -quiet -connect "$1" 2>/dev/null |
    grep -q '^{"state":"alive"}'
