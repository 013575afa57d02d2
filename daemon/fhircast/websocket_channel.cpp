#include "daemon/fhircast/websocket_channel.hpp"

#include <openssl/ssl.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/websocket/stream.hpp>

#include "daemon/fhircast/either_stream.hpp"

namespace wardend::fhircast {
namespace {

namespace beast = boost::beast;
namespace websocket = beast::websocket;
using tcp = asio::ip::tcp;
using Kind = ChannelFailure::Kind;
using ErrorCode = boost::system::error_code;

constexpr auto use_tuple = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t piece_size = 16UL * 1024;
constexpr std::size_t max_proxy_answer = 16UL * 1024;

struct Place {
  std::string host;
  std::string port;
};

std::string without_brackets(const std::string& host) {
  return host.starts_with('[') && host.ends_with(']') ? host.substr(1, host.size() - 2) : host;
}

// http://HOST:PORT, as the configuration has checked it.
Place place_of(const std::string& proxy) {
  const std::string rest = proxy.substr(proxy.find("//") + 2);
  const auto colon = rest.rfind(':');
  return {without_brackets(rest.substr(0, colon)), rest.substr(colon + 1)};
}

ChannelFailure failure_of(const ErrorCode& error) {
  if (error == websocket::error::closed) return {Kind::closed, "the hub closed it"};
  if (error.category() == asio::error::get_ssl_category()) return {Kind::tls, error.message()};
  return {Kind::network, error.message()};
}

// How much of a buffer that was all zeros is written to.
std::size_t used(const std::vector<char>& buffer) {
  const auto last = std::find_if(buffer.rbegin(), buffer.rend(), [](char c) { return c != '\0'; });
  return static_cast<std::size_t>(buffer.rend() - last);
}

class WebSocketChannel final : public ContextChannel {
 public:
  WebSocketChannel(asio::io_context& loop, Clock& clock, const WebSocketChannels::Options& options)
      : clock_(clock),
        options_(options),
        resolver_(loop),
        deadline_(loop),
        stream_(loop.get_executor()),
        piece_(piece_size) {
    stream_.read_message_max(0);  // none: whoever reads the pieces has a limit
    stream_.control_callback([this](websocket::frame_type, beast::string_view) { heard_at_ = clock_.now(); });
  }

  asio::awaitable<std::expected<void, ChannelFailure>> open(ChannelAddress address) override;
  asio::awaitable<std::expected<ChannelPiece, ChannelFailure>> read() override;
  asio::awaitable<bool> write(std::string text) override;
  asio::awaitable<bool> ping() override;
  [[nodiscard]] BootTime heard_at() const override { return heard_at_; }
  asio::awaitable<void> close() override;
  void drop() override {
    resolver_.cancel();
    stream_.next_layer().cut();
  }

 private:
  using Opened = std::expected<void, ChannelFailure>;
  asio::awaitable<Opened> connect(ChannelAddress address);
  asio::awaitable<Opened> reach(Place place);
  asio::awaitable<Opened> tunnel(const ChannelAddress& address);
  asio::awaitable<Opened> secure(const ChannelAddress& address);
  asio::awaitable<Opened> upgrade(const ChannelAddress& address);
  void cut_after(std::chrono::milliseconds span);

