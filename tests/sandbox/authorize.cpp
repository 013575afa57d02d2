#include "tests/sandbox/authorize.hpp"

#include <algorithm>

namespace wardend::sandbox {
namespace {

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

// The part of a FHIR scope behind its dot and before its filter; empty for any other scope.
std::string permission_of(const std::string& scope) {
  const bool fhir = scope.starts_with("patient/") || scope.starts_with("user/") || scope.starts_with("system/");
  const auto dot = scope.find('.');
  return fhir && dot != std::string::npos ? scope.substr(dot + 1, scope.find('?') - dot - 1) : "";
}

ScopeSyntax syntax_of(const std::string& scope) {
  const std::string permission = permission_of(scope);
  if (permission.empty()) return ScopeSyntax::any;
  return permission == "read" || permission == "write" || permission == "*" ? ScopeSyntax::v1 : ScopeSyntax::v2;
}

bool is_wildcard(const std::string& scope) { return !permission_of(scope).empty() && scope.contains("/*."); }

}  // namespace

bool Authorize::trusts(const std::string& client_id, const std::string& redirect_uri) const {
  const Client* const client = clients_.find(client_id);
  if (client == nullptr || client->redirect_uris.empty()) return is_loopback_url(redirect_uri);
  return std::ranges::find(client->redirect_uris, redirect_uri) != client->redirect_uris.end();
}

std::string Authorize::granted(const Form& form) const {
  const Client* const client = clients_.find(form.get("client_id"));
  const ScopeSyntax syntax = client == nullptr ? settings_.scope_syntax : client->scope_syntax;
  std::vector<std::string> kept = words(form.get("scope"));
  std::erase_if(kept, [&](const std::string& scope) {
    return syntax != ScopeSyntax::any && syntax_of(scope) != ScopeSyntax::any && syntax_of(scope) != syntax;
  });
  return join_words(kept);
}

Context Authorize::context_for(const Form& form, const std::string& scope, Context launched) const {
  Context context = std::move(launched);
  if (!form.has("launch")) context.patient = settings_.patient;
  if (!has_word(scope, "launch") && !has_word(scope, "launch/patient")) context.patient.reset();
  if (has_word(scope, "launch/encounter") && !context.encounter) context.encounter = settings_.encounter;
  if (!settings_.signs_in.empty()) context.user = settings_.signs_in;
  return context;
}

std::expected<Approval, Refused> Authorize::judge(const Form& form, WallTime now) {
  if (const auto twice = form.repeated()) return refuse("invalid_request", *twice + " stands twice");
  if (form.get("state").empty()) return refuse("invalid_request", "state is missing");
  if (form.get("response_type") != "code") return refuse("unsupported_response_type", "response_type must be code");
  if (form.get("aud") != settings_.filled(settings_.aud)) return refuse("invalid_request", "aud is not the FHIR base");
  if (form.get("code_challenge_method") != "S256" || !is_challenge(form.get("code_challenge")))
    return refuse("invalid_request", "a code_challenge with the method S256 is needed");
  const auto asked = words(form.get("scope"));
  if (asked.empty()) return refuse("invalid_scope", "scope is missing");
  if (!settings_.wildcards && std::ranges::any_of(asked, is_wildcard))
    return refuse("invalid_scope", "wildcards are not supported");
  Context launched{.user = settings_.user};
  if (form.has("launch")) {
    auto known = grants_.take_launch(form.get("launch"), now);
    if (!known && settings_.minds_launch)
      return refuse("invalid_request", "the launch value is not known, was used, or has expired");
    launched = known ? std::move(*known) : Context{.user = settings_.user, .patient = settings_.patient};
  }
  const std::string scope = granted(form);
  Context context = context_for(form, scope, std::move(launched));
  const auto signed_in = sign_in(form, context, now);
  if (!signed_in) return std::unexpected(signed_in.error());
  return Approval{.client_id = form.get("client_id"),
                  .redirect_uri = form.get("redirect_uri"),
                  .code_challenge = form.get("code_challenge"),
                  .scope = scope,
                  .nonce = form.get("nonce"),
                  .auth_time = *signed_in,
                  .context = std::move(context)};
}

std::expected<std::optional<WallTime>, Refused> Authorize::sign_in(const Form& form, const Context& context,
                                                                   WallTime now) {
  if (!settings_.minds_prompt) return std::nullopt;
  const auto signed_in = sign_ins_.for_request(form, context.user, now);
  if (!signed_in) return std::unexpected(signed_in.error());
  return !form.get("max_age").empty() ? std::optional(*signed_in) : std::nullopt;
}

Reply Authorize::redirected(const Form& form, Parameters parameters) const {
  if (settings_.response_iss) parameters.emplace_back("iss", settings_.fhir_base());
  return redirect(with_query(form.get("redirect_uri"), parameters));
}

Reply Authorize::refused(const Form& form, By by, const Refused& why) const {
  if (settings_.bad_requests_stay && why.error == "invalid_request")
    return oauth_error(400, why.error, why.description);
  Parameters parameters{{"error", why.error}, {"error_description", why.description}};
  if (by == By::get || !settings_.post_loses_state) parameters.emplace_back("state", form.get("state"));
  parameters.emplace_back("error_uri", settings_.error_uri);
  return redirected(form, std::move(parameters));
}

Reply Authorize::answer(const Form& form, By by, const Struck& struck, WallTime now) {
  if (form.get("client_id").empty()) return oauth_error(400, "invalid_request", "client_id is missing");
  if (!trusts(form.get("client_id"), form.get("redirect_uri")))
    return oauth_error(400, "invalid_request", "redirect_uri is neither registered nor on loopback");
  if (struck.by(Kind::status))
    return refused(form, by, {*struck.fault->oauth_error, "asked for by the sandbox's control"});
  auto approval = judge(form, now);
  if (!approval) return refused(form, by, approval.error());
  const std::string code =
      grants_.make_code(std::move(*approval), now,
                        {.life = settings_.code_life, .padding = static_cast<std::size_t>(settings_.code_padding)});
  return redirected(form, {{"code", code}, {"state", form.get("state")}});
}

Reply Authorize::ehr_launch(const Form& form, WallTime now) {
  const std::string& app_url = form.get("app_url");
  if (!is_loopback_url(app_url)) return oauth_error(400, "invalid_request", "app_url is not on loopback");
  Context context{.user = form.has("user") ? form.get("user") : settings_.user,
                  .patient = form.has("patient") ? form.get("patient") : settings_.patient};
  if (form.has("encounter")) context.encounter = form.get("encounter");
  if (context.patient->empty()) context.patient.reset();
  sign_ins_.at_work(context.user, now);
  const std::string launch = grants_.make_launch(std::move(context), now);
  return redirect(with_query(app_url, {{"iss", settings_.fhir_base()}, {"launch", launch}}));
}

}  // namespace wardend::sandbox
