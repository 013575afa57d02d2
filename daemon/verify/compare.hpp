// Compares what an app needs at a server with what the server's documents declare: launch, client, scopes, resources.
// Pure. Spec: SMART App Launch 2.2.0, Conformance; FHIR R4 CapabilityStatement
#pragma once

#include "config/model.hpp"
#include "daemon/verify/evidence.hpp"
#include "daemon/verify/report.hpp"

namespace wardend::verify {

// The app must be one of the server's.
struct Subject {
  const config::App& app;
  const config::Server& server;
};

// Every need with its verdict, and what is odd about the documents. A launch that wardend itself would refuse is
// blocking, in the words of that refusal; a need of [[app.requires]] that is not met is; what the server does not say
// and may do all the same is a warning or a note.
[[nodiscard]] Report compare(const Subject& subject, const Evidence& evidence);

}  // namespace wardend::verify
