// A simulated EHR without sockets, and what a client does with it.
#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/encoding.hpp"
#include "tests/sandbox/ehr.hpp"

namespace wardend::sandbox {

using nlohmann::json;
using Parameters = std::vector<std::pair<std::string, std::string>>;

inline constexpr const char* verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
inline constexpr const char* challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
inline constexpr const char* callback = "http://127.0.0.1:7000/cb";
inline constexpr const char* origin = "http://127.0.0.1:1";
inline constexpr const char* base = "http://127.0.0.1:1/fhir";

// The claims of a JWT, or its header.
enum class JwtPart { header, claims };
inline json part_of(const std::string& jwt, JwtPart part) {
  const auto first = jwt.find('.');
  const std::string text =
      part == JwtPart::header ? jwt.substr(0, first) : jwt.substr(first + 1, jwt.find('.', first + 1) - first - 1);
  return json::parse(*from_base64url(text));
}

class World : public testing::Test {
 protected:
  Reply get(const std::string& path, const std::string& query = "", const std::string& token = "") {
    return ehr.handle(
        {.method = "GET", .path = path, .query = query, .authorization = token.empty() ? "" : "Bearer " + token}, now);
  }
  Reply post_json(const std::string& path, const json& body) {
    return ehr.handle({.method = "POST", .path = path, .content_type = "application/json", .body = body.dump()}, now);
  }
  Reply post_form(const std::string& path, const Parameters& fields, const std::string& authorization = "") {
    return ehr.handle({.method = "POST",
                       .path = path,
                       .authorization = authorization,
                       .content_type = "application/x-www-form-urlencoded",
                       .body = fields.empty() ? "" : with_query("", fields).substr(1)},
                      now);
  }
  json document(const std::string& path) { return json::parse(get(path).body); }
  void told(const std::string& what, const json& body) {
    const Reply reply = post_json("/_sandbox/" + what, body);
    ASSERT_LT(reply.status, 300) << reply.body;
  }
  void fault(const json& body) { told("faults", body); }

  Parameters authorization(const std::string& scope) const {
    return {{"response_type", "code"},
            {"client_id", client_id},
            {"redirect_uri", redirect_uri},
            {"state", "s"},
            {"scope", scope},
            {"aud", aud},
            {"code_challenge", challenge},
            {"nonce", "n1"},
            {"code_challenge_method", "S256"}};
  }
  // The redirect's parameters.
  Form authorize(const Parameters& fields) {
    const Reply reply = get("/oauth/authorize", with_query("", fields).substr(1));
    EXPECT_EQ(reply.status, 302) << reply.body;
    if (reply.headers.empty()) return {};
    const std::string& location = reply.headers.at(0).second;
    return *Form::parse(location.substr(location.find('?') + 1));
  }
  std::string code(const std::string& scope) { return authorize(authorization(scope)).get("code"); }
  Parameters exchange_of(const std::string& of_code) const {
    return {{"grant_type", "authorization_code"},
            {"code", of_code},
            {"redirect_uri", redirect_uri},
            {"code_verifier", verifier}};
  }
  static Parameters with(Parameters fields, const Parameters& more) {
    fields.insert(fields.end(), more.begin(), more.end());
    return fields;
  }
  // As a public client.
  Reply exchange(const std::string& of_code) {
    return post_form("/oauth/token", with(exchange_of(of_code), {{"client_id", client_id}}));
  }
  json tokens(const std::string& scope) { return json::parse(exchange(code(scope)).body); }
  Reply refresh(const json& of) {
    return post_form(
        "/oauth/token",
        {{"grant_type", "refresh_token"}, {"refresh_token", of["refresh_token"]}, {"client_id", client_id}});
  }
  json last_request() { return document("/_sandbox/log")["requests"].back(); }

  SystemRandom random;
  Ehr ehr{{.origin = origin}, random};
  WallTime now{std::chrono::hours(500'000)};
  std::string client_id = "app";
  std::string redirect_uri = callback;
  std::string aud = base;
};

}  // namespace wardend::sandbox
