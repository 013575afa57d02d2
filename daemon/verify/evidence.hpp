// The two documents of a server as they were had, read for a comparison. No I/O.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "config/model.hpp"
#include "daemon/verify/report.hpp"
#include "protocol/fhir/capability_statement.hpp"
#include "protocol/smart/discovery.hpp"

namespace wardend::verify {

// What came of a request for a document, or of a file that should hold it.
struct Received {
  std::string address = {};
  int status = 0;  // HTTP's; 0: there was no answer
  std::string_view content_type = {};
  std::string_view body = {};
  std::string failure = {};  // why there was no answer
};

// Why a document is not there to be compared.
struct Absence {
  int status = 0;           // HTTP's; 0: there was no answer
  std::string why = {};     // what is wrong, and what to do
  std::string advice = {};  // what to do instead of asking the server's administrators; empty: that
};

struct SmartEvidence {
  Compared compared = {};
  std::expected<smart::DiscoverySurvey, Absence> survey = std::unexpected(Absence{});
};

struct MetadataEvidence {
  Compared compared = {.source = Source::metadata};
  std::expected<fhir::CapabilityStatement, Absence> statement = std::unexpected(Absence{});
};

struct Evidence {
  SmartEvidence smart = {};
  MetadataEvidence metadata = {};
  std::string endpoints_changed = {};  // what waits for AcceptServer; empty: nothing

  // Whether the server has no smart-configuration and is known by its CapabilityStatement (smart1_discovery).
  bool smart1 = false;
};

// Reads what came. The work grows with the size of the bodies, which may be 20 MiB.
[[nodiscard]] SmartEvidence read_smart(const config::Server& server, const Received& received);
[[nodiscard]] MetadataEvidence read_metadata(const Received& received);

// Both together. A server of SMART 1.0 has its endpoints from its CapabilityStatement, where it may.
[[nodiscard]] Evidence evidence_of(const config::Server& server, SmartEvidence smart, MetadataEvidence metadata);

}  // namespace wardend::verify
