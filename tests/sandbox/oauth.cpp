#include "tests/sandbox/oauth.hpp"

#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "tests/sandbox/shaping.hpp"

namespace wardend::sandbox {
namespace {

std::unexpected<Refused> refuse(std::string error, std::string description) {
  return std::unexpected(Refused{std::move(error), std::move(description)});
}

Reply redirect(std::string location) {
  return {.status = 302,
          .content_type = "text/plain",
          .headers = {{"Location", std::move(location)}, {"Cache-Control", "no-store"}}};
}

// S256 gives 43 characters of base64url.
bool is_challenge(const std::string& text) {
  constexpr const char* alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return text.size() == 43 && text.find_first_not_of(alphabet) == std::string::npos;
}

}  // namespace

std::expected<Approval, Refused> OAuth::judge(const Form& form, WallTime now) {
  if (const auto twice = form.repeated()) return refuse("invalid_request", *twice + " stands twice");
  if (form.get("state").empty()) return refuse("invalid_request", "state is missing");
  if (form.get("response_type") != "code") return refuse("unsupported_response_type", "response_type must be code");
  if (form.get("aud") != settings_.fhir_base()) return refuse("invalid_request", "aud is not the FHIR base");
  if (form.get("code_challenge_method") != "S256" || !is_challenge(form.get("code_challenge")))
    return refuse("invalid_request", "a code_challenge with the method S256 is needed");
  const std::string& scope = form.get("scope");
  if (words(scope).empty()) return refuse("invalid_scope", "scope is missing");
  Approval approval{.client_id = form.get("client_id"),
                    .redirect_uri = form.get("redirect_uri"),
                    .code_challenge = form.get("code_challenge"),
                    .scope = join_words(words(scope)),
                    .nonce = form.get("nonce"),
                    .context = {.user = settings_.user}};
  if (form.has("launch")) {
    auto launched = grants_.take_launch(form.get("launch"), now);
    if (!launched) return refuse("invalid_request", "the launch value is not known, was used, or has expired");
    approval.context = std::move(*launched);
  } else {
    approval.context.patient = settings_.patient;
  }
  if (!has_word(scope, "launch") && !has_word(scope, "launch/patient")) approval.context.patient.reset();
  if (has_word(scope, "launch/encounter") && !approval.context.encounter)
    approval.context.encounter = settings_.encounter;
  return approval;
}

Reply OAuth::authorize(const Form& form, const Struck& struck, WallTime now) {
  const std::string& redirect_uri = form.get("redirect_uri");
  if (form.get("client_id").empty()) return oauth_error(400, "invalid_request", "client_id is missing");
  if (!is_loopback_url(redirect_uri)) return oauth_error(400, "invalid_request", "redirect_uri is not on loopback");
  const std::string& state = form.get("state");
  const std::string iss = settings_.fhir_base();
  if (struck.by(Kind::status))
    return redirect(with_query(redirect_uri, {{"error", *struck.fault->oauth_error}, {"state", state}, {"iss", iss}}));
  auto approval = judge(form, now);
  if (!approval) {
    const Refused& why = approval.error();
    return redirect(with_query(
        redirect_uri, {{"error", why.error}, {"error_description", why.description}, {"state", state}, {"iss", iss}}));
  }
  const std::string code = grants_.make_code(std::move(*approval), now);
  return redirect(with_query(redirect_uri, {{"code", code}, {"state", state}, {"iss", iss}}));
}

void OAuth::count_request(const std::string& grant_type) {
  if (grant_type == "authorization_code")
    ++counts_.authorization_code;
  else if (grant_type == "refresh_token")
    ++counts_.refresh_token;
  else
    ++counts_.other;
}

Reply OAuth::token(const Form& form, const Struck& struck, WallTime now) {
  const std::string& grant_type = form.get("grant_type");
  IssueRules rules{.life = settings_.token_life,
                   .refresh_lifetime = settings_.refresh_lifetime,
                   .rotate = settings_.rotation && !struck.by(Kind::no_rotation)};
  std::expected<Issued, Refused> issued = refuse("unsupported_grant_type", "authorization_code or refresh_token");
  if (const auto twice = form.repeated())
    issued = refuse("invalid_request", *twice + " stands twice");
  else if (grant_type == "authorization_code")
    issued = grants_.exchange({.code = form.get("code"),
                               .client_id = form.get("client_id"),
                               .redirect_uri = form.get("redirect_uri"),
                               .code_verifier = form.get("code_verifier")},
                              rules, now);
  else if (grant_type == "refresh_token")
    issued = grants_.refresh(
        {.refresh_token = form.get("refresh_token"), .client_id = form.get("client_id"), .scope = form.get("scope")},
        rules, now);
  if (!issued) {
    ++counts_.rejected;
    return oauth_error(400, issued.error().error, issued.error().description);
  }
  if (struck.by(Kind::fewer_scopes)) {
    issued->scope = fewer_scopes(issued->scope, *struck.fault);
    grants_.narrow(issued->access_token, issued->scope);
  }
  return json_reply(200, token_response(*issued, struck, now));
}

std::string OAuth::token_response(const Issued& issued, const Struck& struck, WallTime now) const {
  nlohmann::json reply = {{"access_token", issued.access_token},
                          {"token_type", "Bearer"},
                          {"expires_in", settings_.token_life.count()},
                          {"scope", issued.scope},
                          {"need_patient_banner", true},
                          {"smart_style_url", settings_.origin + "/ehr/style-v1.json"}};
  if (!issued.refresh_token.empty()) reply["refresh_token"] = issued.refresh_token;
  const Context& context = issued.approval.context;
  if (context.patient) reply["patient"] = *context.patient;
  if (context.encounter) reply["encounter"] = *context.encounter;
  if (struck.by(Kind::wrong_patient)) reply["patient"] = struck.fault->patient.value_or("patient-99");
  if (struck.by(Kind::no_patient)) reply.erase("patient");
  if (has_word(issued.scope, "openid")) reply["id_token"] = id_token(issued, now);
  return dump_json(reply);
}

std::string OAuth::id_token(const Issued& issued, WallTime now) const {
  const std::int64_t issued_at = unix_seconds(now);
  const std::string& user = issued.approval.context.user;
  nlohmann::json claims = {{"iss", settings_.fhir_base()},
                           {"aud", issued.approval.client_id},
                           {"sub", user},
                           {"iat", issued_at},
                           {"exp", issued_at + 3600}};
  if (has_word(issued.scope, "fhirUser") || has_word(issued.scope, "profile"))
    claims["fhirUser"] = settings_.fhir_base() + "/Practitioner/" + user;
  if (!issued.approval.nonce.empty()) claims["nonce"] = issued.approval.nonce;
  return signer_.sign(dump_json(claims));
}

Reply OAuth::revoke(const Form& form) {
  if (form.get("token").empty()) return oauth_error(400, "invalid_request", "token is missing");
  grants_.revoke(form.get("token"));
  return json_reply(200, "");
}

Reply OAuth::introspect(const Form& form, WallTime now) {
  const std::string& token = form.get("token");
  if (token.empty()) return oauth_error(400, "invalid_request", "token is missing");
  const auto access = grants_.access(token, now);
  const auto found = access ? access : grants_.refreshable(token, now);
  if (!found) return json_reply(200, dump_json({{"active", false}}));
  nlohmann::json reply = {{"active", true},
                          {"scope", found->scope},
                          {"client_id", found->client_id},
                          {"sub", found->context.user},
                          {"iss", settings_.fhir_base()},
                          {"fhirUser", settings_.fhir_base() + "/Practitioner/" + found->context.user}};
  if (access) reply["token_type"] = "Bearer";
  if (found->expires != WallTime::max()) reply["exp"] = unix_seconds(found->expires);
  if (found->context.patient) reply["patient"] = *found->context.patient;
  if (found->context.encounter) reply["encounter"] = *found->context.encounter;
  return json_reply(200, dump_json(reply));
}

Reply OAuth::jwks() const { return json_reply(200, signer_.jwks()); }

Reply OAuth::ehr_launch(const Form& form, WallTime now) {
  const std::string& app_url = form.get("app_url");
  if (!is_loopback_url(app_url)) return oauth_error(400, "invalid_request", "app_url is not on loopback");
  Context context{.user = form.has("user") ? form.get("user") : settings_.user,
                  .patient = form.has("patient") ? form.get("patient") : settings_.patient};
  if (form.has("encounter")) context.encounter = form.get("encounter");
  if (context.patient->empty()) context.patient.reset();
  const std::string launch = grants_.make_launch(std::move(context), now);
  return redirect(with_query(app_url, {{"iss", settings_.fhir_base()}, {"launch", launch}}));
}

}  // namespace wardend::sandbox
