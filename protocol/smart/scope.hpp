// Sets of SMART scopes: splitting, joining, what is missing and what is surplus. No I/O.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace wardend::smart {

class ScopeSet {
 public:
  ScopeSet() = default;
  // Splits at spaces, keeps order, drops repeats, and what is behind the first `most`.
  explicit ScopeSet(std::string_view text, std::size_t most = static_cast<std::size_t>(-1));
  explicit ScopeSet(std::vector<std::string> scopes);

  [[nodiscard]] const std::vector<std::string>& list() const { return scopes_; }
  [[nodiscard]] std::string text() const;
  // Whether this very text is among them; covers() asks what it allows.
  [[nodiscard]] bool contains(std::string_view scope) const;
  [[nodiscard]] bool empty() const { return scopes_.empty(); }
  // True when any scope is in the patient compartment ("patient/...").
  [[nodiscard]] bool has_patient_scope() const;
  void add(std::string_view scope);

  // Whether these scopes, as granted, allow all that `wanted` (one FHIR scope, v1 or v2) asks for: context, letters and
  // resource compared by atoms; "*" covers every resource; v1 read is v2 rs, write is cud, * is cruds. Every
  // search parameter of a granted scope must be one of the wanted scope's too, in any order, values percent-decoded. A
  // scope that is not a FHIR scope is covered only by itself.
  [[nodiscard]] bool covers(std::string_view wanted) const;

 private:
  std::vector<std::string> scopes_;
};

// A well-formed scope token (RFC 6749 §3.3); for a FHIR scope its SMART grammar, v1 or v2, too.
[[nodiscard]] bool valid_scope(std::string_view scope);

// Members of `wanted` that `granted` does not cover. launch*, openid, fhirUser, profile, online_access and
// offline_access are judged elsewhere (by what the token response brought) and never missing here.
[[nodiscard]] std::vector<std::string> missing_scopes(const ScopeSet& wanted, const ScopeSet& granted);
// `granted` without what was never asked for: each scope kept is covered by `granted` and by `wanted`. At most 512.
[[nodiscard]] ScopeSet without_surplus(const ScopeSet& granted, const ScopeSet& wanted);

// How FHIR scopes are written: v1 as read, write and *, v2 as letters of cruds.
enum class ScopeSyntax { automatic, v1, v2 };
// What to ask a server in: what is configured, else v1 where it lists permission-v1 alone, else v2; never automatic.
[[nodiscard]] ScopeSyntax choose_syntax(ScopeSyntax configured, const std::vector<std::string>& capabilities);
// The same scopes for a request, never two syntaxes in one. From v2 to v1 each becomes the nearest that covers it, and
// loses its search parameters, as v1 has none: more is asked for. Other scopes stay; automatic changes nothing.
// Spec: SMART App Launch 2.2.0, scopes for v1
[[nodiscard]] ScopeSet in_syntax(const ScopeSet& scopes, ScopeSyntax syntax);
// The sign of a server that drops scopes of the syntax which its client is not registered for: something was granted,
// but no FHIR scope in a syntax that was asked in. FHIR scopes of that syntax, whichever, speak against it.
[[nodiscard]] bool syntax_mismatch(const ScopeSet& requested, const ScopeSet& granted);

}  // namespace wardend::smart