  Clock& clock_;
  const WebSocketChannels::Options& options_;
  tcp::resolver resolver_;
  asio::steady_timer deadline_;
  bool cut_by_deadline_ = false;
  asio::ssl::context tls_{asio::ssl::context::tls_client};
  websocket::stream<EitherStream, false> stream_;
  BootTime heard_at_ = {};
  std::vector<char> piece_;
};

void WebSocketChannel::cut_after(std::chrono::milliseconds span) {
  cut_by_deadline_ = false;
  deadline_.expires_after(span);
  deadline_.async_wait([this](const ErrorCode& error) {
    if (error) return;
    cut_by_deadline_ = true;
    drop();
  });
}

asio::awaitable<std::expected<void, ChannelFailure>> WebSocketChannel::open(ChannelAddress address) {
  cut_after(options_.open_within);
  Opened opened = co_await connect(std::move(address));
  deadline_.cancel();
  if (!opened && cut_by_deadline_)
    opened = std::unexpected(ChannelFailure{Kind::timeout, "it did not open within ten seconds"});
  heard_at_ = clock_.now();
  co_return opened;
}

asio::awaitable<WebSocketChannel::Opened> WebSocketChannel::connect(ChannelAddress address) {
  const bool tls = address.transport == ChannelAddress::Transport::tls;
  const bool by_proxy = tls && !address.route.proxy.empty();
  Opened step =
      co_await reach(by_proxy ? place_of(address.route.proxy) : Place{without_brackets(address.host), address.port});
  if (step && by_proxy) step = co_await tunnel(address);
  if (step && tls) step = co_await secure(address);
  if (step) step = co_await upgrade(address);
  co_return step;
}

asio::awaitable<WebSocketChannel::Opened> WebSocketChannel::reach(Place place) {
  const auto [lookup, addresses] = co_await resolver_.async_resolve(place.host, place.port, use_tuple);
  if (lookup) co_return std::unexpected(failure_of(lookup));
  if (cut_by_deadline_) co_return std::unexpected(ChannelFailure{});
  const auto [error, endpoint] = co_await asio::async_connect(stream_.next_layer().tcp(), addresses, use_tuple);
  if (error) co_return std::unexpected(failure_of(error));
  ErrorCode ignored;
  // An acknowledgement is two small writes: it must not wait for the hub's own.
  stream_.next_layer().tcp().set_option(tcp::no_delay(true), ignored);
  co_return Opened{};
}

// Spec: RFC 9110 §9.3.6
asio::awaitable<WebSocketChannel::Opened> WebSocketChannel::tunnel(const ChannelAddress& address) {
  const std::string place = address.host + ":" + address.port;
  const std::string request = "CONNECT " + place + " HTTP/1.1\r\nHost: " + place + "\r\n\r\n";
  auto& socket = stream_.next_layer().tcp();
  const auto [sent, count] = co_await asio::async_write(socket, asio::buffer(request), use_tuple);
  if (sent) co_return std::unexpected(failure_of(sent));
  std::string answer;
  const auto [error, size] = co_await asio::async_read_until(socket, asio::dynamic_buffer(answer, max_proxy_answer),
                                                             std::string_view("\r\n\r\n"), use_tuple);
  if (error) co_return std::unexpected(failure_of(error));
  const auto space = answer.find(' ');
  const bool agreed = answer.starts_with("HTTP/1.") && space != std::string::npos && answer.substr(space + 1, 1) == "2";
  if (!agreed || size != answer.size())
    co_return std::unexpected(ChannelFailure{Kind::refused, "the proxy refused the tunnel"});
  co_return Opened{};
}

asio::awaitable<WebSocketChannel::Opened> WebSocketChannel::secure(const ChannelAddress& address) {
  ErrorCode error;
  SSL_CTX_set_mode(tls_.native_handle(), SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_min_proto_version(tls_.native_handle(), TLS1_2_VERSION);
  tls_.set_verify_mode(asio::ssl::verify_peer, error);
  if (!error && address.route.ca_file.empty()) tls_.set_default_verify_paths(error);
  if (!error && !address.route.ca_file.empty()) tls_.load_verify_file(address.route.ca_file, error);
  if (error) co_return std::unexpected(ChannelFailure{Kind::tls, "ca_file cannot be used: " + error.message()});
  const std::string host = without_brackets(address.host);
  auto& tls = stream_.next_layer().add_tls(tls_);
  tls.set_verify_callback(asio::ssl::host_name_verification(host), error);
  asio::ip::make_address(host, error);
  if (error) SSL_set_tlsext_host_name(tls.native_handle(), host.c_str());  // an address is no server name
  const auto [failed] = co_await tls.async_handshake(asio::ssl::stream_base::client, use_tuple);
  if (failed) co_return std::unexpected(ChannelFailure{Kind::tls, failed.message()});
  co_return Opened{};
}

asio::awaitable<WebSocketChannel::Opened> WebSocketChannel::upgrade(const ChannelAddress& address) {
  const bool tls = address.transport == ChannelAddress::Transport::tls;
  const std::string host = address.port == (tls ? "443" : "80") ? address.host : address.host + ":" + address.port;
  const std::string& agent = options_.user_agent;
  stream_.set_option(websocket::stream_base::decorator(
      [agent](websocket::request_type& request) { request.set(beast::http::field::user_agent, agent); }));
  websocket::response_type response;
  const std::string_view target = address.target.reveal();
  const auto [error] = co_await stream_.async_handshake(response, host, {target.data(), target.size()}, use_tuple);
  if (error == websocket::error::upgrade_declined)
    co_return std::unexpected(ChannelFailure{Kind::refused, "HTTP " + std::to_string(response.result_int())});
  if (error && error.category() == make_error_code(websocket::error::closed).category())
    co_return std::unexpected(ChannelFailure{Kind::refused, "the answer is no WebSocket's: " + error.message()});
  if (error) co_return std::unexpected(failure_of(error));
  stream_.text(true);
  co_return Opened{};
}

asio::awaitable<std::expected<ChannelPiece, ChannelFailure>> WebSocketChannel::read() {
  const auto [error, count] = co_await stream_.async_read_some(asio::buffer(piece_), use_tuple);
  std::size_t size = count;
  // Beast counts no byte of a piece that is not UTF-8, and has put it into the buffer all the same.
  if (error == websocket::error::bad_frame_payload) size = used(piece_);
  if (error && size == 0) co_return std::unexpected(failure_of(error));
  heard_at_ = clock_.now();
  ChannelPiece piece{.bytes = Secret({piece_.data(), size}), .last = error || stream_.is_message_done()};
  wipe(piece_.data(), size);
  co_return piece;
}

asio::awaitable<bool> WebSocketChannel::write(std::string text) {
  const auto [error, count] = co_await stream_.async_write(asio::buffer(text), use_tuple);
  co_return !error;
}

asio::awaitable<bool> WebSocketChannel::ping() {
  const auto [error] = co_await stream_.async_ping({}, use_tuple);
  co_return !error;
}

asio::awaitable<void> WebSocketChannel::close() {
  cut_after(options_.close_within);
  co_await stream_.async_close(websocket::close_code::normal, use_tuple);
  deadline_.cancel();
  drop();
}

}  // namespace

std::unique_ptr<ContextChannel> WebSocketChannels::make() {
  return std::make_unique<WebSocketChannel>(loop_, clock_, options_);
}

}  // namespace wardend::fhircast
