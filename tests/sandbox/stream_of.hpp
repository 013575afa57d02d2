// Stream over any Asio stream. For plain_stream.cpp and tls_stream.cpp alone.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <utility>

#include "tests/sandbox/stream.hpp"

namespace wardend::sandbox {

template <typename Layer>
class StreamOf : public Stream {
 public:
  template <typename... Arguments>
  explicit StreamOf(Arguments&&... arguments) : layer_(std::forward<Arguments>(arguments)...) {}

  asio::awaitable<std::size_t> read(std::span<char> into) override {
    const auto [error, count] =
        co_await layer_.async_read_some(asio::buffer(into.data(), into.size()), asio::as_tuple(asio::use_awaitable));
    co_return error ? 0 : count;
  }

  asio::awaitable<bool> write(const std::string& text) override {
    const auto [error, count] =
        co_await asio::async_write(layer_, asio::buffer(text), asio::as_tuple(asio::use_awaitable));
    co_return !error;
  }

  void close() override {
    boost::system::error_code ignored;
    layer_.lowest_layer().shutdown(asio::socket_base::shutdown_send, ignored);
    layer_.lowest_layer().close(ignored);
  }

  void reset() override {
    boost::system::error_code ignored;
    layer_.lowest_layer().set_option(asio::socket_base::linger(true, 0), ignored);
    layer_.lowest_layer().close(ignored);
  }

 protected:
  Layer layer_;
};

}  // namespace wardend::sandbox
