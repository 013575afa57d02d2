// The gateway's socket, byte by byte, on the real program: what would be smuggled through, what has no end, and that no
// byte of a token comes back.

#include <array>
#include <cstdio>

#include "tests/integration/gateway_client.hpp"
#include "tests/integration/latency.hpp"
#include "tests/integration/real_writes.hpp"
#include "tests/integration/token_search.hpp"
#include "tests/integration/wire.hpp"

namespace wardend::test {
namespace {

std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size())) ++count;
  return count;
}

class GatewayWire : public RealWrites {
 protected:
  void launch(Settings settings = {}) {
    settings.health = "interval = \"1h\"\ntimeout = \"2s\"";  // nobody else asks the repository meanwhile
    start(std::move(settings));
    session = launched(first_chart());
    ASSERT_FALSE(session.empty());
  }
  [[nodiscard]] std::string head(const std::string& method, const std::string& path, const std::string& fields = "",
                                 const std::string& version = "1.1") const {
    return method + " /fhir/" + session + path + " HTTP/" + version + "\r\nHost: wardend\r\n" + fields + "\r\n";
  }
  [[nodiscard]] std::string create(const std::string& fields, const std::string& body) const {
    return head("POST", "/Observation", "Content-Type: application/fhir+json\r\nX-Wardend-Patient: p1\r\n" + fields) +
           body;
  }
  // Every request that the repository got.
  [[nodiscard]] std::size_t received() const {
    return repository.received(std::vector<std::string>{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"});
  }
  std::string session;
};

struct Smuggled {
  const char* what;
  std::string bytes;
  int status = 400;
};

TEST_F(GatewayWire, WhatCanBeReadInTwoWaysNeverLeaves) {
  launch();
  const std::string body = about("p1").dump();
  const std::string length = "Content-Length: " + std::to_string(body.size()) + "\r\n";
  const std::string theirs = head("DELETE", "/Observation/p2-hr-01", "X-Wardend-Patient: p1\r\n");
  const std::string chunks = "0\r\n\r\n" + theirs;
  const std::vector<Smuggled> table = {
      {"two lengths", create(length + "Content-Length: 5\r\n", body)},
      {"one length twice", create(length + length, body)},
      {"a length, then chunks", create(length + "Transfer-Encoding: chunked\r\n", chunks)},
      {"chunks, then a length", create("Transfer-Encoding: chunked\r\n" + length, chunks)},
      {"chunks that some do not see", create("Transfer-Encoding: chunked, chunked\r\n", chunks), 501},
      {"chunks that some see", create("Transfer-Encoding: xchunked\r\n" + length, body)},
      {"chunks of HTTP/1.0",
       head("POST", "/Observation", "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n", "1.0") +
           chunks},
      {"a length in the next line", create("Content-Length: 0\r\n " + std::to_string(body.size()) + "\r\n", body)},
      {"a space before the colon", create("Content-Length : 0\r\n", body)},
      {"a read with a body", head("GET", "/Patient/p1", "Content-Length: 5\r\n") + "GET /x"},
      {"a CR alone", head("GET", "/Patient/p1", "A: b\rX-Wardend-Patient: p2\r\n")},
      {"an LF alone", head("GET", "/Patient/p1", "A: b\nX-Wardend-Patient: p2\r\n")},
      {"a NUL", head("GET", "/Patient/p1", std::string("A: b\0\r\n", 7))},
      {"an absolute form", "GET " + repository.fhir_base() + "/Patient/p1 HTTP/1.1\r\nHost: wardend\r\n\r\n"},
      {"two Hosts", head("GET", "/Patient/p1", "Host: ehr.example.org\r\n")},
      {"dots", head("GET", "/../../admin/dump")},
      {"dots that are escaped", head("GET", "/%2e%2e/admin/dump")},
      {"a slash that is escaped", head("GET", "/Patient%2Fp1")},
      {"two slashes", head("GET", "//Patient/p1")},
      {"a fragment", head("GET", "/Patient/p1#x")},
      {"a WebSocket", head("GET", "/Patient/p1", "Connection: upgrade\r\nUpgrade: websocket\r\n"), 501},
      {"TRACE", head("TRACE", "/Patient/p1"), 405},
      {"another method in a header", head("POST", "/Observation/p1-hr-01", "X-HTTP-Method-Override: DELETE\r\n")},
      {"a head of 64 KiB", head("GET", "/Patient/p1", "A: " + std::string(64UL * 1024, 'a') + "\r\n"), 431},
      {"a path of 3 KiB", head("GET", "/Patient/" + std::string(3000, 'a')), 414},
      {"200 headers",
       head("GET", "/Patient/p1",
            [] {
              std::string all;
              for (int i = 0; i < 200; ++i) all += "A" + std::to_string(i) + ": b\r\n";
              return all;
            }()),
       431},
      {"TLS", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 15)},
      {"another language", "SSH-2.0-OpenSSH_9.2\r\n\r\n"},
  };
  const auto before = repository.records();
  const std::size_t received_before = received();
  for (const Smuggled& smuggled : table) {
    const Wire wire(site);
    ASSERT_TRUE(wire.connected());
    wire.put(smuggled.bytes);
    wire.put(head("GET", "/Patient/p1"));
    const std::string heard = wire.heard();
    EXPECT_TRUE(heard.starts_with("HTTP/1.1 " + std::to_string(smuggled.status) + " ") ||
                heard.starts_with("HTTP/1.0 " + std::to_string(smuggled.status) + " "))
        << smuggled.what << heard;
    EXPECT_EQ(count_of(heard, "\r\n\r\n"), 1U) << smuggled.what << heard;
    EXPECT_TRUE(heard.contains("OperationOutcome")) << smuggled.what << heard;
  }
  EXPECT_EQ(received(), received_before) << "nothing of it reached the server";
  EXPECT_EQ(changed(before, repository.records()), std::vector<std::string>());
}

TEST_F(GatewayWire, FramesAreReadToTheirEndsAndNoFurther) {
  launch();
  const std::string body = about("p1").dump();
  std::array<char, 17> size{};
  std::snprintf(size.data(), size.size(), "%zx", body.size());
  const Wire wire(site);
  wire.put(create("Transfer-Encoding: chunked\r\n",
                  std::string(size.data()) + ";a=\"b\"\r\n" + body + "\r\n0\r\nX-Wardend-Patient: p2\r\n\r\n"));
  wire.put(create("Expect: 100-continue\r\nContent-Length: " + std::to_string(body.size()) + "\r\n", body));
  wire.put(head("HEAD", "/Patient/p1") + head("GET", "/Patient/p1", "Connection: close\r\n"));
  const std::string heard = wire.heard();
  EXPECT_EQ(count_of(heard, "HTTP/1.1 201 "), 2U) << heard;
  EXPECT_EQ(count_of(heard, "HTTP/1.1 100 "), 1U) << heard;
  EXPECT_EQ(count_of(heard, "HTTP/1.1 200 "), 2U) << heard;
  EXPECT_EQ(count_of(heard, "\"family\":\"Okafor\""), 1U) << heard;
}

TEST_F(GatewayWire, NoByteOfATokenComesBack) {
  launch();
  const std::string token = ask(broker(), "Broker.GetToken", {{"session", session}}).value("access_token", "");
  ASSERT_GT(token.size(), 20U);
  const TokenSearch search({token});
  if (!sanitized) ASSERT_GT(search.count_in_memory(site.wardend().pid()), 0U) << "the service holds it";
  repository.set("blob",
                 {{"id", "scan"}, {"size", 100'000}, {"contentType", "image/png"}, {"securityContext", "Patient/p1"}});
  const std::vector<std::string> requests = {
      head("GET", "/Patient/p1"),
      head("GET", "/Observation?patient=p1&_count=2"),
      head("GET", "/metadata"),
      head("GET", "/Patient/p2"),
      head("GET", "/Patient/nobody"),
      head("GET", "/Nothing/1"),
      head("HEAD", "/Patient/p1"),
      head("GET", "/Binary/scan", "Accept: image/png\r\n"),
      head("GET", "/.well-known/smart-configuration"),
      head("GET", "/Patient/p1", "Authorization: Bearer none\r\n"),
      head("TRACE", "/Patient/p1"),
      create("Content-Length: 2\r\n", "{}"),
      create("Content-Length: " + std::to_string(about("p1").dump().size()) + "\r\n", about("p1").dump())};
  for (const std::string& request : requests) {
    const Wire wire(site);
    std::string closing = request;
    closing.insert(closing.find("\r\n") + 2, "Connection: close\r\n");
    wire.put(closing);
    const std::string heard = wire.heard();
    EXPECT_TRUE(heard.starts_with("HTTP/1.1 ")) << request;
    EXPECT_EQ(search.count(heard), 0U) << request;
    EXPECT_FALSE(heard.contains("ww-authenticate: Bearer") || heard.contains("WW-Authenticate: Bearer"))
        << heard.substr(0, 500);
  }
}

TEST_F(GatewayWire, AnAppsMemoryHasNoToken) {
  launch();
  const TokenSearch token({ask(broker(), "Broker.GetToken", {{"session", session}}).value("access_token", "")});
  const std::string app =
      "import socket, sys, time\n"
      "held = []\n"
      "for path in ('Patient/p1', 'Observation?patient=p1&_count=50', 'Patient/p2', 'metadata'):\n"
      "    s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1])\n"
      "    s.sendall(('GET /fhir/%s/%s HTTP/1.1\\r\\nHost: w\\r\\nConnection: close\\r\\n\\r\\n' % (sys.argv[2], "
      "path)).encode())\n"
      "    while part := s.recv(65536): held.append(part)\n"
      "print('held', sum(map(len, held)), flush=True)\n"
      "time.sleep(60)\n";
  const Child child({.arguments = {"python3", "-c", app, site.folder() / "fhir.sock", session}},
                    site.folder() / "app.log");
  ASSERT_TRUE(child.wait_for("held ")) << child.output();
  if (!sanitized) EXPECT_GT(token.count_in_memory(site.wardend().pid()), 0U) << "the service holds it";
  EXPECT_GT(TokenSearch({"valueQuantity"}).count_in_memory(child.pid()), 0U) << "the app holds what it read";
  EXPECT_EQ(token.count_in_memory(child.pid()), 0U);
}

}  // namespace
}  // namespace wardend::test
