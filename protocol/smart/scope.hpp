// Sets of SMART scopes: splitting, joining, what is missing and what is surplus. No I/O.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace wardend::smart {

class ScopeSet {
 public:
  ScopeSet() = default;
  // Splits at spaces, keeps order, drops repeats.
  explicit ScopeSet(std::string_view text);
  explicit ScopeSet(std::vector<std::string> scopes);

  [[nodiscard]] const std::vector<std::string>& list() const { return scopes_; }
  [[nodiscard]] std::string text() const;
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
// `granted` without what was never asked for: each scope kept is covered by `granted` and by `wanted`.
[[nodiscard]] ScopeSet without_surplus(const ScopeSet& granted, const ScopeSet& wanted);

}  // namespace wardend::smart
