// Requests byte by byte: which are refused by the look at their bytes, which by Beast's parser, and which only because
// the head is read.
#include <gtest/gtest.h>

#include "tests/unit/gateway/parsed_head.hpp"

namespace wardend::gateway {
namespace {

using By = test::JudgedHead::By;

struct Vector {
  std::string name;
  std::string bytes;
  By by;
  int status = 400;
};

// A read, with more header lines.
std::string read(std::string_view fields = "", std::string_view line = "GET /fhir/s1/Patient/p1 HTTP/1.1") {
  return std::string(line) + "\r\nHost: wardend\r\n" + std::string(fields) + "\r\n";
}

// A create, with more header lines.
std::string create(std::string_view fields, std::string_view version = "1.1") {
  return read("Content-Type: application/fhir+json\r\n" + std::string(fields),
              "POST /fhir/s1/Observation HTTP/" + std::string(version));
}

std::string at(std::string_view target) { return read("", "GET " + std::string(target) + " HTTP/1.1"); }

std::vector<Vector> of_lines() {
  return {
      {"a read", read(), By::nobody},
      {"HTTP/1.0", read("", "GET /fhir/s1/Patient/p1 HTTP/1.0"), By::nobody},
      {"HTTP/2.0", read("", "GET /fhir/s1/Patient/p1 HTTP/2.0"), By::parser},
      {"HTTP/0.9", read("", "GET /fhir/s1/Patient/p1 HTTP/0.9"), By::parser},
      {"no version", read("", "GET /fhir/s1/Patient/p1"), By::parser},
      {"HTTP in small letters", read("", "GET /fhir/s1/Patient/p1 http/1.1"), By::parser},
      {"two spaces", read("", "GET  /fhir/s1/Patient/p1 HTTP/1.1"), By::parser},
      {"a tab", read("", "GET\t/fhir/s1/Patient/p1 HTTP/1.1"), By::parser},
      {"an empty line before", "\r\n" + read(), By::parser},
      {"a space before", " " + read(), By::parser},
      {"no method", read("", " /fhir/s1/Patient/p1 HTTP/1.1"), By::parser},
      {"a method in small letters", read("", "get /fhir/s1/Patient/p1 HTTP/1.1"), By::head, 405},
      {"TRACE", read("", "TRACE /fhir/s1/Patient/p1 HTTP/1.1"), By::head, 405},
      {"CONNECT", read("", "CONNECT ehr.example.org:443 HTTP/1.1"), By::head, 405},
      {"OPTIONS *", read("", "OPTIONS * HTTP/1.1"), By::head, 405},
      {"PROPFIND", read("", "PROPFIND /fhir/s1/Patient/p1 HTTP/1.1"), By::head, 405},
      {"the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", By::parser},
      {"a TLS hello", std::string("\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03\r\n\r\n", 15), By::bytes},
      {"nothing but an empty line", "\r\n\r\n", By::parser},
      {"no empty line", "GET /fhir/s1/Patient/p1 HTTP/1.1\r\nHost: wardend\r\n", By::parser},
      {"LF alone", "GET /fhir/s1/Patient/p1 HTTP/1.1\nHost: wardend\n\n", By::bytes},
      {"LF alone between headers", read("A: b\nC: d\r\n"), By::bytes},
      {"CR alone between headers", read("A: b\rC: d\r\n"), By::bytes},
      {"CR alone in the target", at("/fhir/s1/Patient/p1\r"), By::bytes},
      {"a NUL in the target", at(std::string("/fhir/s1/Patient/p1\0", 20)), By::bytes},
      {"a NUL in a value", read(std::string("A: b\0c\r\n", 8)), By::bytes},
  };
}

std::vector<Vector> of_targets() {
  return {
      {"an absolute form", at("http://wardend/fhir/s1/Patient/p1"), By::head},
      {"another host", at("https://ehr.example.org/fhir/s1/Patient/p1"), By::head},
      {"two slashes before", at("//ehr.example.org/fhir/s1/Patient/p1"), By::head, 404},
      {"two slashes within", at("/fhir/s1//Patient/p1"), By::head},
      {"a slash behind", at("/fhir/s1/Patient/"), By::head},
      {"dots", at("/fhir/s1/../s2/Patient/p1"), By::head},
      {"a dot", at("/fhir/s1/./Patient/p1"), By::head},
      {"dots that are escaped", at("/fhir/s1/%2e%2e/s2/Patient/p1"), By::head},
      {"dots of both kinds", at("/fhir/s1/.%2E/s2/Patient/p1"), By::head},
      {"dots and a semicolon", at("/fhir/s1/..;/s2/Patient/p1"), By::head},
      {"a slash that is escaped", at("/fhir/s1/Patient%2Fp1"), By::head},
      {"a backslash", at("/fhir/s1/Patient\\p1"), By::head},
      {"a backslash that is escaped", at("/fhir/s1/Patient%5cp1"), By::head},
      {"a NUL that is escaped", at("/fhir/s1/Patient/p1%00"), By::head},
      {"a line end that is escaped", at("/fhir/s1/Patient/p1%0d%0aX:1"), By::head},
      {"a question mark that is escaped", at("/fhir/s1/Patient/p1%3fa=b"), By::head},
      {"an escape of one digit", at("/fhir/s1/Patient/p%1"), By::head},
      {"a fragment", at("/fhir/s1/Patient/p1#name"), By::head},
      {"letters beyond ASCII", at("/fhir/s1/Pati\xc3\xa9nt/p1"), By::head},
      {"no session", at("/fhir/"), By::head, 404},
      {"another path", at("/metrics"), By::head, 404},
      {"the session that is implied", at("/fhir/-/Patient/p1"), By::nobody},
      {"the base itself", at("/fhir/s1?_type=Observation"), By::nobody},
      {"an operation that is escaped", at("/fhir/s1/Patient/p1/%24everything"), By::nobody},
      {"a page", at("/fhir/s1/-page/abcdefghijklmnopqrstuv"), By::nobody},
      {"a page with a query", at("/fhir/s1/-page/abc?x=1"), By::head},
      {"a page without a handle", at("/fhir/s1/-page/"), By::head},
      {"a page below a page", at("/fhir/s1/-page/abc/def"), By::head, 404},
      {"a write to a page", read("", "DELETE /fhir/s1/-page/abc HTTP/1.1"), By::head, 405},
      {"a path of 3 KiB", at("/fhir/s1/" + std::string(3000, 'a')), By::head, 414},
      {"a query of 9 KiB", at("/fhir/s1/Patient?name=" + std::string(9000, 'a')), By::head, 414},
  };
}

std::vector<Vector> of_framing() {
  return {
      {"a length", create("Content-Length: 2\r\n"), By::nobody},
      {"chunks", create("Transfer-Encoding: chunked\r\n"), By::nobody},
      {"chunks in great letters", create("Transfer-Encoding: CHUNKED\r\n"), By::nobody},
      {"no body", read("", "POST /fhir/s1/Patient/p1/$everything HTTP/1.1"), By::nobody},
      {"a length of nothing on a read", read("Content-Length: 0\r\n"), By::nobody},
      {"two lengths", create("Content-Length: 2\r\nContent-Length: 3\r\n"), By::parser},
      {"one length twice", create("Content-Length: 2\r\nContent-Length: 2\r\n"), By::head},
      {"one length as a list", create("Content-Length: 2, 2\r\n"), By::head},
      {"two lengths as a list", create("Content-Length: 2, 3\r\n"), By::parser},
      {"a length with a sign", create("Content-Length: +2\r\n"), By::parser},
      {"a length below nothing", create("Content-Length: -2\r\n"), By::parser},
      {"a length in sixteens", create("Content-Length: 0x2\r\n"), By::parser},
      {"a length with a space in it", create("Content-Length: 2 0\r\n"), By::parser},
      {"a length without digits", create("Content-Length:\r\n"), By::parser},
      {"a length beyond all numbers", create("Content-Length: 99999999999999999999\r\n"), By::parser},
      {"a length, then chunks", create("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n"), By::parser},
      {"chunks, then a length", create("Transfer-Encoding: chunked\r\nContent-Length: 2\r\n"), By::parser},
      {"a coding that is not known, then a length", create("Transfer-Encoding: x\r\nContent-Length: 2\r\n"), By::head},
      {"chunks twice", create("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), By::parser},
      {"chunks twice in one", create("Transfer-Encoding: chunked, chunked\r\n"), By::head, 501},
      {"gzip in chunks", create("Transfer-Encoding: gzip, chunked\r\n"), By::head, 501},
      {"chunks, then identity", create("Transfer-Encoding: chunked, identity\r\n"), By::head, 501},
      {"identity", create("Transfer-Encoding: identity\r\n"), By::head, 501},
      {"chunks with a form feed",
       create("Transfer-Encoding: \x0c"
              "chunked\r\n"),
       By::parser},
      {"chunks with a letter too many", create("Transfer-Encoding: xchunked\r\n"), By::head, 501},
      {"chunks in quotes", create("Transfer-Encoding: \"chunked\"\r\n"), By::head, 501},
      {"no coding", create("Transfer-Encoding:\r\n"), By::head, 501},
      {"a space before the colon", create("Transfer-Encoding : chunked\r\n"), By::parser},
      {"a name that ends otherwise", create("Transfer_Encoding: chunked\r\nContent-Length: 2\r\n"), By::nobody},
      {"chunks in HTTP/1.0", create("Transfer-Encoding: chunked\r\n", "1.0"), By::head},
      {"a read with a body", read("Content-Length: 2\r\n"), By::head},
      {"a read in chunks", read("Transfer-Encoding: chunked\r\n"), By::head},
      {"a delete with a body", read("Content-Length: 2\r\n", "DELETE /fhir/s1/Patient/p1 HTTP/1.1"), By::head},
      {"Expect", create("Content-Length: 2\r\nExpect: 100-continue\r\n"), By::nobody},
      {"Expect of something else", create("Content-Length: 2\r\nExpect: 200-ok\r\n"), By::head, 417},
  };
}

std::vector<Vector> of_fields() {
  const std::string many = [] {
    std::string all;
    for (int i = 0; i < 100; ++i) all += "A: b\r\n";
    return all;
  }();
  return {
      {"a value over two lines", read("A: b\r\n c\r\n"), By::bytes},
      {"a value that begins in the next line", read("A:\r\n\tb\r\n"), By::bytes},
      {"a body's length over two lines", create("Content-Length: 2\r\n 0\r\n"), By::bytes},
      {"no Host", "GET /fhir/s1/Patient/p1 HTTP/1.1\r\n\r\n", By::head},
      {"two Hosts", read("Host: wardend\r\n"), By::head},
      {"no colon", read("Accept\r\n"), By::parser},
      {"no name", read(": b\r\n"), By::parser},
      {"a name with a space", read("A b: c\r\n"), By::parser},
      {"a name beyond ASCII", read("\xc3\xa9: c\r\n"), By::parser},
      {"a control character in a value",
       read("A: b\x01"
            "c\r\n"),
       By::parser},
      {"a DEL in a value",
       read("A: b\x7f"
            "c\r\n"),
       By::parser},
      {"letters beyond ASCII in a value", read("A: \xc3\xa9\r\n"), By::nobody},
      {"a cookie and what proxies add", read("Cookie: a=b\r\nX-Forwarded-For: 1.2.3.4\r\nForwarded: for=x\r\n"),
       By::nobody},
      {"a token", read("Authorization: Bearer abc\r\n"), By::nobody},
      {"TE", read("TE: trailers\r\nConnection: TE, close\r\n"), By::nobody},
      {"Connection names a condition", read("Connection: If-None-Match\r\n"), By::head},
      {"Connection names the patient", read("Connection: close, x-wardend-patient\r\n"), By::head},
      {"Connection is no list", read("Connection: @\r\n"), By::parser},
      {"a WebSocket", read("Upgrade: websocket\r\nConnection: upgrade\r\n"), By::head, 501},
      {"another method in a header", read("X-HTTP-Method-Override: DELETE\r\n"), By::head},
      {"two types of body", create("Content-Type: application/fhir+json\r\n"), By::head},
      {"XML is asked for", read("Accept: application/fhir+xml\r\n"), By::head, 406},
      {"101 headers", read(many), By::head, 431},
      {"a head of 61 KiB", read("A: " + std::string(61UL * 1024, 'a') + "\r\n"), By::bytes, 431},
      {"a head of 70 KiB in one line", "GET /" + std::string(70UL * 1024, 'a') + " HTTP/1.1\r\n\r\n", By::bytes, 431},
  };
}

void check(const std::vector<Vector>& vectors) {
  for (const Vector& vector : vectors) {
    const auto judged = test::judged_head(vector.bytes);
    EXPECT_EQ(static_cast<int>(judged.by), static_cast<int>(vector.by)) << vector.name << ": " << judged.why;
    if (judged.by != By::nobody) {
      EXPECT_EQ(judged.status, vector.status) << vector.name << ": " << judged.why;
      EXPECT_FALSE(judged.why.empty()) << vector.name;
    } else {
      ASSERT_TRUE(judged.head) << vector.name;
      EXPECT_EQ(judged.head->framing, judged.parsed) << vector.name;
    }
  }
}

TEST(HeadVectors, OfTheFirstLine) { check(of_lines()); }
TEST(HeadVectors, OfTheTarget) { check(of_targets()); }
TEST(HeadVectors, OfTheBodysBounds) { check(of_framing()); }
TEST(HeadVectors, OfTheHeaders) { check(of_fields()); }

}  // namespace
}  // namespace wardend::gateway
