#include "tests/sandbox/grants.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "tests/sandbox/form.hpp"

namespace wardend::sandbox {
namespace {

constexpr auto launch_life = 5min;
// A used code is remembered for as long as RFC 6749 lets a code live, so that its second use is noticed.
constexpr auto code_memory = 10min;
constexpr std::size_t token_bytes = 24;

std::unexpected<Refused> invalid_grant(std::string description, Reason reason = Reason::other) {
  return refuse("invalid_grant", std::move(description), reason);
}

bool is_unreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

}  // namespace

bool pkce_matches(std::string_view verifier, std::string_view challenge) {
  if (verifier.size() < 43 || verifier.size() > 128 || !std::ranges::all_of(verifier, is_unreserved)) return false;
  return base64url(sha256(verifier)) == challenge;
}

std::string Grants::make_launch(Context context, WallTime now) {
  prune(now);
  ++counts_.launches;
  std::string launch = random_.token(token_bytes);
  launches_.emplace(launch, Launch{std::move(context), now + launch_life});
  return launch;
}

std::optional<Context> Grants::take_launch(const std::string& launch, WallTime now) {
  const auto found = launches_.find(launch);
  if (found == launches_.end() || found->second.expires <= now) return std::nullopt;
  Context context = std::move(found->second.context);
  launches_.erase(found);
  return context;
}

std::string Grants::make_code(Approval approval, WallTime now, CodeRules rules) {
  prune(now);
  ++counts_.codes;
  std::string code = random_.token(token_bytes) + std::string(rules.padding, 'x');
  codes_.emplace(code, Code{std::move(approval), now + rules.life});
  return code;
}

std::expected<Issued, Refused> Grants::exchange(const CodeUse& use, const IssueRules& rules, WallTime now) {
  prune(now);
  const auto found = codes_.find(use.code);
  if (found == codes_.end()) return invalid_grant("the code is not known", Reason::unknown_code);
  Code& code = found->second;
  if (code.family != 0) {
    ++counts_.reuses;
    kill_family(code.family);
    return invalid_grant("the code was used before: its tokens are revoked");
  }
  if (code.expires <= now) return invalid_grant("the code has expired", Reason::expired_code);
  if (code.approval.client_id != use.client_id) return invalid_grant("the code belongs to another client");
  if (code.approval.redirect_uri != use.redirect_uri) return invalid_grant("redirect_uri is not the one of before");
  if (!pkce_matches(use.code_verifier, code.approval.code_challenge))
    return invalid_grant("code_verifier does not match the challenge", Reason::wrong_verifier);
  code.family = ++last_family_;
  const std::string& scope = code.approval.scope;
  const bool refreshes =
      rules.gift != RefreshGift::none && (has_word(scope, "offline_access") || has_word(scope, "online_access"));
  families_.emplace(code.family, Family{.approval = code.approval, .refreshes = refreshes});
  ++counts_.families;
  Issued issued = issue(code.family, scope, rules, now);
  if (!refreshes) return issued;
  const bool named = rules.gift == RefreshGift::from_code;
  issued.refresh_token =
      add_refresh_token(code.family, named ? use.code + "_rt" : random_.token(token_bytes), rules, now);
  return issued;
}

std::expected<Issued, Refused> Grants::refresh(const RefreshUse& use, const IssueRules& rules, WallTime now) {
  prune(now);
  const auto found = refresh_tokens_.find(use.refresh_token);
  if (found == refresh_tokens_.end())
    return invalid_grant("the refresh token is not known, or was revoked", Reason::dead_refresh_token);
  RefreshToken& token = found->second;
  const std::uint64_t id = token.family;
  if (token.spent) {
    ++counts_.reuses;
    kill_family(id);
    return invalid_grant("the refresh token was used before: the whole grant is revoked", Reason::dead_refresh_token);
  }
  if (token.expires <= now) return invalid_grant("the refresh token has expired", Reason::dead_refresh_token);
  const Family& family = families_.at(id);
  const Approval& approval = family.approval;
  if (!use.client_id.empty() && use.client_id != approval.client_id)
    return invalid_grant("the refresh token belongs to another client");
  for (const std::string& scope : words(use.scope))
    if (!has_word(approval.scope, scope)) return refuse("invalid_scope", "more scopes than were granted");
  if (family.issued + rules.refresh_interval > now)
    return refuse("temporarily_unavailable", "this grant was refreshed a moment ago", Reason::too_soon);
  ++counts_.refreshes;
  Issued issued = issue(id, use.scope.empty() ? approval.scope : use.scope, rules, now);
  if (rules.rotate) {
    token.spent = rules.spend;
    issued.refresh_token = add_refresh_token(id, random_.token(token_bytes), rules, now);
    return issued;
  }
  if (rules.refresh_lifetime > 0s) token.expires = now + rules.refresh_lifetime;
  if (rules.resend) issued.refresh_token = use.refresh_token;
  return issued;
}

Issued Grants::issue(std::uint64_t id, const std::string& scope, const IssueRules& rules, WallTime now) {
  Family& family = families_.at(id);
  Issued issued{.family = id, .scope = scope, .approval = family.approval, .life = rules.life};
  family.issued = now;
  const auto before = access_tokens_.find(family.access_token);
  if (rules.repeat_access && before != access_tokens_.end() && before->second.expires > now) {
    issued.access_token = before->first;
    issued.life = std::chrono::floor<std::chrono::seconds>(before->second.expires - now);
    return issued;
  }
  issued.access_token = family.access_token = random_.token(token_bytes);
  const WallTime end = now + rules.life;
  access_tokens_.emplace(
      issued.access_token,
      AccessToken{id, scope, rules.whole_seconds ? std::chrono::floor<std::chrono::seconds>(end) : end});
  return issued;
}

std::string Grants::add_refresh_token(std::uint64_t id, std::string token, const IssueRules& rules, WallTime now) {
  const WallTime expires = rules.refresh_lifetime > 0s ? now + rules.refresh_lifetime : WallTime::max();
  refresh_tokens_.emplace(token, RefreshToken{id, expires});
  return token;
}

void Grants::revoke(const std::string& token) {
  ++counts_.revocations;
  if (const auto found = refresh_tokens_.find(token); found != refresh_tokens_.end()) end_family(found->second.family);
  access_tokens_.erase(token);
}

bool Grants::is_spent(const std::string& refresh_token) const {
  const auto found = refresh_tokens_.find(refresh_token);
  return found != refresh_tokens_.end() && found->second.spent;
}

void Grants::kill_all() {
  while (!families_.empty()) kill_family(families_.begin()->first);
}

void Grants::narrow(const std::string& access_token, std::string scope) {
  if (const auto found = access_tokens_.find(access_token); found != access_tokens_.end())
    found->second.scope = std::move(scope);
}

std::optional<Access> Grants::access(const std::string& token, WallTime now) const {
  const auto found = access_tokens_.find(token);
  if (found == access_tokens_.end() || found->second.expires <= now) return std::nullopt;
  const AccessToken& live = found->second;
  const Approval& approval = families_.at(live.family).approval;
  return Access{live.family, live.scope, live.expires, approval.client_id, approval.context};
}

std::optional<Access> Grants::refreshable(const std::string& token, WallTime now) const {
  const auto found = refresh_tokens_.find(token);
  if (found == refresh_tokens_.end() || found->second.spent || found->second.expires <= now) return std::nullopt;
  const RefreshToken& live = found->second;
  const Approval& approval = families_.at(live.family).approval;
  return Access{live.family, approval.scope, live.expires, approval.client_id, approval.context};
}

std::string Grants::owner_of(const std::string& secret) const {
  if (const auto code = codes_.find(secret); code != codes_.end()) return code->second.approval.client_id;
  std::uint64_t id = 0;
  if (const auto token = refresh_tokens_.find(secret); token != refresh_tokens_.end()) id = token->second.family;
  if (const auto token = access_tokens_.find(secret); token != access_tokens_.end()) id = token->second.family;
  const auto family = families_.find(id);
  return family == families_.end() ? "" : family->second.approval.client_id;
}

void Grants::end_family(std::uint64_t id) {
  families_.erase(id);
  std::erase_if(access_tokens_, [&](const auto& entry) { return entry.second.family == id; });
  std::erase_if(refresh_tokens_, [&](const auto& entry) { return entry.second.family == id; });
}

void Grants::kill_family(std::uint64_t id) {
  if (!families_.contains(id)) return;
  ++counts_.killed;
  end_family(id);
}

void Grants::prune(WallTime now) {
  std::erase_if(launches_, [&](const auto& entry) { return entry.second.expires <= now; });
  std::erase_if(codes_, [&](const auto& entry) { return entry.second.expires + code_memory <= now; });
  std::erase_if(access_tokens_, [&](const auto& entry) { return entry.second.expires <= now; });
  std::erase_if(families_, [&](const auto& family) {
    return !family.second.refreshes &&
           std::ranges::none_of(access_tokens_, [&](const auto& entry) { return entry.second.family == family.first; });
  });
}

}  // namespace wardend::sandbox
