#include "tests/sandbox/stream_of.hpp"

namespace wardend::sandbox {
namespace {

class PlainStream final : public StreamOf<asio::ip::tcp::socket> {
 public:
  using StreamOf::StreamOf;
  asio::awaitable<bool> handshake() override { co_return true; }
};

}  // namespace

std::unique_ptr<Stream> plain_stream(asio::ip::tcp::socket socket) {
  return std::make_unique<PlainStream>(std::move(socket));
}

}  // namespace wardend::sandbox
