// A FHIR server as the gateway sees it, behind the HttpClient seam: it answers what it is told to, and remembers what
// it was asked. For unit tests in virtual time.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/http_client.hpp"

namespace wardend::test {

class FakeUpstream final : public HttpClient {
 public:
  explicit FakeUpstream(Clock& clock) : clock_(clock) {}

  struct Answer {
    int status = 200;
    std::string body = R"({"resourceType":"Patient","id":"p1"})";
    std::vector<std::pair<std::string, std::string>> headers = {{"content-type", "application/fhir+json"}};
  };
  struct Asked {
    HttpRequest::Method method;
    std::string url;
    std::map<std::string, std::string> headers;
    std::string authorization;
    std::string body;
  };
  Answer usual = {};
  std::deque<Answer> answers;               // for the coming requests, before `usual`
  std::optional<HttpFailure> failure = {};  // instead of any answer
  Duration latency = 1ms;
  std::vector<Asked> asked;

  asio::awaitable<std::expected<HttpResponse, HttpFailure>> send(HttpRequest request) override {
    asked.push_back({.method = request.method,
                     .url = request.url,
                     .headers = {request.headers.begin(), request.headers.end()},
                     .authorization = std::string(request.authorization.reveal()),
                     .body = std::string(request.body.reveal())});
    co_await clock_.wait(given_up_, clock_.now() + latency);
    if (request.wanted && !request.wanted())
      co_return std::unexpected(HttpFailure{.kind = HttpFailure::Kind::abandoned});
    if (failure) co_return std::unexpected(*failure);
    Answer answer = usual;
    if (!answers.empty()) {
      answer = answers.front();
      answers.pop_front();
    }
    co_return HttpResponse{.status = answer.status, .headers = answer.headers, .body = Secret(answer.body)};
  }
  void give_up_unwanted() override { given_up_.notify_all(); }

 private:
  Clock& clock_;
  Event given_up_;
};

}  // namespace wardend::test
