#include "daemon/gateway/connection.hpp"

#include "tests/unit/gateway/door.hpp"

namespace wardend {
namespace {

using test::App;
using test::Door;

class GatewayConnection : public Door {};

TEST_F(GatewayConnection, AnswersRequestsOneAfterTheOther) {
  App app = connect();
  for (const std::string id : {"1", "2", "3"}) {
    const std::string heard = say(app, get(id));
    EXPECT_TRUE(heard.starts_with("HTTP/1.1 200 OK\r\n")) << heard;
    EXPECT_TRUE(heard.ends_with("\r\nContent-Length: 15\r\n\r\nto /Patient/" + id + ": ")) << heard;
  }
  EXPECT_FALSE(app.closed());
  EXPECT_EQ(server->counters().frames, 3U);
}

TEST_F(GatewayConnection, AnswersInOrderWhatComesAtOnce) {
  App app = connect();
  const std::string heard = say(app, get("1") + with_length("abc") + get("2"));
  EXPECT_EQ(count_of(heard, "HTTP/1.1 200"), 3U);
  const auto first = heard.find("/Patient/1: ");
  const auto second = heard.find("/Observation: abc");
  EXPECT_TRUE(first < second && second < heard.find("/Patient/2: ")) << heard;
}

TEST_F(GatewayConnection, UnderstandsRequestsSplitAtEachByte) {
  const std::string both = with_length("abc") + get("2");
  for (std::size_t at = 1; at < both.size(); ++at) {
    App app = connect();
    put_all(app, both.substr(0, at));
    const std::string heard = say(app, both.substr(at)) + app.heard();
    ASSERT_EQ(bodies.size(), 2 * at) << "split at byte " << at << ": " << heard;
    ASSERT_EQ(bodies[bodies.size() - 2], "abc") << at;
  }
}

TEST_F(GatewayConnection, ReadsABodyToItsEndAndNoFurther) {
  App app = connect();
  const std::string chunks = "3;x=\"y\"\r\nabc\r\n1\r\nd\r\n0\r\nX-Trailer: 1\r\nContent-Type: text/xml\r\n\r\n";
  const std::string heard =
      say(app, post("Transfer-Encoding: chunked\r\n", chunks) + with_length("0\r\n\r\n") + get("2"));
  EXPECT_EQ(count_of(heard, "HTTP/1.1 200"), 3U) << heard;
  EXPECT_EQ(bodies, (std::vector<std::string>{"abcd", "0\r\n\r\n", ""}));
  EXPECT_EQ(heads.back().path, "/Patient/2");
}

TEST_F(GatewayConnection, AsksForABodyOnlyWhenItWantsIt) {
  App app = connect();
  EXPECT_EQ(say(app, post("Content-Length: 3\r\nExpect: 100-continue\r\n")), "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_TRUE(say(app, "abc").ends_with(": abc"));
  script = [](gateway::Client& client) -> asio::awaitable<void> {
    static_cast<void>(co_await client.reply({.status = 403}, Secret("no")));
  };
  const std::string refused = say(app, post("Content-Length: 3\r\nExpect: 100-continue\r\n"));
  EXPECT_TRUE(refused.starts_with("HTTP/1.1 403 ")) << refused;
}

TEST_F(GatewayConnection, TakesNoLargerBodyThanItMay) {
  App app = connect();
  EXPECT_TRUE(say(app, with_length(std::string(most, 'a'))).starts_with("HTTP/1.1 200"));
  App by_length = connect();
  say(by_length, post("Content-Length: 1001\r\n"));
  EXPECT_EQ(bodies.back(), "TooLarge");
  App by_chunks = connect();
  say(by_chunks,
      post("Transfer-Encoding: chunked\r\n", "3e8\r\n" + std::string(1000, 'a') + "\r\n1\r\nb\r\n0\r\n\r\n"));
  EXPECT_EQ(bodies.back(), "TooLarge");
  App by_one = connect();
  say(by_one, post("Transfer-Encoding: chunked\r\n", "fffffffffffffffe\r\n"));
  EXPECT_EQ(bodies.back(), "TooLarge");
}

TEST_F(GatewayConnection, TakesNoBodyThatIsNotFramed) {
  for (const std::string_view chunks :
       {"3\r\nabcd\r\n0\r\n\r\n", "x\r\n\r\n", "-1\r\n\r\n", " 3\r\nabc\r\n", "3 abc\r\n",
        "3\r\nabc\r\n0\r\nX : y\r\n\r\n", "0\r\nContent-Length: 4\r\n\r\n"}) {
    App app = connect();
    const std::string heard = say(app, post("Transfer-Encoding: chunked\r\n", chunks));
    EXPECT_EQ(bodies.back(), "InvalidRequest") << chunks;
    EXPECT_EQ(count_of(heard, "HTTP/1.1 400"), 1U) << chunks << heard;
    clock.advance(2s);
    app.heard();
    EXPECT_TRUE(app.closed()) << chunks;
  }
}

TEST_F(GatewayConnection, TakesNoLineEndsForChunksButItsOwn) {
  App app = connect();
  const std::string heard = say(app, post("Transfer-Encoding: chunked\r\n", "3\nabc\n0\n\n") + get("2"));
  EXPECT_EQ(count_of(heard, "HTTP/1.1 400"), 1U) << heard;
  clock.advance(2s);
  EXPECT_EQ(app.heard(), "");
  EXPECT_TRUE(app.closed());
  EXPECT_EQ(heads.size(), 1U);
}

TEST_F(GatewayConnection, NoticesABodyThatBreaksOff) {
  App app = connect();
  put_all(app, post("Content-Length: 10\r\n", "abc"));
  app.end_input();
  clock.settle();
  EXPECT_EQ(bodies.back(), "InvalidRequest");
  EXPECT_EQ(count_of(app.heard(), "HTTP/1.1 400"), 1U);
}

// What stands behind a refused head is nobody's request: it would be smuggled in.
TEST_F(GatewayConnection, ReadsNothingBehindWhatItRefuses) {
  for (const std::string& refused :
       {post("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n"), post("Content-Length: 3\r\nContent-Length: 3\r\n"),
        post("Transfer-Encoding: x, chunked\r\n"), std::string("NONSENSE\r\n\r\n")}) {
    App app = connect();
    const std::string heard = say(app, refused + get("2"));
    EXPECT_EQ(count_of(heard, "HTTP/1.1 "), 1U) << heard;
    EXPECT_TRUE(heard.contains("\r\nConnection: close\r\n")) << heard;
    EXPECT_TRUE(heard.contains("OperationOutcome")) << heard;
    clock.advance(2s);
    EXPECT_EQ(app.heard(), "");
    EXPECT_TRUE(app.closed());
  }
  EXPECT_TRUE(heads.empty());
}

// One whose session is known goes on to be refused there.
TEST_F(GatewayConnection, ReadsNothingBehindAnAddressThatIsRefused) {
  for (const std::string& refused : {std::string("GET /fhir/s/../x HTTP/1.1\r\nHost: a\r\n\r\n"),
                                     post("Content-Length: 3\r\nExpect: x\r\n", "abc")}) {
    heads.clear();
    App app = connect();
    const std::string heard = say(app, refused + get("2"));
    EXPECT_EQ(count_of(heard, "HTTP/1.1 "), 1U) << heard;
    EXPECT_TRUE(heard.contains("\r\nConnection: close\r\n")) << heard;
    ASSERT_EQ(heads.size(), 1U);
    EXPECT_TRUE(heads.front().fault);
    clock.advance(2s);
    EXPECT_TRUE(app.closed());
  }
}

TEST_F(GatewayConnection, TakesNoUnreadBodyForARequest) {
  script = [](gateway::Client& client) -> asio::awaitable<void> {
    static_cast<void>(co_await client.reply({.status = 403}, Secret("no")));
  };
  App app = connect();
  const std::string heard = say(app, with_length(get("2")) + get("3"));
  EXPECT_EQ(count_of(heard, "HTTP/1.1 "), 1U) << heard;
  EXPECT_TRUE(heard.contains("\r\nConnection: close\r\n")) << heard;
  clock.advance(2s);
  app.heard();
  EXPECT_TRUE(app.closed());
  EXPECT_EQ(heads.size(), 1U);
}

// A socket that closes on unread bytes would take the answer with it.
TEST_F(GatewayConnection, LetsTheAnswerToARefusalBeRead) {
  App app = connect();
  const std::string large(600UL * 1024, 'a');
  put_all(app, post("Content-Length: 614400\r\nContent-Length: 614400\r\n", large));
  const std::string heard = app.heard();
  EXPECT_TRUE(heard.starts_with("HTTP/1.1 400 ")) << heard.substr(0, 200);
  EXPECT_TRUE(heard.contains("it is there twice")) << heard.substr(0, 200);
}

TEST_F(GatewayConnection, RefusesAHeadThatHasNoEnd) {
  App app = connect();
  const std::string heard = say(app, "GET /fhir/s/Patient/1 HTTP/1.1\r\nA: " + std::string(80UL * 1024, 'a'));
  EXPECT_TRUE(heard.starts_with("HTTP/1.1 431 ")) << heard;
  EXPECT_TRUE(heard.contains("TooLarge")) << heard;
}

TEST_F(GatewayConnection, EndsWhereTheClientWantsIt) {
  App app = connect();
  EXPECT_TRUE(say(app, get("1", "Connection: close\r\n")).contains("Connection: close\r\n"));
  app.heard();
  EXPECT_TRUE(app.closed());
  App old = connect();
  EXPECT_TRUE(say(old, "GET /fhir/s/Patient/1 HTTP/1.0\r\n\r\n").starts_with("HTTP/1.0 200"));
  old.heard();
  EXPECT_TRUE(old.closed());
  App half = connect();
  put_all(half, get("1"));
  half.end_input();
  clock.settle();
  EXPECT_EQ(count_of(half.heard(), "HTTP/1.1 200"), 1U);
  EXPECT_TRUE(half.closed());
}

TEST_F(GatewayConnection, GivesUpAHeadThatDoesNotCome) {
  App app = connect();
  const std::string head = get();
  for (int i = 0; i < 5; ++i) {
    app.put(head.substr(static_cast<std::size_t>(i), 1));
    clock.advance(1900ms);
  }
  app.heard();
  EXPECT_FALSE(app.closed());
  app.put("x");
  clock.advance(600ms);
  app.heard();
  EXPECT_TRUE(app.closed());
}

TEST_F(GatewayConnection, GivesUpABodyThatDoesNotCome) {
  App app = connect();
  put_all(app, post("Content-Length: 500\r\n"));
  for (int i = 0; i < 29; ++i) {
    app.put("a");
    clock.advance(1s);
  }
  app.heard();
  EXPECT_FALSE(app.closed());
  app.put("a");
  clock.advance(1100ms);
  app.heard();
  EXPECT_TRUE(app.closed());
}

TEST_F(GatewayConnection, EndsWhenNobodyAsksForAMinute) {
  App app = connect();
  say(app, get());
  clock.advance(59s);
  EXPECT_TRUE(say(app, get()).starts_with("HTTP/1.1 200"));
  clock.advance(59s);
  app.heard();
  EXPECT_FALSE(app.closed());
  clock.advance(1100ms);
  app.heard();
  EXPECT_TRUE(app.closed());
}

}  // namespace
}  // namespace wardend
