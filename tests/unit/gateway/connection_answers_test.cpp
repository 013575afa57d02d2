// How an answer goes to its app: whole, in parts, cut, unread.
#include "daemon/gateway/connection.hpp"
#include "tests/unit/gateway/door.hpp"

namespace wardend {
namespace {

using test::App;
using test::Door;

class GatewayAnswer : public Door {};

TEST_F(GatewayAnswer, AnswersHeadWithoutABody) {
  App app = connect();
  const std::string heard = say(app, "HEAD /fhir/s/Patient/1 HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(heard.ends_with("\r\nContent-Length: 15\r\n\r\n")) << heard;
  EXPECT_TRUE(say(app, get("2")).starts_with("HTTP/1.1 200"));
}

TEST_F(GatewayAnswer, AnswersWithoutABodyWhereTheStatusHasNone) {
  script = [](gateway::Client& client) -> asio::awaitable<void> {
    static_cast<void>(co_await client.reply({.status = 304}, Secret()));
  };
  App app = connect();
  const std::string heard = say(app, get());
  EXPECT_TRUE(heard.starts_with("HTTP/1.1 304 ") && heard.ends_with("\r\n\r\n")) << heard;
  EXPECT_FALSE(heard.contains("Content-Length") || heard.contains("chunked")) << heard;
}

// An answer in parts, of that length where one is given.
auto in_parts(std::optional<std::uint64_t> length) {
  return [length](gateway::Client& client) -> asio::awaitable<void> {
    bool taken = co_await client.begin({.status = 200}, length);
    for (const std::string_view part : {"abc", "de"})
      if (taken) taken = co_await client.write(Secret(part));
    if (taken) static_cast<void>(co_await client.end());
  };
}

TEST_F(GatewayAnswer, AnswersInParts) {
  script = in_parts(std::nullopt);
  App app = connect();
  EXPECT_TRUE(say(app, get()).ends_with("Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"));
  EXPECT_TRUE(
      say(app, "HEAD /fhir/s/Patient/1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").starts_with("HTTP/1.1 200"));
  script = in_parts(5);
  App known = connect();
  EXPECT_TRUE(say(known, get()).ends_with("Content-Length: 5\r\n\r\nabcde"));
  EXPECT_TRUE(say(known, get()).ends_with("Content-Length: 5\r\n\r\nabcde"));
  script = in_parts(std::nullopt);
  App old = connect();
  EXPECT_TRUE(say(old, "GET /fhir/s/Patient/1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").ends_with("\r\n\r\nabcde"));
  old.heard();
  EXPECT_TRUE(old.closed());
}

TEST_F(GatewayAnswer, EndsWhereAnAnswerHasNoEnd) {
  script = [](gateway::Client& client) -> asio::awaitable<void> {
    if (co_await client.begin({.status = 200}, 10)) static_cast<void>(co_await client.write(Secret("abc")));
  };
  App app = connect();
  EXPECT_TRUE(say(app, get()).ends_with("\r\n\r\nabc"));
  app.heard();
  EXPECT_TRUE(app.closed());
}

TEST_F(GatewayAnswer, CutsAnAnswerThatHasBegun) {
  Event cut;
  gateway::Client* answered = nullptr;
  bool written = true;
  script = [&](gateway::Client& client) -> asio::awaitable<void> {
    answered = &client;
    static_cast<void>(co_await client.begin({.status = 200}, std::nullopt));
    co_await clock.wait(cut, BootTime::max());
    written = co_await client.write(Secret("more"));
  };
  App app = connect();
  EXPECT_TRUE(say(app, get()).ends_with("chunked\r\n\r\n"));
  answered->cut();
  EXPECT_EQ(app.heard(), "");
  EXPECT_TRUE(app.closed());
  cut.notify_all();
  clock.settle();
  EXPECT_FALSE(written);
}

TEST_F(GatewayAnswer, ACutEndsTheReadingOfABodyAndTheAppIsTold) {
  gateway::Client* answered = nullptr;
  script = [&](gateway::Client& client) -> asio::awaitable<void> {
    answered = &client;
    const auto body = co_await client.body(1000);
    static_cast<void>(co_await client.reply({.status = 401}, Secret(body ? "whole" : "cleared")));
  };
  App app = connect();
  EXPECT_EQ(say(app,
                "POST /fhir/s/Observation HTTP/1.1\r\nHost: w\r\nContent-Type: "
                "application/fhir+json\r\nContent-Length: 100\r\n\r\nhalf"),
            "");
  answered->cut();
  clock.settle();
  EXPECT_TRUE(app.heard().ends_with("cleared"));
}

TEST_F(GatewayAnswer, LetsAnAnswerThatHasNotBegunBeAnother) {
  script = [](gateway::Client& client) -> asio::awaitable<void> {
    client.cut();
    static_cast<void>(co_await client.reply({.status = 401}, Secret("cleared")));
    client.cut();
  };
  App app = connect();
  EXPECT_TRUE(say(app, get()).ends_with("cleared"));
  EXPECT_TRUE(say(app, get()).ends_with("cleared"));
}

TEST_F(GatewayAnswer, GivesUpAReaderThatDoesNotRead) {
  script = [this](gateway::Client& client) -> asio::awaitable<void> {
    taken = co_await client.reply({.status = 200}, Secret(std::string(4UL * 1024 * 1024, 'a')));
  };
  App app = connect();
  put_all(app, get());
  clock.advance(9900ms);
  EXPECT_EQ(taken, std::nullopt);
  clock.advance(200ms);
  EXPECT_EQ(taken, false);
}

TEST_F(GatewayAnswer, GivesUpAReaderOfPartsThatDoesNotRead) {
  int parts = 0;
  script = [this, &parts](gateway::Client& client) -> asio::awaitable<void> {
    taken = co_await client.begin({.status = 200}, std::nullopt);
    for (; *taken && parts < 1000; ++parts) taken = co_await client.write(Secret(std::string(65536, 'a')));
  };
  App app = connect();
  put_all(app, get());
  clock.advance(10100ms);
  EXPECT_EQ(taken, false);
  EXPECT_LT(parts, 100);
}

TEST_F(GatewayAnswer, NoticesThatItsAppHasLeft) {
  App app = connect();
  Event go;
  script = [&](gateway::Client& client) -> asio::awaitable<void> {
    co_await clock.wait(go, BootTime::max());
    taken = co_await client.begin({.status = 200}, std::nullopt);
    if (*taken) taken = co_await client.write(Secret(std::string(65536, 'a')));
  };
  put_all(app, get());
  app.leave();
  go.notify_all();
  clock.settle();
  EXPECT_EQ(taken, false);
}

}  // namespace
}  // namespace wardend
