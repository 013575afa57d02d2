// An authorization server behind the HttpClient seam: it rotates refresh tokens, ends the grant when one is used twice,
// and can be down, slow, or lose a reply after it acted. For unit tests in virtual time.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/encoding.hpp"
#include "base/http_client.hpp"

namespace wardend::test {

class FakeEhr final : public HttpClient {
 public:
  explicit FakeEhr(Clock& clock) : clock_(clock) {}

  enum class Fault {
    none,
    unreachable,
    no_reply_before,
    no_reply_after,
    status_503,
    html,
    invalid_grant,
    invalid_client
  };

  std::chrono::seconds token_life{300};
  Duration latency = 20ms;
  std::map<std::string, Duration> slow;  // by the end of an address, instead of latency
  bool down = false;
  bool down_token_only = false;
  bool no_discovery = false;
  std::string patient = "p1";                    // in refresh replies; empty: left out
  std::string scope = "patient/Observation.rs";  // that is granted
  std::string extra_members = {};                // JSON text put into token replies, with its leading comma
  std::function<void(const std::string& grant)> before_token = {};  // may change what its reply says
  std::deque<Fault> token_faults;                                   // one for each coming token request
  bool offers_revocation = true;
  std::deque<std::pair<int, std::string>> revocation_answers;  // status and body for each coming request; none: 200
  std::string base = "https://ehr.example.org/fhir";
  std::string token_endpoint = "https://ehr.example.org/token";
  std::string capabilities = R"("launch-ehr","launch-standalone","client-public","sso-openid-connect")";
  std::string jwks = R"({"keys":[]})";  // of the issuer

  // FHIR records by their path below the base ("Patient/p1"); any other read is a 404.
  struct Kept {
    std::string body;
    std::string etag = {};
    int status = 200;
  };
  std::map<std::string, Kept> records;
  std::vector<std::string> reads;        // of records, by their path and the token
  std::vector<std::string> request_ids;  // of those that have one, by their path

  // Counters.
  std::map<std::string, unsigned> uses;       // refresh token -> requests that carried it
  std::vector<std::string> refresh_requests;  // refresh tokens, as they came
  std::set<std::string> dead_grants;
  std::set<std::string> revoked;
  unsigned discovery_requests = 0;
  std::vector<std::string> token_addresses;  // where token requests went

  // A grant as a launch would have made it; the refresh token is "GRANT.1".
  static std::string first_refresh_token(const std::string& grant) { return grant + ".1"; }

  asio::awaitable<std::expected<HttpResponse, HttpFailure>> send(HttpRequest request) override {
    const BootTime sent_at = clock_.now();
    const std::function<bool()> wanted = request.wanted;
    Duration takes = latency;
    for (const auto& [end, span] : slow)
      if (request.url.ends_with(end)) takes = span;
    const bool late = takes > request.timeout;
    const BootTime arrival = sent_at + (late ? Duration(request.timeout) : takes);
    if (down) {
      if (!co_await travelled(sent_at, arrival, wanted)) co_return std::unexpected(abandoned(false));
      co_return std::unexpected(HttpFailure{HttpFailure::Kind::network, false, "connection refused"});
    }
    const bool token_request = request.url.ends_with("/token");
    Fault fault = Fault::none;
    if (token_request) token_addresses.push_back(request.url);
    if (token_request && !token_faults.empty()) {
      fault = token_faults.front();
      token_faults.pop_front();
    }
    if (token_request && down_token_only) fault = Fault::unreachable;
    std::expected<HttpResponse, HttpFailure> answer = act(request, fault);
    if (!co_await travelled(sent_at, arrival, wanted)) co_return std::unexpected(abandoned(true));
    if (late) co_return std::unexpected(HttpFailure{HttpFailure::Kind::timeout, true, "timed out"});
    if (answer) {
      answer->sent_at = sent_at;
      answer->elapsed = clock_.now() - sent_at;
    }
    co_return answer;
  }

  void give_up(BootTime last) override {
    given_up_ = last;
    giving_up_.notify_all();
  }
  void give_up_unwanted() override { giving_up_.notify_all(); }

 private:
  // The way there and back. False: it was given up on the way.
  asio::awaitable<bool> travelled(BootTime sent_at, BootTime arrival, const std::function<bool()>& wanted) {
    bool asked = false;
    while (clock_.now() < arrival || sent_at <= given_up_) {
      if (sent_at <= given_up_ || (std::exchange(asked, true) && wanted && !wanted())) co_return false;
      co_await clock_.wait(giving_up_, arrival);
    }
    co_return true;
  }
  static HttpFailure abandoned(bool sent) { return {HttpFailure::Kind::abandoned, sent, "given up"}; }

  static HttpResponse json(int status, const std::string& body) {
    HttpResponse response{.status = status, .headers = {{"content-type", "application/json"}}};
    response.body = Secret(body);
    return response;
  }

