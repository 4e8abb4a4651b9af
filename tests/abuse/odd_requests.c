/* SPDX-License-Identifier: Apache-2.0 */
/* The table. A request that two readers could take for different ones is refused, and nothing is
   read behind it; so is every request whose end is not plain, since it has a body. */
#include "odd_requests.h"

#include <stdlib.h>
#include <string.h>

#define ROW(name, expected, bytes)                                                                 \
    {                                                                                              \
        name, expected, bytes, sizeof(bytes) - 1, NULL, 0, NULL                                    \
    }
#define LARGE(name, expected, bytes, filling, size, tail)                                          \
    {                                                                                              \
        name, expected, bytes, sizeof(bytes) - 1, filling, size, tail                              \
    }

#define GET "GET /metrics HTTP/1.1\r\n"
#define POST "POST /metrics HTTP/1.1\r\n"
#define HOST "Host: x\r\n"
#define END "\r\n"
#define NEXT GET HOST END

const odd_request odd_requests[] = {
    /* ---- Odd, and well ---- */
    ROW("GET", "200", GET HOST END),
    ROW("HEAD", "200", "HEAD /metrics HTTP/1.1\r\n" HOST END),
    ROW("two at once", "200 200", GET HOST END NEXT),
    ROW("HEAD and GET at once", "200 200", "HEAD /metrics HTTP/1.1\r\n" HOST END NEXT),
    ROW("a query", "200", "GET /metrics?name[]=up HTTP/1.1\r\n" HOST END),
    ROW("a wrong query", "400.", "GET /metrics?name[]=%zz HTTP/1.1\r\n" HOST END),
    ROW("HTTP/1.0 without a host", "200.", "GET /metrics HTTP/1.0\r\n\r\n"),
    ROW("a later minor version", "200", "GET /metrics HTTP/1.7\r\n" HOST END),
    ROW("a close that was asked for", "200.", GET HOST "Connection: close\r\n" END),
    ROW("names in small letters", "200", GET "host: x\r\naccept: */*\r\n" END),
    ROW("an empty host", "200", GET "Host:\r\n" END),
    ROW("blanks around a value", "200", GET HOST "X: \t y \t \r\n" END),
    ROW("a value in Latin-1", "200", GET HOST "X: caf\xe9\r\n" END),
    ROW("a body of no bytes", "200", GET HOST "Content-Length: 0\r\n" END),
    /* ---- Nowhere ---- */
    ROW("a path below", "404.", "GET /metrics/ HTTP/1.1\r\n" HOST END),
    ROW("a path above", "404.", "GET /metric HTTP/1.1\r\n" HOST END),
    ROW("an escaped NUL", "404.", "GET /metrics%00x HTTP/1.1\r\n" HOST END),
    ROW("an escaped letter", "404.", "GET /%6detrics HTTP/1.1\r\n" HOST END),
    ROW("an escaped question mark", "404.", "GET /metrics%3fname[]=up HTTP/1.1\r\n" HOST END),
    ROW("two slashes", "404.", "GET //metrics HTTP/1.1\r\n" HOST END),
    ROW("a way around", "404.", "GET /x/../metrics HTTP/1.1\r\n" HOST END),
    ROW("a file of the machine", "404.", "GET /../../../../etc/passwd HTTP/1.1\r\n" HOST END),
    ROW("capital letters", "404.", "GET /METRICS HTTP/1.1\r\n" HOST END),
    ROW("a proxy's target", "404.", "GET http://other/metrics HTTP/1.1\r\n" HOST END),
    ROW("no slash", "404.", "GET metrics HTTP/1.1\r\n" HOST END),
    ROW("a tunnel", "404.", "CONNECT other:443 HTTP/1.1\r\n" HOST END),
    ROW("the whole server", "404.", "OPTIONS * HTTP/1.1\r\n" HOST END),
    /* ---- Other methods ---- */
    ROW("POST without a body", "405.", POST HOST END),
    ROW("DELETE", "405.", "DELETE /metrics HTTP/1.1\r\n" HOST END),
    ROW("TRACE", "405.", "TRACE /metrics HTTP/1.1\r\n" HOST END),
    ROW("OPTIONS", "405.", "OPTIONS /metrics HTTP/1.1\r\n" HOST END),
    ROW("a method that nobody knows", "405.", "SPOIL /metrics HTTP/1.1\r\n" HOST END),
    ROW("a method in small letters", "405.", "get /metrics HTTP/1.1\r\n" HOST END),
    ROW("a method with a parenthesis", "400.", "G(T /metrics HTTP/1.1\r\n" HOST END),
    /* ---- Bodies, which nobody reads ---- */
    ROW("POST", "405.", POST HOST "Content-Length: 5\r\n" END "hello"),
    ROW("POST whose body does not come", "405.", POST HOST "Content-Length: 5\r\n" END),
    ROW("POST that expects to go on", "405.",
        POST HOST "Content-Length: 5\r\nExpect: 100-continue\r\n" END),
    ROW("GET that expects to go on", "200.", GET HOST "Expect: 100-continue\r\n" END),
    ROW("GET that expects to go on, and another", "200.",
        GET HOST "Expect: 100-Continue\r\n" END NEXT),
    ROW("POST in chunks", "405.",
        POST HOST "Transfer-Encoding: chunked\r\n" END "5\r\nhello\r\n0\r\n\r\n"),
    ROW("GET with a body", "200.", GET HOST "Content-Length: 5\r\n" END "hello"),
    ROW("GET in chunks", "200.", GET HOST "Transfer-Encoding: chunked\r\n" END "0\r\n\r\n" NEXT),
    ROW("a request in the body", "200.", GET HOST "Content-Length: 37\r\n" END NEXT),
    /* ---- Smuggling, with a second request in what one reader takes for a body ---- */
    ROW("length and chunks", "400.",
        POST HOST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n" END "0\r\n\r\n" NEXT),
    ROW("chunks and length", "400.",
        POST HOST "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n" END "0\r\n\r\n" NEXT),
    ROW("no length and chunks", "400.",
        GET HOST "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n" END "0\r\n\r\n" NEXT),
    ROW("two lengths", "400.", POST HOST "Content-Length: 5\r\nContent-Length: 6\r\n" END "hello"),
    ROW("one length twice", "400.", GET HOST "Content-Length: 0\r\nContent-Length: 0\r\n" END NEXT),
    ROW("a length and none", "400.",
        GET HOST "Content-Length: 0\r\nContent-Length: 37\r\n" END NEXT),
    ROW("a list of lengths", "400.", GET HOST "Content-Length: 0, 0\r\n" END NEXT),
    ROW("a length with a plus", "400.", GET HOST "Content-Length: +37\r\n" END NEXT),
    ROW("a length below zero", "400.", GET HOST "Content-Length: -1\r\n" END NEXT),
    ROW("a length in hexadecimal", "400.", GET HOST "Content-Length: 0x25\r\n" END NEXT),
    ROW("a length of letters", "400.", GET HOST "Content-Length: many\r\n" END NEXT),
    ROW("a length of nothing", "400.", GET HOST "Content-Length:\r\n" END NEXT),
    ROW("a length beyond numbers", "413.",
        GET HOST "Content-Length: 99999999999999999999999\r\n" END NEXT),
    ROW("a length of two numbers", "400.", GET HOST "Content-Length: 3 7\r\n" END NEXT),
    ROW("a blank before the colon", "400.", GET HOST "Content-Length : 37\r\n" END NEXT),
    ROW("a length in a continued line", "400.",
        GET HOST "X: y\r\n Content-Length: 37\r\n" END NEXT),
    ROW("a length behind a bare LF", "400.", GET HOST "X: y\nContent-Length: 37\r\n" END NEXT),
    ROW("a length behind a bare CR", "400.", GET HOST "X: y\rContent-Length: 37\r\n" END NEXT),
    ROW("a length behind a NUL", "400.", GET HOST "X: y\0Content-Length: 37\r\n" END NEXT),
    ROW("chunks that are none", "200.", GET HOST "Transfer-Encoding: xchunked\r\n" END NEXT),
    ROW("chunks behind a tab", "200.", GET HOST "Transfer-Encoding:\tchunked\r\n" END NEXT),
    ROW("chunks behind a control character", "400.",
        GET HOST "Transfer-Encoding: \x0b"
                 "chunked\r\n" END NEXT),
    ROW("chunks twice", "200.",
        GET HOST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n" END NEXT),
    /* ---- Headers ---- */
    ROW("no host", "400.", GET END),
    ROW("two hosts", "400.", GET HOST "Host: y\r\n" END),
    ROW("no colon", "400.", GET HOST "nothing\r\n" END),
    ROW("no name", "400.", GET HOST ": x\r\n" END),
    ROW("a blank in a name", "400.", GET HOST "a b: x\r\n" END),
    ROW("a parenthesis in a name", "400.", GET HOST "a(b: x\r\n" END),
    ROW("a letter beyond ASCII in a name", "400.", GET HOST "caf\xe9: x\r\n" END),
    ROW("a NUL in a name", "400.", GET HOST "a\0b: x\r\n" END),
    ROW("a NUL in a value", "400.", GET HOST "a: x\0y\r\n" END),
    ROW("a control character in a value", "400.", GET HOST "a: x\x01y\r\n" END),
    ROW("a DEL in a value", "400.", GET HOST "a: x\x7fy\r\n" END),
    ROW("a continued line", "400.", GET HOST "a: x\r\n y\r\n" END),
    ROW("a continued line behind none", "400.", GET " a: x\r\n" HOST END),
    ROW("lines that end in LF", "400.", "GET /metrics HTTP/1.1\nHost: x\n\n"),
    ROW("a first line that ends in LF", "400.", "GET /metrics HTTP/1.1\nHost: x\r\n\r\n"),
    ROW("a header that ends in LF", "400.", GET "Host: x\n\r\n"),
    ROW("headers that end in LF", "400.", GET HOST "\n"),
    /* ---- First lines ---- */
    ROW("no version", "400.", "GET /metrics\r\n" HOST END),
    ROW("no target", "400.", "GET HTTP/1.1\r\n" HOST END),
    ROW("a method alone", ".", "GET\r\n" HOST END),
    ROW("a blank first", ".", " GET /metrics HTTP/1.1\r\n" HOST END),
    ROW("two blanks behind the method", "400.", "GET  /metrics HTTP/1.1\r\n" HOST END),
    ROW("two blanks before the version", "400.", "GET /metrics  HTTP/1.1\r\n" HOST END),
    ROW("a blank behind the version", "400.", "GET /metrics HTTP/1.1 \r\n" HOST END),
    ROW("a tab for a blank", ".", "GET\t/metrics\tHTTP/1.1\r\n" HOST END),
    ROW("a blank in the target", "400.", "GET /metrics x HTTP/1.1\r\n" HOST END),
    ROW("a NUL in the target", "400.", "GET /metrics\0 HTTP/1.1\r\n" HOST END),
    ROW("a control character in the target", "400.", "GET /metrics?\x01 HTTP/1.1\r\n" HOST END),
    ROW("a letter beyond ASCII in the target", "200", "GET /metrics?\xe9 HTTP/1.1\r\n" HOST END),
    ROW("a fragment", "404.", "GET /metrics#x HTTP/1.1\r\n" HOST END),
    ROW("a later version", "505.", "GET /metrics HTTP/2.0\r\n" HOST END),
    ROW("a version that is none", "400.", "GET /metrics HTTP/1.x\r\n" HOST END),
    ROW("a version in small letters", "400.", "GET /metrics http/1.1\r\n" HOST END),
    ROW("another protocol", "400.", "GET /metrics FTP/1.1\r\n" HOST END),
    ROW("HTTP/2 as if agreed", "505.", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    ROW("SSH", ".", "SSH-2.0-OpenSSH_9.2\r\n\r\n"),
    ROW("TLS", ".",
        "\x16\x03\x01\x00\x2f\x01\x00\x00\x2b\x03\x03\n0123456789abcdef0123456789abcde\x00\x00\x04"
        "\x13\x01\x00\xff\x01\x00\x00\x00"),
    ROW("bytes", ".", "\xff\xfe\xfd\r\n\x80\x81\r\n\r\n"),
    /* ---- Behind a good one ---- */
    ROW("good, then a blank first", "200.", NEXT " GET /metrics HTTP/1.1\r\n" HOST END),
    ROW("good, then without a host", "200 400.", NEXT GET END NEXT),
    ROW("good, then bytes", "200.", NEXT "\xff\xfe\r\n\r\n"),
    ROW("nowhere, then good", "404.", "GET /x HTTP/1.1\r\n" HOST END NEXT),
    /* ---- Too large ---- */
    LARGE("a long target", "414.", "GET /", "a", 40000, " HTTP/1.1\r\n" HOST END),
    LARGE("a long query", "414.", "GET /metrics?", "x=y&", 400000, " HTTP/1.1\r\n" HOST END),
    LARGE("a long method", "414.", "", "A", 400000, " /metrics HTTP/1.1\r\n" HOST END),
    LARGE("a long value", "431.", GET HOST "X: ", "y", 400000, "\r\n\r\n"),
    LARGE("a long name", "431.", GET HOST, "y", 400000, ": x\r\n\r\n"),
    LARGE("many headers", "431.", GET HOST, "X: y\r\n", 400000 / 6 * 6, "\r\n"),
    LARGE("a line without end", "431.", GET HOST, "y", 3000000, ""),
    LARGE("a body without end", "405.", POST HOST "Content-Length: 3000000\r\n" END, "y", 3000000,
          ""),
    LARGE("a chunk without end", "405.",
          POST HOST "Transfer-Encoding: chunked\r\n" END "2dc6c0\r\n", "y", 3000000, ""),
};

const size_t odd_request_count = sizeof odd_requests / sizeof odd_requests[0];

char *odd_request_bytes(const odd_request *request, size_t *size)
{
    const char *tail = request->tail != NULL ? request->tail : "";
    *size = request->size + request->filling_size + strlen(tail);
    char *bytes = malloc(*size + 1);
    if (bytes == NULL) {
        abort();
    }
    memcpy(bytes, request->bytes, request->size);
    for (size_t i = 0; i < request->filling_size; i++) {
        bytes[request->size + i] = request->filling[i % strlen(request->filling)];
    }
    memcpy(bytes + request->size + request->filling_size, tail, strlen(tail) + 1);
    return bytes;
}
