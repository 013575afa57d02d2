// What an entry of the trail means as an AuditEvent: its codes, its outcome, and which layout it gets. No I/O.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "protocol/balp/codes.hpp"

namespace wardend::balp {

// Who is who among the agents and what the entities are differs by this.
enum class Layout {
  own,            // what FHIR and IHE have no profile for
  token_request,  // IHE.IUA.71
  read,           // the server sends, the app receives
  query,
  write,  // create, update: the app sends
  erase,
  other_request,  // of the FHIR server: an operation, a transaction
};

struct Meaning {
  Layout layout = Layout::own;
  Code type = types::application_activity;
  std::vector<Code> subtypes = {};
  std::string local = {};  // a code of wardend's own system; empty: none
  std::string_view action = "E";
  std::string_view outcome = "0";  // success, minor (4) or serious (8) failure
  // The profile that such an event keeps if it has all that the profile wants; empty: none. "Read" stands for
  // IHE.BasicAudit.Read, or PatientRead where a patient is named.
  std::string_view profile = {};
};

// What this entry is as an AuditEvent; one of a kind that nobody knows is an activity of the application.
[[nodiscard]] Meaning meaning_of(const nlohmann::json& entry);

}  // namespace wardend::balp
