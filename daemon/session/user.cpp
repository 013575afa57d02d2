#include "daemon/session/user.hpp"

#include <string_view>

#include "protocol/fhir/user.hpp"

namespace wardend::session {
namespace {

// Some servers write their issuer with a slash behind it in one answer and without in another.
bool same_issuer(std::string_view one, std::string_view other) {
  if (one.ends_with('/')) one.remove_suffix(1);
  if (other.ends_with('/')) other.remove_suffix(1);
  return one == other;
}

}  // namespace

Likeness compare(const User& known, const User& said) {
  if (!known.known() || !said.known()) return Likeness::same;
  if (!same_issuer(known.issuer, said.issuer)) return Likeness::foreign;
  if (known.subject != said.subject) return Likeness::other_user;
  if (known.fhir_user.empty() || said.fhir_user.empty()) return Likeness::same;
  switch (fhir::compare_users(known.fhir_user, said.fhir_user)) {
    case fhir::SamePerson::yes:
      return Likeness::same;
    case fhir::SamePerson::other_type:
      return Likeness::other_role;
    case fhir::SamePerson::no:
      return Likeness::other_name;
  }
  return Likeness::other_name;
}

}  // namespace wardend::session
