// The servers that the sandbox can be, as those who play a shift against each have to know them: what has to be
// configured for it, and what becomes of a session there.
#pragma once

#include <algorithm>
#include <ostream>
#include <string>
#include <vector>

namespace wardend::test {

enum class Course {
  refreshed,        // one session for the whole shift
  launched_again,   // no refresh token: each token's end is told, and the app is launched again
  another_patient,  // the first refresh names a patient whom the launch did not name: the session ends
};

enum class Registered { open, secret, key };  // how its client authenticates

struct Vendor {
  std::string profile = {};
  Course course = Course::refreshed;
  bool revokes = true;    // it has a revocation endpoint
  unsigned rejected = 0;  // token requests that it refuses in a whole shift
  std::string aud = {};   // as configured; {origin} is the server's
  Registered client = Registered::open;
  std::string user = "practitioner-1";  // who is signed in at the end of the launch
  bool v1 = false;                      // its client is registered for scopes of v1
  bool smart1 = false;                  // it has no smart-configuration
};

inline void PrintTo(const Vendor& vendor, std::ostream* out) { *out << vendor.profile; }

// As a part of a test's name.
inline std::string name_of(const Vendor& vendor) {
  std::string name = vendor.profile;
  std::erase(name, '-');
  return name;
}

// One for each profile of the sandbox.
inline std::vector<Vendor> vendors() {
  return {{.profile = "inferno-public", .revokes = false},
          {.profile = "inferno-symmetric", .revokes = false, .client = Registered::secret},
          {.profile = "inferno-asymmetric", .revokes = false, .client = Registered::key},
          {.profile = "launcher", .revokes = false},
          {.profile = "launcher-post", .revokes = false},
          {.profile = "smart1", .v1 = true, .smart1 = true},
          {.profile = "epic", .revokes = false},
          {.profile = "epic-confidential", .revokes = false, .client = Registered::secret},
          {.profile = "epic-public", .course = Course::launched_again, .revokes = false},
          {.profile = "oracle-health"},
          {.profile = "cerner-v2"},
          {.profile = "cerner-v1", .v1 = true},
          {.profile = "meditech"},
          {.profile = "athenahealth", .revokes = false, .aud = "{origin}"},
          {.profile = "athena-root", .revokes = false, .aud = "{origin}"},
          {.profile = "athena-r4", .revokes = false, .aud = "{origin}/fhir/r4"},
          {.profile = "eclinicalworks"},
          {.profile = "veradigm"},
          {.profile = "nextgen"},
          {.profile = "advancedmd"},
          {.profile = "openemr"},
          {.profile = "openemr-second-login", .user = "practitioner-99"},
          {.profile = "bluebutton", .course = Course::another_patient},
          {.profile = "medplum"},
          {.profile = "aidbox"},
          {.profile = "smile-cdr"},
          {.profile = "firely"},
          {.profile = "keycloak"},
          {.profile = "entra", .rejected = 1},
          {.profile = "azure-fhir", .aud = "{origin}/fhir/"},
          {.profile = "azure-slash", .aud = "{origin}/fhir/"},
          {.profile = "azure-closed-metadata"},
          {.profile = "healthlake", .revokes = false}};
}

// The audience to configure for the server at `origin`.
inline std::string aud_of(const Vendor& vendor, const std::string& origin) {
  std::string aud = vendor.aud;
  if (aud.starts_with("{origin}")) aud.replace(0, 8, origin);
  return aud;
}

}  // namespace wardend::test
