// What FHIR requests cost: to read, to judge, to rewrite, to pass on. Prints its part of the table.
#pragma once

namespace wardend::bench {

// Parsing, the decision, a Bundle's addresses, and the gateway beside nginx.
void print_requests();
// Of these a Bundle's addresses and the gateway alone.
void print_gateway();
// GetToken beside 50 MB/s alone.
void print_tokens_beside_flow();

}  // namespace wardend::bench
