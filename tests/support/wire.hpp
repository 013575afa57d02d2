// The network between the core and its fakes: what is meant for a hub goes to the hub, all else to the EHR. It counts
// the code exchanges on the way, and can answer them itself.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/encoding.hpp"
#include "base/http_client.hpp"

namespace wardend::test {

class Wire final : public HttpClient {
 public:
  Wire(Clock& clock, HttpClient& ehr, HttpClient& hub) : clock_(clock), ehr_(ehr), hub_(hub) {}

  struct Seen {
    std::string url;
    std::map<std::string, std::string> form;
    std::chrono::milliseconds timeout;
  };
  std::vector<Seen> seen;  // the code exchanges
  std::size_t key_requests = 0;
  std::optional<std::string> token_reply = {};  // JSON instead of the EHR's, for a code
  std::optional<HttpFailure> failure = {};      // instead of any reply to a code, after `failure_takes`
  Duration failure_takes = 20ms;

  asio::awaitable<std::expected<HttpResponse, HttpFailure>> send(HttpRequest request) override {
    if (request.url.ends_with("/jwks")) ++key_requests;
    Seen entry{.url = request.url, .form = {}, .timeout = request.timeout};
    if (const auto fields = parse_form(request.body.reveal()))
      for (const auto& [name, value] : *fields) entry.form[name] = value;
    if (entry.form.contains("hub.mode")) co_return co_await hub_.send(std::move(request));
    if (!entry.form.contains("code")) co_return co_await ehr_.send(std::move(request));
    seen.push_back(std::move(entry));
    if (failure) {
      const HttpFailure failed = *failure;
      co_await clock_.sleep_for(failure_takes);
      co_return std::unexpected(failed);
    }
    auto answer = co_await ehr_.send(std::move(request));
    if (answer && token_reply) answer->body = Secret(*token_reply);
    co_return answer;
  }
  void give_up(BootTime last) override { ehr_.give_up(last); }
  void give_up_unwanted() override { ehr_.give_up_unwanted(); }

 private:
  Clock& clock_;
  HttpClient& ehr_;
  HttpClient& hub_;
};

}  // namespace wardend::test
