// Over real sockets: what only the delivery can show.
#include "tests/sandbox/server.hpp"

#include <gtest/gtest.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "base/system_clock.hpp"

namespace wardend::sandbox {
namespace {

using tcp = asio::ip::tcp;
constexpr auto use_tuple = asio::as_tuple(asio::use_awaitable);

struct Answer {
  std::string text = {};
  boost::system::error_code end = {};
};

class ServerTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(server.start(0)); }
  void TearDown() override {
    TaskGroup tasks(loop.get_executor());
    tasks.spawn("end", server.shut_down());
    while (tasks.size() > 0) loop.run_one();
  }

  asio::awaitable<void> talk(std::string sent, Answer& answer) {
    const std::string address = server.address();
    const auto port = static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
    tcp::socket socket(loop);
    co_await socket.async_connect({asio::ip::address_v4::loopback(), port}, asio::use_awaitable);
    co_await asio::async_write(socket, asio::buffer(sent), asio::use_awaitable);
    auto [error, count] = co_await asio::async_read(socket, asio::dynamic_buffer(answer.text), use_tuple);
    answer.end = error;
  }
  // Sends bytes and reads until the server closes.
  Answer ask(std::string sent) {
    Answer answer;
    TaskGroup tasks(loop.get_executor());
    tasks.spawn("ask", talk(std::move(sent), answer));
    while (tasks.size() > 0) loop.run_one();
    return answer;
  }
  static std::string get(const std::string& path, const std::string& connection = "close") {
    return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: " + connection + "\r\n\r\n";
  }
  static std::string length_of(const std::string& answer) {
    const auto field = answer.find("Content-Length: ");
    return answer.substr(field, answer.find('\r', field) - field);
  }
  static std::string post(const std::string& path, const std::string& body) {
    return "POST " + path +
           " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
  }

  asio::io_context loop{1};
  SystemClock clock{loop};
  SystemRandom random;
  Ehr ehr{{}, random};
  Server server{loop, clock, ehr, std::nullopt};
};

TEST_F(ServerTest, PublishesThePortThatItGot) {
  const Answer answer = ask(get("/fhir/.well-known/smart-configuration"));
  EXPECT_TRUE(answer.text.starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_NE(answer.text.find("\"token_endpoint\":\"" + server.address() + "/oauth/token\""), std::string::npos);
}

TEST_F(ServerTest, AnswersRequestsThatShareAConnection) {
  const Answer answer = ask(get("/fhir/metadata", "keep-alive") + get("/oauth/jwks"));
  const auto first = answer.text.find("CapabilityStatement");
  ASSERT_NE(first, std::string::npos);
  EXPECT_NE(answer.text.find("\"keys\"", first), std::string::npos);
}

TEST_F(ServerTest, CutsDropsAndResetsAsToldTo) {
  EXPECT_TRUE(ask(post("/_sandbox/faults", R"({"at":"metadata","kind":"truncate","count":1})"))
                  .text.starts_with("HTTP/1.1 201"));
  const std::string cut = ask(get("/fhir/metadata")).text;
  const std::string whole = ask(get("/fhir/metadata")).text;
  EXPECT_TRUE(cut.starts_with("HTTP/1.1 200"));
  EXPECT_EQ(length_of(cut), length_of(whole));
  EXPECT_LT(cut.size(), whole.size());
  static_cast<void>(ask(post("/_sandbox/faults", R"({"at":"metadata","kind":"drop","count":1})")));
  const Answer dropped = ask(get("/fhir/metadata"));
  EXPECT_EQ(dropped.text, "");
  EXPECT_EQ(dropped.end, asio::error::eof);
  static_cast<void>(ask(post("/_sandbox/down", R"({"down":true})")));
  EXPECT_EQ(ask(get("/fhir/metadata")).end, asio::error::connection_reset);
}

TEST_F(ServerTest, AnswersNonsenseWith400) { EXPECT_TRUE(ask("nonsense\r\n\r\n").text.starts_with("HTTP/1.1 400")); }

}  // namespace
}  // namespace wardend::sandbox
