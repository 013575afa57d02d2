// A lock while answers are under way to readers that are slow: every one breaks off, and nothing of them stays.
#include <poll.h>

#include <chrono>
#include <memory>

#include "tests/integration/latency.hpp"
#include "tests/integration/real_writes.hpp"
#include "tests/integration/token_search.hpp"
#include "tests/integration/wire.hpp"

namespace wardend::test {
namespace {

using Clock = std::chrono::steady_clock;

class GatewayClear : public RealWrites {
 protected:
  // That many apps that have begun to read a scan of 100 MB, and have stopped.
  void begin_streams(std::size_t count) {
    start();
    session = launched(first_chart());
    ASSERT_FALSE(session.empty());
    repository.set("blob", {{"id", "scan"},
                            {"size", 100'000'000},
                            {"contentType", "application/dicom"},
                            {"securityContext", "Patient/p1"}});
    for (std::size_t i = 0; i < count; ++i) {
      auto& wire = *streams.emplace_back(std::make_unique<Wire>(site));
      ASSERT_TRUE(wire.connected());
      wire.put("GET /fhir/" + session + "/Binary/scan HTTP/1.1\r\nHost: wardend\r\nAccept: application/dicom\r\n\r\n");
    }
    for (const auto& wire : streams) {
      const std::string begun = wire->heard_at_least(64UL * 1024);
      ASSERT_TRUE(begun.starts_with("HTTP/1.1 200 ")) << begun.substr(0, 300);
      samples.push_back(begun.substr(begun.size() - 16));
    }
  }
  [[nodiscard]] std::size_t open_streams() const {
    std::size_t open = 0;
    for (const auto& wire : streams) {
      pollfd one{.fd = wire->fd(), .events = POLLRDHUP, .revents = 0};
      ::poll(&one, 1, 0);
      if ((one.revents & (POLLRDHUP | POLLHUP)) == 0) ++open;
    }
    return open;
  }

  std::string session;
  std::vector<std::unique_ptr<Wire>> streams;
  std::vector<std::string> samples;
};

TEST_F(GatewayClear, CutsEveryStreamThatIsUnderWay) {
  begin_streams(64);
  EXPECT_EQ(open_streams(), 64U);
  const auto began = Clock::now();
  EXPECT_EQ(site.wardctl({"lock", "--reason", "ehr_lock"}).exit_code, 0);
  EXPECT_TRUE(eventually([&] { return open_streams() == 0; }, 2s));
  EXPECT_LT(Clock::now() - began, 5s) << "wardctl's start included";
  // Of what each of them had last read nothing is in the service's memory, nor of what it had not.
  if (!sanitized) EXPECT_EQ(TokenSearch(samples).count_in_memory(site.wardend().pid()), 0U);
  for (const auto& wire : streams) {
    const std::string rest = wire->heard();
    EXPECT_LT(rest.size(), 4UL * 1024 * 1024) << "what its socket held, and no more";
    EXPECT_FALSE(rest.contains("HTTP/1.1")) << "nothing follows on a stream that was cut";
  }
  Wire again(site);
  again.put("GET /fhir/" + session + "/Patient/p1 HTTP/1.1\r\nHost: wardend\r\n\r\n");
  const std::string told = again.heard();
  EXPECT_TRUE(told.starts_with("HTTP/1.1 401 ")) << told;
}

// As HTTP libraries do, the app keeps its connection.
TEST_F(GatewayClear, NothingOfAWriteStaysOnAConnectionThatIsKept) {
  start();
  session = launched(first_chart());
  ASSERT_FALSE(session.empty());
  const std::string marker = "a-note-that-nobody-else-writes-4711";
  const Wire wire(site);
  for (const std::size_t size : {2'000UL, 100'000UL}) {
    std::string words;
    while (words.size() < size) words += marker + " ";
    const std::string body =
        R"({"resourceType":"Observation","status":"final","code":{"text":"Note"},"subject":{"reference":"Patient/p1"},)"
        R"("valueString":")" +
        words + "\"}";
    wire.put("POST /fhir/" + session +
             "/Observation HTTP/1.1\r\nHost: wardend\r\nContent-Type: application/fhir+json\r\nPrefer: "
             "return=minimal\r\nX-Wardend-Patient: p1\r\nContent-Length: " +
             std::to_string(body.size()) + "\r\n\r\n" + body);
    const std::string told = wire.heard_at_least(20);
    ASSERT_TRUE(told.starts_with("HTTP/1.1 201 ")) << told;
  }
  const TokenSearch search({marker});
  const auto left = [&] { return sanitized ? 0U : search.count_in_memory(site.wardend().pid()); };
  EXPECT_TRUE(eventually([&] { return left() == 0; }, 2s)) << left();
  EXPECT_EQ(site.wardctl({"lock", "--reason", "ehr_lock"}).exit_code, 0);
  EXPECT_EQ(left(), 0U);
}

}  // namespace
}  // namespace wardend::test
