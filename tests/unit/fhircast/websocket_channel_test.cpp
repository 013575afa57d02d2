// The real channel, on real sockets of this machine.
#include "daemon/fhircast/websocket_channel.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "base/system_clock.hpp"
#include "tests/support/until.hpp"
#include "tests/unit/fhircast/raw_hub.hpp"

namespace wardend {
namespace {

using Kind = ChannelFailure::Kind;
using testing::HasSubstr;
using testing::StartsWith;

struct Wire : ::testing::Test {
  asio::io_context loop;
  SystemClock clock{loop};
  test::RawHub hub{loop};
  fhircast::WebSocketChannels channels{
      loop, clock, {.user_agent = "wardend/test", .open_within = 500ms, .close_within = 300ms}};
  std::unique_ptr<ContextChannel> channel = channels.make();
  TaskGroup tasks{loop.get_executor()};

  std::optional<std::expected<void, ChannelFailure>> opened;
  std::optional<std::expected<std::string, ChannelFailure>> message;
  std::optional<bool> sent;
  std::size_t most = 0;  // bytes of one piece
  bool closed = false;

  ~Wire() override {
    channel->drop();
    hub.cut();
    EXPECT_TRUE(until([this] { return tasks.size() == 0 && hub.tasks() == 0; }));
  }
  bool until(const std::function<bool()>& reached) { return test::until(loop, reached); }
  asio::awaitable<void> do_open(ChannelAddress address) { opened.emplace(co_await channel->open(std::move(address))); }
  asio::awaitable<void> do_read() {
    std::string text;
    for (;;) {
      const auto piece = co_await channel->read();
      if (!piece) {
        message.emplace(std::unexpected(piece.error()));
        co_return;
      }
      text += piece->bytes.reveal();
      most = std::max(most, piece->bytes.size());
      if (piece->last) break;
    }
    message.emplace(text);
  }
  asio::awaitable<void> do_write(std::string text) { sent = co_await channel->write(std::move(text)); }
  asio::awaitable<void> do_ping() { sent = co_await channel->ping(); }
  asio::awaitable<void> do_close() {
    co_await channel->close();
    closed = true;
  }

