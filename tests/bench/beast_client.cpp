#include "tests/bench/beast_client.hpp"

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/text.hpp"

namespace wardend::bench {
namespace {

namespace http = boost::beast::http;
using asio::ip::tcp;
constexpr auto use_tuple = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t one_piece = HttpStream::window / 2;

struct Kept {
  explicit Kept(asio::io_context& loop) : socket(loop) {}
  tcp::socket socket;
  boost::beast::flat_buffer buffer{one_piece};
};
using Idle = std::vector<std::unique_ptr<Kept>>;

class Stream final : public HttpStream {
 public:
  Stream(Idle& idle, std::unique_ptr<Kept> kept) : idle_(idle), kept_(std::move(kept)) {
    parser_.body_limit(boost::none);
  }
  ~Stream() override {
    if (parser_.is_done() && parser_.keep_alive()) idle_.push_back(std::move(kept_));
  }
  asio::awaitable<bool> meet(const HttpRequest& asked) {
    const std::size_t path = asked.url.find('/', asked.url.find("://") + 3);
    http::request<http::empty_body> request(http::verb::get, asked.url.substr(path), 11);
    request.set(http::field::host, "127.0.0.1");
    for (const auto& [name, value] : asked.headers) request.set(name, value);
    request.set(http::field::authorization, asked.authorization.reveal());
    if (std::get<0>(co_await http::async_write(kept_->socket, request, use_tuple))) co_return false;
    if (std::get<0>(co_await http::async_read_header(kept_->socket, kept_->buffer, parser_, use_tuple)))
      co_return false;
    head_.status = static_cast<int>(parser_.get().result_int());
    for (const auto& field : parser_.get())
      head_.headers.emplace_back(lower_case({field.name_string().data(), field.name_string().size()}),
                                 std::string(field.value().data(), field.value().size()));
    co_return true;
  }
  [[nodiscard]] const HttpResponse& head() const override { return head_; }
  [[nodiscard]] asio::awaitable<std::expected<Secret, HttpFailure>> next() override {
    if (parser_.is_done()) co_return Secret();
    piece_.resize(one_piece);
    auto& body = parser_.get().body();
    body.data = piece_.data();
    body.size = piece_.size();
    const auto [error, count] = co_await http::async_read(kept_->socket, kept_->buffer, parser_, use_tuple);
    if (error && error != http::error::need_buffer) co_return std::unexpected(HttpFailure{.detail = error.message()});
    Secret taken(std::string_view(piece_.data(), piece_.size() - body.size));
    wipe(piece_.data(), piece_.size());
    co_return taken;
  }

 private:
  Idle& idle_;
  std::unique_ptr<Kept> kept_;
  http::response_parser<http::buffer_body> parser_;
  std::vector<char> piece_;
  HttpResponse head_;
};

class BeastClient final : public HttpClient {
 public:
  BeastClient(asio::io_context& loop, std::uint16_t port) : loop_(loop), port_(port) {}
  [[nodiscard]] asio::awaitable<std::expected<HttpResponse, HttpFailure>> send(HttpRequest /*request*/) override {
    co_return std::unexpected(HttpFailure{.detail = "it streams alone"});
  }
  [[nodiscard]] asio::awaitable<std::expected<std::unique_ptr<HttpStream>, HttpFailure>> open(
      HttpRequest request) override {
    std::unique_ptr<Kept> kept;
    if (idle_.empty()) {
      kept = std::make_unique<Kept>(loop_);
      const tcp::endpoint server(asio::ip::address_v4::loopback(), port_);
      if (std::get<0>(co_await kept->socket.async_connect(server, use_tuple)))
        co_return std::unexpected(HttpFailure{.detail = "nobody listens"});
      kept->socket.set_option(tcp::no_delay(true));
    } else {
      kept = std::move(idle_.back());
      idle_.pop_back();
    }
    auto stream = std::make_unique<Stream>(idle_, std::move(kept));
    if (!co_await stream->meet(request)) co_return std::unexpected(HttpFailure{.detail = "it broke off"});
    co_return stream;
  }

 private:
  asio::io_context& loop_;
  std::uint16_t port_;
  Idle idle_;
};

}  // namespace

std::unique_ptr<HttpClient> beast_client(asio::io_context& loop, std::uint16_t port) {
  return std::make_unique<BeastClient>(loop, port);
}

}  // namespace wardend::bench
