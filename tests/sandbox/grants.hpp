// What the authorization server remembers: launches, codes, and grants ("families": all tokens that descend from one
// code). Every question takes the time, so nothing here waits or does I/O. Tokens are plain strings on purpose: the
// sandbox guards nothing.
// Spec: RFC 6749 §4.1 and §6, RFC 7636, RFC 7009, RFC 9700 §4.14.2 (rotation).
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/random.hpp"

namespace wardend::sandbox {

// Whom and what a launch is about.
struct Context {
  std::string user = {};
  std::optional<std::string> patient = {};
  std::optional<std::string> encounter = {};
};

// An approved authorization, which a code stands for.
struct Approval {
  std::string client_id = {};
  std::string redirect_uri = {};
  std::string code_challenge = {};
  std::string scope = {};
  std::string nonce = {};
  std::optional<WallTime> auth_time = {};  // told in id_tokens; nullopt: not asked for
  Context context = {};
};

// Where servers differ in what they say of a refusal.
enum class Reason { other, unknown_code, expired_code, wrong_verifier, dead_refresh_token, too_soon };

struct Refused {
  std::string error;  // as on the wire
  std::string description;
  Reason reason = Reason::other;
};
[[nodiscard]] inline std::unexpected<Refused> refuse(std::string error, std::string description,
                                                     Reason reason = Reason::other) {
  return std::unexpected(Refused{std::move(error), std::move(description), reason});
}

struct CodeRules {
  std::chrono::seconds life{60};
  std::size_t padding = 0;  // bytes by which it is longer than it need be
};

struct CodeUse {
  std::string code = {};
  std::string client_id = {};
  std::string redirect_uri = {};
  std::string code_verifier = {};
};

struct RefreshUse {
  std::string refresh_token = {};
  std::string client_id = {};  // empty: not sent
  std::string scope = {};      // empty: as granted
};

// How tokens are given out.
enum class RefreshGift {
  random,     // a refresh token of its own
  from_code,  // the code with "_rt" behind it
  none,       // none at all
};
struct IssueRules {
  std::chrono::seconds life{300};
  std::chrono::seconds refresh_lifetime{0};  // 0: for ever
  bool rotate = true;
  bool spend = true;                         // rotating: the old one is worth nothing any more
  bool repeat_access = false;                // a refresh gives the access token of before while that lives
  bool whole_seconds = false;                // an access token ends at a whole second
  bool resend = false;                       // not rotating: the same one is sent again
  std::chrono::seconds refresh_interval{0};  // between refreshes of one grant, at least
  RefreshGift gift = RefreshGift::random;
};

struct Issued {
  std::uint64_t family = 0;
  std::string access_token = {};
  std::string refresh_token = {};  // empty: none is sent
  std::string scope = {};
  Approval approval = {};
  std::chrono::seconds life{0};  // of the access token
};

// A living access token.
struct Access {
  std::uint64_t family = 0;
  std::string scope = {};
  WallTime expires = {};
  std::string client_id = {};
  Context context = {};
};

// What happened so far. A family is killed by reuse (of a refresh token or a code) or by the operator, and ended by
// revocation or by running out.
struct GrantCounts {
  std::uint64_t launches = 0;
  std::uint64_t codes = 0;
  std::uint64_t families = 0;
  std::uint64_t killed = 0;
  std::uint64_t reuses = 0;
  std::uint64_t refreshes = 0;
  std::uint64_t revocations = 0;
};

// Spec: RFC 7636 §4.1 and §4.6. False for a verifier outside the grammar too.
[[nodiscard]] bool pkce_matches(std::string_view verifier, std::string_view challenge);

class Grants {
 public:
  explicit Grants(Random& random) : random_(random) {}

  // A launch token for an EHR launch: lives five minutes, works once.
  [[nodiscard]] std::string make_launch(Context context, WallTime now);
  [[nodiscard]] std::optional<Context> take_launch(const std::string& launch, WallTime now);

  // A code that works once; a second use kills what the first one brought.
  [[nodiscard]] std::string make_code(Approval approval, WallTime now, CodeRules rules);
  [[nodiscard]] std::expected<Issued, Refused> exchange(const CodeUse& use, const IssueRules& rules, WallTime now);
  // A spent refresh token kills its family.
  [[nodiscard]] std::expected<Issued, Refused> refresh(const RefreshUse& use, const IssueRules& rules, WallTime now);

  // Revoking a refresh token ends its family; an access token only itself. Unknown tokens are no error.
  void revoke(const std::string& token);
  [[nodiscard]] bool is_spent(const std::string& refresh_token) const;
  // As when the user logs out of the EHR: no token works any more.
  void kill_all();
  // Takes scopes away from one access token.
  void narrow(const std::string& access_token, std::string scope);

  // nullopt: unknown, expired, or of a dead family.
  [[nodiscard]] std::optional<Access> access(const std::string& token, WallTime now) const;
  // The client to whom a code, a refresh token or an access token was given; empty: it is not known.
  [[nodiscard]] std::string owner_of(const std::string& secret) const;
  // The family of a refresh token that would still work.
  [[nodiscard]] std::optional<Access> refreshable(const std::string& token, WallTime now) const;

  [[nodiscard]] std::size_t alive() const { return families_.size(); }
  [[nodiscard]] const GrantCounts& counts() const { return counts_; }

 private:
  struct Launch {
    Context context;
    WallTime expires;
  };
  struct Code {
    Approval approval;
    WallTime expires;
    std::uint64_t family = 0;  // 0: not used yet
  };
  struct Family {
    Approval approval;
    bool refreshes = false;
    WallTime issued = {};           // when tokens were last given
    std::string access_token = {};  // the last one
  };
  struct RefreshToken {
    std::uint64_t family;
    WallTime expires;
    bool spent = false;
  };
  struct AccessToken {
    std::uint64_t family;
    std::string scope;
    WallTime expires;
  };

  [[nodiscard]] Issued issue(std::uint64_t id, const std::string& scope, const IssueRules& rules, WallTime now);
  [[nodiscard]] std::string add_refresh_token(std::uint64_t id, std::string token, const IssueRules& rules,
                                              WallTime now);
  void end_family(std::uint64_t id);
  void kill_family(std::uint64_t id);
  void prune(WallTime now);

  Random& random_;
  std::map<std::string, Launch> launches_;
  std::map<std::string, Code> codes_;
  std::map<std::uint64_t, Family> families_;
  std::map<std::string, RefreshToken> refresh_tokens_;
  std::map<std::string, AccessToken> access_tokens_;
  std::uint64_t last_family_ = 0;
  GrantCounts counts_;
};

}  // namespace wardend::sandbox
