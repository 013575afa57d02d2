#include "base/http_client.hpp"

namespace wardend {
namespace {

// A response that came as a whole.
class WholeResponse final : public HttpStream {
 public:
  explicit WholeResponse(HttpResponse response) : body_(std::move(response.body)), head_(std::move(response)) {}
  [[nodiscard]] const HttpResponse& head() const override { return head_; }
  [[nodiscard]] asio::awaitable<std::expected<Secret, HttpFailure>> next() override {
    co_return std::exchange(body_, Secret());
  }

 private:
  Secret body_;
  HttpResponse head_;
};

}  // namespace

asio::awaitable<std::expected<std::unique_ptr<HttpStream>, HttpFailure>> HttpClient::open(HttpRequest request) {
  auto answer = co_await send(std::move(request));
  if (!answer) co_return std::unexpected(answer.error());
  co_return std::make_unique<WholeResponse>(std::move(*answer));
}

}  // namespace wardend