  ChannelAddress address() {
    return {.transport = ChannelAddress::Transport::plain,
            .host = "127.0.0.1",
            .port = hub.port(),
            .target = Secret("/ws/ticket?x=1")};
  }
  std::expected<void, ChannelFailure> open(ChannelAddress to) {
    tasks.spawn("open", do_open(std::move(to)));
    EXPECT_TRUE(until([this] { return opened.has_value(); }));
    return *opened;
  }
  void open() { ASSERT_TRUE(open(address())); }
  std::expected<std::string, Kind> read() {
    message.reset();
    tasks.spawn("read", do_read());
    if (!until([this] { return message.has_value(); })) return "nothing came";
    if (!*message) return std::unexpected(message->error().kind);
    return **message;
  }
  bool hub_got(int opcode) {
    return until([this, opcode] { return !hub.frames.empty() && hub.frames.back().first == opcode; });
  }
};

TEST_F(Wire, OpensWithTheTicketAndReadsWholeMessages) {
  open();
  EXPECT_THAT(hub.request, StartsWith("GET /ws/ticket?x=1 HTTP/1.1\r\n"));
  EXPECT_THAT(hub.request, HasSubstr("Host: 127.0.0.1:" + hub.port() + "\r\n"));
  EXPECT_THAT(hub.request, HasSubstr("User-Agent: wardend/test\r\n"));
  EXPECT_EQ(hub.request.find("Authorization"), std::string::npos);
  hub.say(test::frame(test::text_frame, "one"));
  EXPECT_EQ(read(), "one");
  hub.say(test::frame(test::text_frame, "two par", false) + test::frame(test::rest_frame, "ts"));
  EXPECT_EQ(read(), "two parts");
}

TEST_F(Wire, WritesTexts) {
  open();
  tasks.spawn("write", do_write(R"({"id":"1"})"));
  ASSERT_TRUE(hub_got(test::text_frame));
  EXPECT_EQ(hub.frames.back().second, R"({"id":"1"})");
  EXPECT_TRUE(until([this] { return sent == true; }));
}

TEST_F(Wire, HearsTheAnswerToItsPingsWhileItReads) {
  open();
  const BootTime before = channel->heard_at();
  tasks.spawn("read", do_read());
  tasks.spawn("ping", do_ping());
  EXPECT_TRUE(until([&] { return channel->heard_at() > before; }));
  EXPECT_FALSE(message);
}

TEST_F(Wire, AnswersTheHubsPings) {
  open();
  tasks.spawn("read", do_read());
  hub.say(test::frame(test::ping_frame, "hub"));
  EXPECT_TRUE(hub_got(test::pong_frame));
}

TEST_F(Wire, HearsNothingOfASilentHub) {
  open();
  hub.answers_pings = false;
  const BootTime before = channel->heard_at();
  tasks.spawn("read", do_read());
  tasks.spawn("ping", do_ping());
  ASSERT_TRUE(hub_got(test::ping_frame));
  EXPECT_EQ(channel->heard_at(), before);
}

TEST_F(Wire, ClosesAsOneThatHasFinished) {
  open();
  tasks.spawn("read", do_read());
  tasks.spawn("close", do_close());
  ASSERT_TRUE(until([this] { return closed && message; }));
  ASSERT_FALSE(hub.frames.empty());
  EXPECT_EQ(hub.frames.back(), (std::pair<int, std::string>(test::close_frame, "\x03\xe8")));
  EXPECT_FALSE(*message);
}

TEST_F(Wire, ClosesInTimeThoughTheHubNeverAnswers) {
  open();
  hub.answers_close = false;
  tasks.spawn("read", do_read());
  const auto began = std::chrono::steady_clock::now();
  tasks.spawn("close", do_close());
  ASSERT_TRUE(until([this] { return closed && message; }));
  EXPECT_LT(std::chrono::steady_clock::now() - began, 5s);
}

TEST_F(Wire, TellsThatTheHubHasClosed) {
  open();
  hub.say(test::frame(test::close_frame, "\x03\xe9"));
  EXPECT_EQ(read(), std::unexpected(Kind::closed));
}

TEST_F(Wire, TellsThatTheConnectionBroke) {
  open();
  hub.cut();
  EXPECT_EQ(read(), std::unexpected(Kind::network));
}

TEST_F(Wire, ReadsALargeMessageInPieces) {
  open();
  std::string sent_text;
  tasks.spawn("read", do_read());
  for (int i = 0; i < 40; ++i) {
    const std::string part(50'000, static_cast<char>('a' + i % 26));
    sent_text += part;
    hub.say(test::frame(i == 0 ? test::text_frame : test::rest_frame, part, i == 39));
    loop.restart();
    loop.run_for(5ms);
  }
  ASSERT_TRUE(until([this] { return message.has_value(); }));
  EXPECT_EQ(message->value(), sent_text);
  EXPECT_LE(most, 64U * 1024);
}

TEST_F(Wire, ReadsABinaryMessageToo) {
  open();
  hub.say(test::frame(test::binary_frame, "Ren\xe9"));
  EXPECT_EQ(read(), "Ren\xe9");
}

TEST_F(Wire, GivesOutATextThatIsNotUtf8BeforeItFails) {
  open();
  hub.say(test::frame(test::text_frame, "{\"who\":\"Ren\xe9\",\"event\":{}}"));
  EXPECT_EQ(read(), "{\"who\":\"Ren\xe9\",\"event\":{}}");
  EXPECT_EQ(read(), std::unexpected(Kind::network));
  ASSERT_TRUE(hub_got(test::close_frame));
  EXPECT_EQ(hub.frames.back().second, "\x03\xef") << "1007: the data is not of its type";
}

TEST_F(Wire, GivesOutWhatIsNotUtf8InALaterPart) {
  open();
  hub.say(test::frame(test::text_frame, "one ", false) + test::frame(test::rest_frame, "Ren\xe9"));
  EXPECT_EQ(read(), "one Ren\xe9");
}

TEST_F(Wire, EndsWhatIsUnderWayWhenItIsDropped) {
  open();
  tasks.spawn("read", do_read());
  loop.restart();
  loop.run_one_for(20ms);
  channel->drop();
  ASSERT_TRUE(until([this] { return message.has_value(); }));
  EXPECT_FALSE(*message);
}

TEST_F(Wire, SaysWhatAnsweredInsteadOfAWebSocket) {
  hub.answer = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";
  const auto outcome = open(address());
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind, Kind::refused);
  EXPECT_EQ(outcome.error().detail, "HTTP 403");
}

TEST_F(Wire, OpensWithinItsTimeOrNotAtAll) {
  hub.answer = "-";
  const auto outcome = open(address());
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind, Kind::timeout);
}

TEST_F(Wire, TellsThatNobodyListens) {
  ChannelAddress nowhere = address();
  {
    asio::ip::tcp::acceptor gone(loop, {asio::ip::address_v4::loopback(), 0});
    nowhere.port = std::to_string(gone.local_endpoint().port());
  }
  const auto outcome = open(std::move(nowhere));
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind, Kind::network);
}

TEST_F(Wire, NeverSpeaksWithoutTlsWhereTlsIsMeant) {
  ChannelAddress to = address();
  to.transport = ChannelAddress::Transport::tls;
  hub.answer = "-";
  const auto outcome = open(std::move(to));
  ASSERT_FALSE(outcome);
  EXPECT_EQ(hub.request.find("ticket"), std::string::npos);
}

TEST_F(Wire, AsksItsProxyForATunnelAndNoMore) {
  hub.answer = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";
  ChannelAddress to{.host = "hub.example.org",
                    .port = "443",
                    .target = Secret("/ws/ticket"),
                    .route = {.proxy = "http://127.0.0.1:" + hub.port()}};
  const auto outcome = open(std::move(to));
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind, Kind::refused);
  EXPECT_EQ(hub.request, "CONNECT hub.example.org:443 HTTP/1.1\r\nHost: hub.example.org:443\r\n\r\n");
}

TEST_F(Wire, SaysThatItsOwnCertificatesCannotBeRead) {
  ChannelAddress to = address();
  to.transport = ChannelAddress::Transport::tls;
  to.route.ca_file = "/nonexistent/ca.pem";
  const auto outcome = open(std::move(to));
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind, Kind::tls);
}

}  // namespace
}  // namespace wardend
