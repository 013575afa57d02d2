#include "tests/bench/forwarder.hpp"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <tuple>
#include <utility>

#include "base/json.hpp"
#include "base/system_clock.hpp"
#include "daemon/http/curl_client.hpp"
#include "tests/bench/beast_client.hpp"

namespace wardend::bench {
namespace {

namespace http = boost::beast::http;
using local = asio::local::stream_protocol;
using Upstream = Forwarder::Upstream;

constexpr auto use_tuple = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kept_connections = 32, most_json = 8UL * 1024 * 1024;

asio::awaitable<void> serve(local::socket socket, HttpClient& client, std::string server) {
  boost::beast::flat_buffer buffer;
  for (;;) {
    http::request<http::empty_body> asked;
    if (std::get<0>(co_await http::async_read(socket, buffer, asked, use_tuple))) co_return;
    auto stream = co_await client.open(
        {.url = server + std::string(asked.target()),
         .headers = {{"Accept", "application/fhir+json"}, {"X-Request-Id", "0123456789abcdef0123456789abcdef"}},
         .authorization = Secret("Bearer 0123456789abcdef")});
    if (!stream) co_return;
    http::response<http::string_body> answer(static_cast<http::status>((*stream)->head().status), asked.version());
    for (;;) {
      const auto part = co_await (*stream)->next();
      if (!part) co_return;
      if (part->empty()) break;
      answer.body().append(part->reveal());
    }
    if (!parse_json(answer.body(), most_json)) co_return;
    answer.set(http::field::content_type, (*stream)->head().header("content-type"));
    answer.prepare_payload();
    if (std::get<0>(co_await http::async_write(socket, answer, use_tuple))) co_return;
  }
}

asio::awaitable<void> accept(local::acceptor& door, HttpClient& client, std::string server) {
  for (;;) {
    auto [error, socket] = co_await door.async_accept(use_tuple);
    if (error) co_return;
    asio::co_spawn(door.get_executor(), serve(std::move(socket), client, server), asio::detached);
  }
}

[[noreturn]] void forward(int door, std::uint16_t server, Upstream upstream) {
  asio::io_context loop(1);
  SystemClock clock(loop);
  std::unique_ptr<HttpClient> client;
  if (upstream == Upstream::libcurl)
    client = std::make_unique<wardend::http::CurlClient>(
        loop, clock,
        wardend::http::CurlOptions{.max_connections_per_host = kept_connections, .kept_connections = kept_connections});
  else
    client = beast_client(loop, server);
  local::acceptor listening(loop, local(), door);
  asio::co_spawn(loop, accept(listening, *client, "http://127.0.0.1:" + std::to_string(server)), asio::detached);
  loop.run();
  ::_exit(1);
}

}  // namespace

Forwarder::Forwarder(std::string path, std::uint16_t server, Upstream upstream) : path_(std::move(path)) {
  asio::io_context unused;
  local::acceptor door(unused, local::endpoint(path_));
  process_ = ::fork();
  if (process_ != 0) return;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  forward(door.release(), server, upstream);
}

Forwarder::~Forwarder() {
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
}

}  // namespace wardend::bench
