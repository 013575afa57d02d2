// The targets. Each takes any bytes, and ends the program where a property does not hold; none keeps anything from one
// call to the next. What an input looks like stands at the head of each target's file.
#pragma once

#include "tests/fuzz/input.hpp"

namespace wardend::fuzz {

void fuzz_audit_events(Bytes input);
void fuzz_capability_documents(Bytes input);
void fuzz_discovery(Bytes input);
void fuzz_fhir_references(Bytes input);
void fuzz_fhir_request(Bytes input);
void fuzz_fhircast_message(Bytes input);
void fuzz_gateway_head(Bytes input);
void fuzz_gateway_links(Bytes input);
void fuzz_host_header(Bytes input);
void fuzz_id_token(Bytes input);
void fuzz_json_patch(Bytes input);
void fuzz_redirect(Bytes input);
void fuzz_scopes(Bytes input);
void fuzz_time_a_byte(Bytes input);
void fuzz_token_json(Bytes input);
void fuzz_token_mutation(Bytes input);
void fuzz_toml(Bytes input);
void fuzz_varlink_frame(Bytes input);

}  // namespace wardend::fuzz