  std::expected<HttpResponse, HttpFailure> act(const HttpRequest& request, Fault fault) {
    if (request.url.ends_with("smart-configuration") && no_discovery)
      return std::unexpected(HttpFailure{HttpFailure::Kind::network, false, "no route"});
    if (request.url.ends_with("smart-configuration")) return discovery();
    if (request.url.ends_with("/jwks")) return json(200, jwks);
    if (request.url.ends_with("/metadata")) return json(404, "{}");
    if (request.url.starts_with(base + "/") && !request.authorization.empty())
      return record(request, request.url.substr(base.size() + 1));
    const auto fields = parse_form(request.body.reveal());
    std::map<std::string, std::string> form;
    if (fields)
      for (const auto& [name, value] : *fields) form[name] = value;
    if (request.url.ends_with("/revoke")) {
      if (revocation_answers.empty()) {
        revoked.insert(form["token"]);
        return json(200, "{}");
      }
      const auto [status, body] = revocation_answers.front();
      revocation_answers.pop_front();
      return json(status, body);
    }
    switch (fault) {
      case Fault::unreachable:
        return std::unexpected(HttpFailure{HttpFailure::Kind::network, false, "no route"});
      case Fault::no_reply_before:
        note(form);
        return lost();
      case Fault::no_reply_after:
        static_cast<void>(token(form));
        return lost();
      case Fault::status_503:
        note(form);
        return json(503, "{}");
      case Fault::html: {
        note(form);
        HttpResponse page{.status = 200, .headers = {{"content-type", "text/html"}}};
        page.body = Secret("<html>Welcome to the hotel</html>");
        return page;
      }
      case Fault::invalid_grant:
        note(form);
        return json(400, R"({"error":"invalid_grant"})");
      case Fault::invalid_client:
        note(form);
        return json(401, R"({"error":"invalid_client"})");
      case Fault::none:
        break;
    }
    return token(form);
  }

  static std::expected<HttpResponse, HttpFailure> lost() {
    return std::unexpected(HttpFailure{HttpFailure::Kind::network, true, "connection reset"});
  }

  HttpResponse record(const HttpRequest& request, const std::string& path) {
    reads.push_back(path + " " + std::string(request.authorization.reveal()));
    const auto found = records.find(path);
    if (found == records.end()) return json(404, R"({"resourceType":"OperationOutcome"})");
    for (const auto& [name, value] : request.headers)
      if (name == "If-None-Match" && value == found->second.etag)
        return json(304, "");
      else if (name == "X-Request-Id")
        request_ids.push_back(path + " " + value);
    HttpResponse response = json(found->second.status, found->second.body);
    if (!found->second.etag.empty()) response.headers.emplace_back("etag", found->second.etag);
    return response;
  }

  HttpResponse discovery() {
    ++discovery_requests;
    const std::string revocation =
        offers_revocation ? R"("revocation_endpoint":"https://ehr.example.org/revoke",)" : "";
    return json(200, "{" + revocation + R"("token_endpoint":")" + token_endpoint + R"(",
      "authorization_endpoint":"https://ehr.example.org/authorize",
      "issuer":"https://ehr.example.org","jwks_uri":"https://ehr.example.org/jwks",
      "capabilities":[)" +
                         capabilities + R"(],
      "code_challenge_methods_supported":["S256"],"grant_types_supported":["authorization_code"]})");
  }

  void note(std::map<std::string, std::string>& form) {
    if (form["grant_type"] != "refresh_token") return;
    ++uses[form["refresh_token"]];
    refresh_requests.push_back(form["refresh_token"]);
  }

  HttpResponse token(std::map<std::string, std::string>& form) {
    note(form);
    std::string grant = form["code"];
    unsigned number = 1;
    if (form["grant_type"] == "refresh_token") {
      const std::string& presented = form["refresh_token"];
      const auto dot = presented.rfind('.');
      grant = presented.substr(0, dot);
      number = static_cast<unsigned>(std::stoul(presented.substr(dot + 1)));
      unsigned& current = current_.try_emplace(grant, 1U).first->second;
      if (number != current) dead_grants.insert(grant);
      if (dead_grants.contains(grant)) return json(400, R"({"error":"invalid_grant"})");
      number = ++current;
    }
    if (before_token) before_token(grant);
    const std::string suffix = grant + "." + std::to_string(number);
    std::string body = R"({"access_token":"at-)" + suffix + R"(","token_type":"Bearer","expires_in":)" +
                       std::to_string(token_life.count()) + R"(,"refresh_token":")" + suffix + R"(","scope":")" +
                       scope + "\"" + extra_members;
    if (!patient.empty()) body += R"(,"patient":")" + patient + "\"";
    return json(200, body + "}");
  }

  Clock& clock_;
  Event giving_up_;
  BootTime given_up_ = BootTime::min();
  std::map<std::string, unsigned> current_;
};

}  // namespace wardend::test
